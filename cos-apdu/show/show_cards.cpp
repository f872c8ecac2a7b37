// Looks into the readers one after the other.
#include "cos-apdu/show/show_cards.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/error.h"
#include "cos-apdu/pcsc/pcsc_link.h"
#include "cos-apdu/show/sheet.h"

namespace card::show {
namespace {

using base::Fault;
using pcsc::Presence;

struct Seen {
  std::vector<Sight> cards;
  std::vector<std::string> troubles;  // cards that could not be asked
};

std::vector<pcsc::ReaderState> wanted_readers(const pcsc::Context& context,
                                              const std::string& name) {
  auto readers = context.readers();
  if (readers.empty()) {
    base::fail(Fault::kNotFound, "no reader: expected one that is plugged in and has its driver");
  }
  if (name.empty()) return readers;
  std::string known;
  for (const auto& reader : readers) {
    if (reader.name == name) return {reader};
    known += "\n  " + reader.name;
  }
  base::fail(Fault::kNotFound, "no reader \"{}\"; the readers are{}", name, known);
}

void look_into(const pcsc::Context& context, const pcsc::ReaderState& reader,
               const FixedBytes<4>& today, Seen& seen) {
  if (reader.presence == Presence::kEmpty) return;
  try {
    if (reader.presence == Presence::kMute)
      base::fail(Fault::kDeviceLost,
                 "a card that does not answer to reset: take it out and put it in again");
    pcsc::PcscLink link(context, reader.name);
    Session session(link);
    auto facts = look(session);
    const Condition condition = condition_of(facts, today);
    seen.cards.push_back({reader.name, reader.atr, std::move(facts), condition});
  } catch (const base::Error& error) {
    if (error.fault() == Fault::kUnavailable) throw;
    seen.troubles.push_back(fmt::format("{}: {}", reader.name, error.what()));
  }
}

void print_text(const Seen& seen) {
  const std::size_t cards = seen.cards.size();
  if (cards > 1) fmt::print("{} cards in the readers 读卡器中有{}张卡\n\n", cards, cards);
  bool is_first = true;
  for (const auto& sight : seen.cards) {
    fmt::print("{}{}", std::exchange(is_first, false) ? "" : "\n", text_of(sight));
  }
  for (const auto& trouble : seen.troubles) fmt::print("{}\n", trouble);
}

void print_json(const Seen& seen) {
  auto rows = nlohmann::json::array();
  for (const auto& sight : seen.cards) rows.push_back(json_of(sight));
  fmt::print("{}\n", nlohmann::json{{"cards", rows}, {"troubles", seen.troubles}}.dump());
}

}  // namespace

int show_cards(const std::string& reader, Output output, base::UtcTime now) {
  const pcsc::Context context;
  const auto readers = wanted_readers(context, reader);
  const auto today = base::card_time(now).date;
  Seen seen;
  for (const auto& one : readers) look_into(context, one, today, seen);
  output == Output::kJson ? print_json(seen) : print_text(seen);
  if (!seen.cards.empty()) return 0;
  base::fail(seen.troubles.empty() ? Fault::kNotFound : Fault::kDeviceLost,
             "no card could be read in {} readers: put one on a reader", readers.size());
}

}  // namespace card::show
