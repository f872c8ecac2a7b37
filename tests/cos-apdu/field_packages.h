// Packages for the field as a county station makes them, with the county's keys in software.
#pragma once

#include "cos-apdu/layout/field_package.h"
#include "cos-apdu/layout/release_package.h"
#include "tests/cos-apdu/issued_cards.h"

namespace test {

// Blocks for every county key of the target, and the switch, one version up from 1.
card::layout::KeyPackage key_package(Card& target, std::uint8_t version = 2, std::uint32_t seq = 2);

card::layout::Part restore_part(const Card& esam, std::uint32_t settled_sn);

// A county station's order to release the lock of a user card of version 1.
card::layout::ReleasePackage release_package(Card& psam, const base::CardNumber& user,
                                             std::uint16_t online_sn, std::uint16_t offline_sn,
                                             Amount amount);

// Three uses in 2026.
card::layout::Grant usual_grant(
    const County& county, card::layout::ToolSubtype subtype = card::layout::ToolSubtype::kNone);

// The data 00 01 02 … 3F.
card::layout::ToolData counted_data();

// Keys, parts and the issue order for one blank; the data of a tool card is counted_data.
card::layout::FieldPackage field_package(Card& blank, const card::layout::Grant& grant,
                                         std::vector<card::layout::Part> parts = {});

// In use.
std::unique_ptr<Card> issue_field_card(const County& county, CardKind kind,
                                       const card::layout::Grant& grant,
                                       std::vector<card::layout::Part> parts = {});

}  // namespace test
