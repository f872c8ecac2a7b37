// A desk of county 130109 with its cards, as files in a temporary folder: what a process that is killed
// leaves behind, the next one finds.
#pragma once

#include <memory>
#include <string>

#include "base/core/durable_file.h"
#include "cos-apdu/reader/port.h"
#include "salesdesk/trade/account.h"
#include "salesdesk/trade/books.h"
#include "salesdesk/trade/top_up.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/reader/chip_readers.h"
#include "tests/support/temp_folder.h"

namespace test {

inline constexpr std::string_view kClerk = "clerk-12";
inline constexpr std::string_view kReviewer = "officer-07";

// 2026-07-15 08:30 in Beijing, one second later at each reading.
inline base::Clock ticking_clock() {
  return [time = base::parse_utc("2026-07-15T00:30:00Z")]() mutable {
    time.seconds += 1;
    return time;
  };
}

inline audit::Signer software_signer() {
  const base::Bytes seed(32, 0x5A);
  auto pair = std::make_shared<crypto::Ed25519Pair>(
      crypto::Ed25519Pair::of_seed(base::SecretBytes::copy_of(seed)));
  return {"wellkey.example/desk", pair->point,
          [pair](base::ByteView text) { return crypto::sign(pair->seed, text); }};
}

// The folder of a desk: a shift is open, one card has an account.
class DeskFolder {
 public:
  DeskFolder();

  // A copy of what `prepared` has on disk.
  explicit DeskFolder(const DeskFolder& prepared) {
    std::filesystem::copy(prepared.path(), path(), std::filesystem::copy_options::recursive);
  }

  std::filesystem::path path() const { return folder_.path() / "desk"; }

  std::filesystem::path user_image() const { return path() / "user.card"; }

  std::filesystem::path psam_image() const { return path() / "psam.card"; }

 private:
  support::TempFolder folder_;
};

// One process at that desk: books open, PSAM open, the card on the reader.
class OpenDesk {
 public:
  explicit OpenDesk(const DeskFolder& folder)
      : user_(std::make_unique<card::chip::FileStorage>(folder.user_image())),
        psam_(std::make_unique<card::chip::FileStorage>(folder.psam_image())),
        counter_{&user_, &psam_, nullptr, {}, 0},
        desk_(folder.path(),
              desk::Settings{base::CountyCode::parse("130109"), base::Mode::kRehearsal,
                             "wellkey.example/desk", "", sample_profile(), ""},
              software_signer(), ticking_clock()),
        reader_(new wellkey_port(std::make_unique<ChipReaders>(counter_))) {
    reader_.verify_psam_pin(secret(kPsamPin));
  }

  static std::filesystem::path sample_profile() {
    return WELLKEY_SOURCE_DIR "/derivation/profiles/hebei-sample.toml";
  }

  desk::Desk& desk() { return desk_; }

  desk::Reader& reader() { return reader_; }

  Counter& counter() { return counter_; }

  card::chip::Chip& user() { return user_; }

  std::int64_t on_card() {
    counter_.again();
    return reader_.look().balance.fen();
  }

  desk::TopUp sell(std::int64_t fen, const std::string& request = "request-1") {
    return desk::sell(desk_, reader_, {request, base::Amount::fen(fen), {}});
  }

 private:
  card::chip::Chip user_;
  card::chip::Chip psam_;
  Counter counter_;
  desk::Desk desk_;
  desk::Reader reader_;
};

inline const County& home() {
  static const County county(crypto::SuiteId::kAes128, "130109");
  return county;
}

inline DeskFolder::DeskFolder() {
  std::filesystem::create_directories(path());
  base::write_durably(user_image(), base::ByteView(*issue_user_card(home())->medium()));
  base::write_durably(psam_image(), base::ByteView(*issue_psam(home(), usual_ceiling())->medium()));
  OpenDesk open(*this);
  desk::begin_shift(open.desk(), std::string(kClerk));
  desk::open_account(open.desk(), open.reader(),
                     {"王小明", "130109197001011234", "兴安村", std::string(kReviewer)});
}

// Money conserved: what is on the card is what the books sold, the till holds what was sold, and
// nothing is left open.
inline void check_books_agree(OpenDesk& open, std::int64_t sold) {
  CHECK(open.on_card() == sold);
  const desk::Balance sum = desk::balance(open.desk());
  CHECK(sum.sold_fen == sold);
  CHECK(sum.in_doubt_fen == 0);
  CHECK(sum.alarms == 0);
  const auto till = open.desk().database().value<std::int64_t>(
      "SELECT coalesce(sum(CASE movement WHEN 'received' THEN fen ELSE -fen END), 0) FROM cash");
  CHECK(till == sold);
}

}  // namespace test
