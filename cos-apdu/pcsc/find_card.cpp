// Looks into every reader, and again whenever something changed.
#include "cos-apdu/pcsc/find_card.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/core/error.h"
#include "cos-apdu/layout/card_status.h"
#include "derivation/kind.h"

namespace card::pcsc {
namespace {

using SteadyClock = std::chrono::steady_clock;

// What one look at one reader brought; `state` tells whether a second look can bring anything new.
struct Look {
  ReaderState state;
  std::string seen;
};

std::string describe(Session& session) {
  const CommandApdu command{"GET CARD STATUS", 0x80, 0xCA, 0x01, 0x00, {}, kShortLe};
  const auto response = session.send(command);
  if (!response.status.is_ok()) return "a card that is not of this system";
  const auto status = layout::decode_card_status(response.data);
  const auto serial = format(status.serial);
  return fmt::format("{} …{} ({})", derivation::row_of(status.kind()).english,
                     serial.substr(serial.size() - 4), layout::format(status.life_cycle));
}

// The link of the card when it is the wanted one; otherwise says in `seen` what it is.
std::unique_ptr<PcscLink> look_into(const Context& context, const WantedCard& wanted,
                                    const ReaderState& reader, std::string& seen) {
  try {
    auto link = std::make_unique<PcscLink>(context, reader.name);
    Session session(*link);
    if (wanted.is_it(session)) return link;
    seen = describe(session);
  } catch (const base::Error& error) {
    if (error.fault() == base::Fault::kUnavailable) throw;
    seen = error.fault() == base::Fault::kConflict ? "a card in use" : error.what();
  }
  return nullptr;
}

[[noreturn]] void fail_not_found(const WantedCard& wanted, const std::vector<Look>& looks) {
  std::vector<std::string> seen;
  for (const auto& look : looks) {
    if (!look.seen.empty()) seen.push_back(fmt::format("{}: {}", look.state.name, look.seen));
  }
  base::fail(base::Fault::kNotFound, "expected {} in one of {} readers, found {}", wanted.what,
             looks.size(), seen.empty() ? "no card" : fmt::format("{}", fmt::join(seen, "; ")));
}

}  // namespace

std::unique_ptr<PcscLink> find_card(const Context& context, const WantedCard& wanted,
                                    std::chrono::milliseconds patience) {
  const auto deadline = SteadyClock::now() + patience;
  std::vector<Look> before;
  for (;;) {
    std::vector<Look> looks;
    const auto readers = context.readers();
    for (const auto& reader : readers) {
      const auto known = std::ranges::find(before, reader, &Look::state);
      Look look{reader, known == before.end() ? "" : known->seen};
      const bool is_new = known == before.end();
      if (is_new && reader.presence == Presence::kCard) {
        if (auto link = look_into(context, wanted, reader, look.seen)) return link;
      } else if (is_new && reader.presence != Presence::kEmpty) {
        look.seen = reader.presence == Presence::kMute ? "a card that does not answer to reset"
                                                       : "a card in use";
      }
      looks.push_back(std::move(look));
    }
    before = std::move(looks);
    const auto left = deadline - SteadyClock::now();
    if (left <= SteadyClock::duration::zero()) fail_not_found(wanted, before);
    context.wait_for_change(readers, std::chrono::ceil<std::chrono::milliseconds>(left));
  }
}

}  // namespace card::pcsc
