// The vault that is an opened mother card.
#include "cos-apdu/keycards/mother_vault.h"

#include "base/core/error.h"
#include "derivation/vault_rules.h"

namespace card::keycards {
namespace {

using base::Fault;
using derivation::KeyHandle;
using derivation::KeyIdentity;

base::Mode mode_of(const layout::CardStatus& status) {
  return status.has(layout::kFlagLive) ? base::Mode::kLive : base::Mode::kRehearsal;
}

}  // namespace

derivation::Holding MotherVault::holding() const {
  const auto& status = pair_.status();
  return {.suite = status.suite,
          .flag = mode_of(status),
          .level = derivation::level_of_byte(status.level),
          .version = status.version,
          .generation = status.generation,
          .county = status.county,
          .origin = pair_.origin()};
}

KeyHandle MotherVault::held(derivation::Purpose purpose) const {
  const auto purposes = layout::purposes_of_mother(pair_.status().kind());
  if ((purposes & layout::bit_of(purpose)) == 0)
    base::fail(Fault::kNotFound, "the {} holds no key of purpose {}",
               derivation::row_of(pair_.status().kind()).english, derivation::row_of(purpose).id);
  return {derivation::byte_of(purpose)};
}

MotherVault::Recipe MotherVault::recipe_of(KeyHandle key) const {
  if (const auto child = children_.find(key.value); child != children_.end()) return child->second;
  if (key.value < 1 || key.value > derivation::kPurposes.size())
    base::fail(Fault::kNotFound, "key handle {} is not known", key.value);
  return {static_cast<derivation::Purpose>(key.value), std::nullopt};
}

KeyIdentity MotherVault::identity_of(const Recipe& recipe) const {
  return {recipe.purpose, recipe.factor ? recipe.factor->level() : holding().level};
}

KeyHandle MotherVault::derive(KeyHandle parent, const derivation::Factor& factor) {
  const auto recipe = recipe_of(parent);
  derivation::require_one_step_down(identity_of(recipe), factor);
  if (recipe.factor)
    base::fail(Fault::kRefused, "the mother card derives from its own keys only, one level down");
  const KeyHandle child{next_++};
  children_.emplace(child.value, Recipe{recipe.purpose, factor});
  return child;
}

crypto::Kcv MotherVault::check_value(KeyHandle key) {
  const auto recipe = recipe_of(key);
  return recipe.factor ? pair_.check_value(recipe.purpose, *recipe.factor)
                       : pair_.check_value(recipe.purpose);
}

derivation::ImportBlockBytes MotherVault::export_to(KeyHandle key, KeyHandle issuer_transport,
                                                    const derivation::ExportHeader& header) {
  const auto recipe = recipe_of(key);
  const auto transport = recipe_of(issuer_transport);
  derivation::require_exportable_as(identity_of(recipe), identity_of(transport), holding(), header);
  if (transport.factor)
    base::fail(Fault::kRefused, "export under the mother card's own transport key only");
  return pair_.export_key(header, recipe.factor);
}

FixedBytes<16> MotherVault::mac(KeyHandle key, ByteView message) {
  const auto recipe = recipe_of(key);
  derivation::require_order_key(identity_of(recipe));
  return pair_.mac(recipe.purpose, recipe.factor, message);
}

void MotherVault::verify(KeyHandle key, ByteView message, const FixedBytes<16>& mac) {
  const auto recipe = recipe_of(key);
  derivation::require_order_key(identity_of(recipe));
  pair_.verify(recipe.purpose, recipe.factor, message, mac);
}

derivation::AuditTag MotherVault::tag(KeyHandle issuer_audit_tag,
                                      const derivation::TagInput& input) {
  const auto recipe = recipe_of(issuer_audit_tag);
  derivation::require_tag_key(identity_of(recipe));
  if (recipe.factor)
    base::fail(Fault::kRefused, "tag: expected the mother card's own audit-tag key");
  return pair_.tag(input);
}

void MotherVault::destroy(KeyHandle key) {
  if (children_.erase(key.value) == 0) {
    recipe_of(key);
    base::fail(Fault::kRefused, "a key that the mother card holds is not destroyed here");
  }
}

}  // namespace card::keycards
