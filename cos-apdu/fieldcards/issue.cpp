// A resumable issue.
#include "cos-apdu/fieldcards/issue.h"

#include "cos-apdu/card_commands.h"
#include "cos-apdu/fieldcards/field_card.h"
#include "cos-apdu/fieldcards/key_update.h"
#include "cos-apdu/layout/card_status.h"

namespace card::fieldcards {

void issue_field_card(Session& card, const layout::FieldPackage& package) {
  const auto status = layout::decode_card_status(get_card_status(card));
  if (status.serial != package.card)
    base::fail(base::Fault::kConflict, "field package: it is for card {}, this one is {}",
               derivation::format(package.card), derivation::format(status.serial));
  if (status.life_cycle == layout::LifeCycle::kInUse) {
    if (read_grant(card) == package.grant) return;
    base::fail(base::Fault::kConflict, "field card {}: it is in use with another grant",
               derivation::format(status.serial));
  }
  for (const auto& block : package.blocks)
    if (!holds_block(card, block)) import_block(card, block);
  for (const auto& part : package.parts) append_part(card, part);
  const bool tool = package.card.kind() == derivation::CardKind::kTool;
  issue_card(card, package.grant, tool ? ByteView(package.data) : ByteView{}, package.issue_mac);
}

}  // namespace card::fieldcards
