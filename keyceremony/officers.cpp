#include "keyceremony/officers.h"

#include <toml++/toml.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "base/crypto/random.h"
#include "base/hsm/token_pin.h"
#include "cos-apdu/keycards/role_card.h"

namespace keyceremony {

namespace {

using base::Fault;
using card::keycards::RoleCard;

std::filesystem::path file_in(const std::filesystem::path& tokens) {
  return tokens / "officers.toml";
}

HeldCard officer_of(const toml::table& table, std::size_t number) {
  const auto name = table["name"].value_exact<std::string>();
  const auto card = table["card"].value_exact<std::string>();
  if (!name || !card) {
    base::fail(Fault::kMalformed, "officers.toml: officer {} needs a name and a card", number);
  }
  return {fmt::format("officer-{}", number), *name, derivation::Serial8::parse(*card), {}};
}

}  // namespace

HeldCard parse_officer(const std::string& text, std::size_t number) {
  const std::size_t comma = text.rfind(',');
  if (comma == std::string::npos || comma == 0) {
    base::fail(Fault::kMalformed, "'{}': expected NAME,SERIAL", text);
  }
  return {fmt::format("officer-{}", number),
          text.substr(0, comma),
          derivation::Serial8::parse(text.substr(comma + 1)),
          {}};
}

void write_officers(const std::filesystem::path& tokens, const Officers& officers) {
  std::string text;
  for (const HeldCard& officer : officers) {
    text += fmt::format("[[officer]]\nname = \"{}\"\ncard = \"{}\"\n\n", officer.name,
                        format(officer.serial));
  }
  base::write_durably(file_in(tokens), text);
}

Officers read_officers(const station::Station& station) {
  const auto path = file_in(station.key_token().parent_path());
  const std::string text = base::read_text_file(path);
  try {
    const toml::table table = toml::parse(std::string_view(text), std::string_view(path.native()));
    const toml::array* const list = table["officer"].as_array();
    if (list == nullptr || list->size() != 2 || !list->is_homogeneous<toml::table>()) {
      base::fail(Fault::kMalformed, "officers.toml: expected two officers");
    }
    return {officer_of(*list->get_as<toml::table>(0), 1),
            officer_of(*list->get_as<toml::table>(1), 2)};
  } catch (const toml::parse_error& error) {
    base::fail(Fault::kMalformed, "officers.toml, line {}: {}", error.source().begin.line,
               error.description());
  }
}

base::SecretBytes make_token_pin(CardTable& cards, const Officers& officers, ShareSlot slot) {
  const base::SecretBytes whole = crypto::random_secret(hsm::kPinSecretBytes);
  const base::SecretBytes first = crypto::random_secret(hsm::kPinSecretBytes);
  const base::SecretBytes second = crypto::xor_of(whole, first);
  const auto number = static_cast<unsigned>(slot);
  RoleCard(cards.visit_with_pin(officers[0])).put_share(number, first);
  RoleCard(cards.visit_with_pin(officers[1])).put_share(number, second);
  return hsm::token_pin_of(whole);
}

base::SecretBytes release_token_pin(CardTable& cards, const Officers& officers, ShareSlot slot) {
  const auto number = static_cast<unsigned>(slot);
  const base::SecretBytes first = RoleCard(cards.visit_with_pin(officers[0])).release_share(number);
  const base::SecretBytes second =
      RoleCard(cards.visit_with_pin(officers[1])).release_share(number);
  return hsm::token_pin_of(crypto::xor_of(first, second));
}

}  // namespace keyceremony
