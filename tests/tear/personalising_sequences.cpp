// From a blank to a card in use, for the three kinds that meet users, desks and meters.
#include "tests/tear/sequences.h"

namespace tear {

namespace {

using card::layout::LifeCycle;
using derivation::CardKind;
using derivation::Serial8;

LifeCycle life_cycle(Table& table) {
  return card::layout::decode_card_status(card::get_card_status(table.session(0))).life_cycle;
}

// `known` stands for the station: it has the keys, and begins again where the card stands.
using Personalise = std::function<void(const test::Card& known, card::Session& session)>;

Sequence personalising(std::string name, CardKind kind, Personalise personalise) {
  const auto known = std::make_shared<test::Card>(county(), Serial8::of(kind, 17));
  return scripted(
      std::move(name), {placed("blank", *known)},
      [known, personalise = std::move(personalise)](Table& table) {
        return Steps{[&table, known, personalise] { personalise(*known, table.session(0)); },
                     [&table] { return ending_if(life_cycle(table) == LifeCycle::kInUse); },
                     [&table](Ending ending, Findings& findings) {
                       const auto now = life_cycle(table);
                       findings.expect(ending == Ending::kHappened || now == LifeCycle::kAllotted ||
                                           now == LifeCycle::kPersonalising,
                                       "life cycle");
                       const bool has_transport =
                           table.card(0).dump().contains(card::chip::RecordId{0x010E});
                       const bool user = table.card(0).chip().identity().kind() == CardKind::kUser;
                       findings.expect(has_transport == (ending == Ending::kDidNotHappen || !user),
                                       "the transport key of a user card ends with its issue");
                     }};
      });
}

}  // namespace

std::vector<Sequence> personalising_sequences() {
  std::vector<Sequence> sequences;
  sequences.push_back(
      personalising("personalise a user card", CardKind::kUser, test::personalise_user_card));
  sequences.push_back(personalising("personalise a PSAM", CardKind::kPsam,
                                    [](const test::Card& known, card::Session& session) {
                                      test::personalise_psam(known, session, test::usual_ceiling());
                                    }));
  sequences.push_back(
      personalising("personalise an ESAM", CardKind::kEsam, test::personalise_esam));
  return sequences;
}

}  // namespace tear
