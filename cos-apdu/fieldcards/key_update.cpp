// A resumable key update.
#include "cos-apdu/fieldcards/key_update.h"

#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_status.h"

namespace card::fieldcards {
namespace {

bool is(const std::optional<KeyInfo>& info, const derivation::ImportBlock& block) {
  return info && info->version == block.header.version && info->seq == block.header.seq &&
         info->check_value == block.check_value;
}

}  // namespace

bool holds_block(Session& card, const derivation::ImportBlockBytes& bytes) {
  const auto block = derivation::decode_import_block(bytes);
  const auto purpose = block.header.purpose;
  return is(get_key_info(card, purpose), block) ||
         is(get_key_info(card, purpose, SlotSide::kStaged), block);
}

void update_keys(Session& card, const layout::KeyPackage& package) {
  const auto status = layout::decode_card_status(get_card_status(card));
  if (status.serial != package.target)
    base::fail(base::Fault::kConflict, "key package: it is for card {}, this one is {}",
               derivation::format(package.target), derivation::format(status.serial));
  if (status.version == package.version) return;
  for (const auto& block : package.blocks)
    if (!holds_block(card, block)) import_block(card, block);
  switch_version(card, package.version, package.switch_mac);
}

}  // namespace card::fieldcards
