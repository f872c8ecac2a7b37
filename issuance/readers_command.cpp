#include "issuance/readers_command.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/error.h"
#include "base/core/mode.h"
#include "cos-apdu/keycards/read_status.h"
#include "cos-apdu/pcsc/context.h"
#include "cos-apdu/pcsc/pcsc_link.h"

namespace issuance {

namespace {

using base::Fault;
using card::layout::CardStatus;
using card::pcsc::Presence;

constexpr std::size_t kShownDigits = 4;

struct Seen {
  std::string reader;
  Presence presence = Presence::kEmpty;
  std::optional<CardStatus> card;
  std::string trouble;  // why a card that is there says nothing
};

// A farmer's card is a person's: its serial is never shown whole.
std::string shown_serial(const CardStatus& status) {
  std::string serial = format(status.serial);
  if (status.kind() != derivation::CardKind::kUser) return serial;
  return "…" + serial.substr(serial.size() - kShownDigits);
}

bool is_void(const CardStatus& status) {
  return status.has(card::layout::kFlagVoid) || status.life_cycle == card::layout::LifeCycle::kVoid;
}

std::string county_of(const CardStatus& status) {
  return status.county == decltype(status.county){} ? "" : base::to_hex(status.county);
}

base::Mode mode_of(const CardStatus& status) {
  return status.has(card::layout::kFlagLive) ? base::Mode::kLive : base::Mode::kRehearsal;
}

Seen look_into(const card::pcsc::Context& context, const card::pcsc::ReaderState& reader) {
  Seen seen{reader.name, reader.presence, {}, {}};
  if (reader.presence == Presence::kMute) seen.trouble = "a card that does not answer to reset";
  if (reader.presence == Presence::kCardInUse) seen.trouble = "a card in use by another program";
  if (reader.presence != Presence::kCard) return seen;
  try {
    card::pcsc::PcscLink link(context, reader.name);
    card::Session session(link);
    seen.card = card::keycards::read_status(session);
  } catch (const base::Error& error) {
    if (error.fault() == Fault::kUnavailable) throw;
    const bool is_foreign = error.fault() == Fault::kRefused || error.fault() == Fault::kMalformed;
    if (error.fault() == Fault::kConflict) seen.presence = Presence::kCardInUse;
    seen.trouble = is_foreign ? "a card that is not of this system" : error.what();
  }
  return seen;
}

std::string describe(const Seen& seen) {
  if (!seen.card) return seen.trouble.empty() ? "empty" : seen.trouble;
  const CardStatus& status = *seen.card;
  const std::string county = county_of(status);
  return fmt::format("{} {}, {}{}, {}{}", derivation::row_of(status.kind()).english,
                     shown_serial(status), card::layout::format(status.life_cycle),
                     county.empty() ? "" : ", county " + county, base::name_of(mode_of(status)),
                     is_void(status) ? ", VOID" : "");
}

nlohmann::json json_of(const Seen& seen) {
  nlohmann::json row{{"reader", seen.reader}};
  if (!seen.trouble.empty()) row["trouble"] = seen.trouble;
  if (!seen.card) return row;
  row["kind"] = derivation::row_of(seen.card->kind()).id;
  row["serial"] = shown_serial(*seen.card);
  row["life_cycle"] = card::layout::format(seen.card->life_cycle);
  row["county"] = county_of(*seen.card);
  row["mode"] = base::name_of(mode_of(*seen.card));
  row["void"] = is_void(*seen.card);
  return row;
}

std::size_t count_of(const std::vector<Seen>& seen, bool (*is_it)(const Seen&)) {
  return static_cast<std::size_t>(std::count_if(seen.begin(), seen.end(), is_it));
}

void print_for_people(const std::vector<Seen>& seen) {
  fmt::print("{} readers, {} cards\n", seen.size(),
             count_of(seen, [](const Seen& one) { return one.presence != Presence::kEmpty; }));
  for (const Seen& one : seen) fmt::print("{}: {}\n", one.reader, describe(one));
}

void print_json(const std::vector<Seen>& seen) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Seen& one : seen) rows.push_back(json_of(one));
  fmt::print("{}\n", nlohmann::json{{"readers", rows}}.dump());
}

void list_readers(void (*print)(const std::vector<Seen>&)) {
  const card::pcsc::Context context;
  std::vector<Seen> seen;
  for (const auto& reader : context.readers()) seen.push_back(look_into(context, reader));
  print(seen);
  if (seen.empty()) {
    base::fail(Fault::kNotFound, "no reader: expected one that is plugged in and has its driver");
  }
  const auto mute = count_of(seen, [](const Seen& one) { return one.presence == Presence::kMute; });
  if (mute > 0) {
    base::fail(Fault::kUnavailable, "{} cards do not answer: take them out and put them in again",
               mute);
  }
}

}  // namespace

void add_readers(CLI::App& app) {
  const auto as_json = std::make_shared<bool>(false);
  CLI::App* const command =
      app.add_subcommand("readers", "the readers, and the cards in them (读卡器)");
  command->add_flag("--json", *as_json, "print one JSON object");
  command->callback([as_json] { list_readers(*as_json ? print_json : print_for_people); });
}

}  // namespace issuance
