// Key cards at the explorer's table.
#pragma once

#include "tests/keycards/bench.h"
#include "tests/tear/sequences.h"

namespace tear {

Placed placed(std::string name, const bench::TestCard& card);

card::layout::CardStatus status_of(Table& table, std::size_t at);
card::layout::LifeCycle life_cycle_of(Table& table, std::size_t at);

// PIN verified.
void unlock(Table& table, std::size_t at);

// The pair whose cards lie at these two places, open for so many acts.
card::keycards::OpenPair open_pair_at(Table& table, std::size_t mother, std::size_t control,
                                      std::uint16_t acts);

// False when the card answers with this fault; any other error passes.
template <typename Call>
bool succeeds(base::Fault unless, Call&& call) {
  try {
    call();
  } catch (const base::Error& error) {
    if (error.fault() != unless) throw;
    return false;
  }
  return true;
}

// The blank's point, made now if it was never made.
crypto::PublicPoint point_of(card::keycards::Blank& blank);

// From the maker's delivery to an issuer, as a station does it: what is in already is left. The keys are
// the same for every card.
void take_in(card::Session& session, const derivation::Serial8& serial);

// A stock pair, and three pairs below one another; made once.
struct Hierarchy {
  Hierarchy();

  std::unique_ptr<bench::TestPair> stock;
  std::unique_ptr<bench::MasterSet> master;
  bench::TestPair province;
  bench::TestPair county;
};

Hierarchy& hierarchy();

// What the table of key-protocol §2 makes of bench::kComponents for the purpose of loads.
inline constexpr std::string_view kLoadCheckValue = "634280";

}  // namespace tear
