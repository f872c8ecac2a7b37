#include "issuance/pairs/statements.h"

#include <algorithm>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/terminal/new_pin.h"
#include "cos-apdu/keycards/role_card.h"
#include "issuance/engine/take_card.h"

namespace issuance {

namespace {

using base::Fault;
using card::keycards::RoleCard;

static_assert(audit::kStatementStep != card::layout::kStepVoidPair &&
              audit::kStatementStep != card::layout::kStepCheckValues);

bool signed_as_officer(audit::Log& log, const std::string& card) {
  bool found = false;
  log.archive().each_entry(0, [&](std::uint64_t, std::string_view bytes) {
    const audit::Entry entry = audit::parse_entry(bytes).entry;
    if (entry.act != audit::Act::kTranscriptSigned || entry.outcome != audit::Outcome::kDone) {
      return;
    }
    found = found || std::ranges::any_of(entry.by, [&](const audit::Person& person) {
              return person.id == card && person.role == audit::Role::kKeyOfficer;
            });
  });
  return found;
}

void require_officers(Workplace& place, const Officers& officers) {
  if (officers.at(0) == officers.at(1)) {
    base::fail(Fault::kRefused, "role card {} was named twice: two officers were expected",
               format(officers.at(0)));
  }
  for (const auto& serial : officers) {
    if (signed_as_officer(place.ledger.log(), format(serial))) continue;
    base::fail(Fault::kRefused, "role card {} has signed no ceremony of this station as an officer",
               format(serial));
  }
}

CardInHand take_role_card(Workplace& place, const derivation::Serial8& serial) {
  return take_card(place, {.english = "role card " + format(serial),
                           .chinese = "角色卡" + format(serial),
                           .is_meant = [&](const auto& status) { return status.serial == serial; },
                           .objection = [](const auto&) { return std::optional<std::string>(); }});
}

}  // namespace

SignedStatement sign_statement(Workplace& place, const Signing& signing, audit::Act act,
                               std::vector<audit::Fact> facts) {
  require_officers(place, signing.officers);
  audit::Statement statement{.act = act, .facts = std::move(facts)};
  std::vector<CardInHand> cards;
  SignedStatement result;
  for (std::size_t at = 0; at < signing.officers.size(); ++at) {
    const auto& serial = signing.officers.at(at);
    cards.push_back(take_role_card(place, serial));
    RoleCard card(cards.back().session);
    const std::string id = fmt::format("officer-{}", at + 1);
    card.verify_pin(terminal::ask_pin(
        place.people, id + ".pin",
        {fmt::format("PIN of role card {} ({})", format(serial), audit::row_of(act).name),
         fmt::format("角色卡密码（{}）", audit::row_of(act).chinese)}));
    statement.officers.at(at) = {serial.bytes(), card.public_point(), card.status().plan_id};
    result.by.push_back({format(serial), audit::Role::kKeyOfficer});
  }
  result.hash = audit::hash_of(statement);
  for (std::size_t at = 0; at < cards.size(); ++at) {
    statement.signatures.at(at) =
        RoleCard(cards.at(at).session).sign(audit::kStatementStep, result.hash);
  }
  audit::require_signed(statement);
  std::filesystem::create_directories(signing.folder);
  result.file = signing.folder / fmt::format("{}-{}.txt", audit::row_of(act).name,
                                             base::to_hex(base::ByteView(result.hash).first(8),
                                                          base::HexCase::kLower));
  base::write_durably(result.file, audit::format(statement));
  return result;
}

}  // namespace issuance
