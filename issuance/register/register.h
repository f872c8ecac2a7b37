// The register of one station: which card and which pair is where in its life, and who answers for
// it. It follows the audit log, entry by entry, and is changed in no other way: a register that was
// lost is made again from the log, and what the two say cannot differ.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/archive.h"
#include "audit/entry.h"
#include "base/core/bytes.h"
#include "base/core/county_code.h"
#include "base/store/database.h"
#include "derivation/serial.h"
#include "issuance/register/states.h"

namespace issuance {

using PairId = base::FixedBytes<8>;

struct CardRow {
  derivation::Serial8 serial;
  CardState state = CardState::kOutside;
  std::string job{};               // that reserved it last
  std::optional<PairId> issuer{};  // pair whose keys are in it
  std::optional<PairId> pair{};    // pair that it is half of
  std::string county{};            // six digits, or empty
  std::int64_t version = 0;        // of its keys
  std::int64_t generation = 0;     // of the pair that it is half of, or that issued it
  std::string tag{};               // audit tag, 16 hex digits
  std::string number{};            // of a user card
  std::string device{};            // terminal or meter
  std::string holder{};            // who took it over
  std::int64_t since = 0;          // that it is issued: time of the entry, seconds since 1970
};

struct PairRow {
  PairId id{};
  derivation::CardKind kind = derivation::CardKind::kStock;  // of its mother card
  PairState state = PairState::kNone;
  std::string job{};
  std::string county{};
  std::int64_t version = 0;
  std::int64_t generation = 0;
  std::optional<std::int64_t> void_entry{};  // index in the log
  std::string lost{};                        // "mother lost", "control lost"
  std::int64_t since = 0;                    // that it is active, as above
};

class Register {
 public:
  static Register open(const std::filesystem::path& path);

  // Applies what the log has and the register has not, all in one transaction. Throws kTampered for
  // an entry that moves a card or pair along no arrow, or when the register is ahead of the log.
  void follow(audit::Archive& log);

  // A card that was never seen is kOutside.
  CardRow card(const derivation::Serial8& serial);
  std::optional<PairRow> pair(const PairId& id);

  std::vector<CardRow> cards();
  std::vector<PairRow> pairs();
  std::vector<CardRow> cards_of_job(const std::string& job);
  std::vector<CardRow> pending_cards();

  // 0 when there was none. Pairs that failed count: no generation is used twice.
  std::int64_t last_generation(derivation::CardKind mother, const std::string& county);

  // The newest key version of these pairs; 0 when there was none. Pairs that were given up do not
  // count.
  std::int64_t last_version(derivation::CardKind mother, const std::string& county);

  // Rejects count: they may hold the number's keys. An order that a cut left pending goes on.
  bool number_is_issued(const std::string& card_number);

 private:
  explicit Register(store::Database database) : database_(std::move(database)) {}

  void apply(std::uint64_t index, const audit::Record& record);
  void move_card(std::uint64_t index, const audit::Record& record, CardEvent event);
  void move_pair(std::uint64_t index, const audit::Record& record, PairEvent event);
  void void_cards_of(std::uint64_t index, const PairRow& pair);
  void write(const CardRow& row);
  void write(const PairRow& row);
  std::vector<CardRow> cards_where(std::string_view condition, const std::string& value);

  store::Database database_;
};

// The value of a field of an entry; empty when it is not there.
std::string text_of(const audit::Object& object, audit::Field field);
std::int64_t number_of(const audit::Object& object, audit::Field field);

}  // namespace issuance
