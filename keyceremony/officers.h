// The two people whose role cards hold the shares of the station's token PINs.
//
// A token PIN is made of 20 random bytes = share of officer 1 XOR share of officer 2; nobody types
// it and nobody sees it. STATION/tokens/officers.toml names the cards.
#pragma once

#include <array>
#include <filesystem>

#include "base/core/secret.h"
#include "base/station/station.h"
#include "keyceremony/card_table.h"

namespace keyceremony {

using Officers = std::array<HeldCard, 2>;

// Where the share of each token lies on a role card.
enum class ShareSlot : unsigned { kKeyToken = 0, kLogToken = 1 };

// "NAME,SERIAL", as people give it; `number` makes the id. Throws kMalformed.
HeldCard parse_officer(const std::string& text, std::size_t number);

// Into the folder of the station's tokens, or of those that become it.
void write_officers(const std::filesystem::path& tokens, const Officers& officers);

// Throws kNotFound before `token init`.
Officers read_officers(const station::Station& station);

// Makes a new PIN, puts its shares onto the two cards and gives it back.
base::SecretBytes make_token_pin(CardTable& cards, const Officers& officers, ShareSlot slot);

// Releases both shares under the cards' PINs.
base::SecretBytes release_token_pin(CardTable& cards, const Officers& officers, ShareSlot slot);

}  // namespace keyceremony
