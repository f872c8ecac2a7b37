// The county station's part.
#include "tests/cos-apdu/field_packages.h"

#include "cos-apdu/fieldcards/issue.h"
#include "cos-apdu/layout/card_files.h"

namespace test {
namespace {

using card::layout::FieldPackage;
using card::layout::Grant;
using card::layout::Part;
using card::layout::PartType;
using card::layout::ToolSubtype;
using derivation::ImportMode;
using derivation::Level;

}  // namespace

card::layout::KeyPackage key_package(Card& target, std::uint8_t version, std::uint32_t seq) {
  card::layout::KeyPackage package{.target = target.serial(), .version = version};
  for (const auto& row : card::layout::keys_of(target.serial().kind())) {
    if (row.level != Level::kCounty) continue;
    const auto key = target.county().key(row.purpose, version);
    package.blocks.push_back(
        encode(target.block(row.purpose, row.level, key, seq, version, ImportMode::kUpdate)));
  }
  package.switch_mac = target.control_mac(card::switch_message(target.serial(), version));
  return package;
}

Part restore_part(const Card& esam, std::uint32_t settled_sn) {
  card::RestoreOrder order{
      .target = esam.serial(), .version = 1, .seq = 1, .settled_sn = settled_sn};
  order.mac = esam.control_mac(card::restore_message(order));
  return {PartType::kRestore, encode(order)};
}

card::layout::ReleasePackage release_package(Card& psam, const base::CardNumber& user,
                                             std::uint16_t online_sn, std::uint16_t offline_sn,
                                             Amount amount) {
  card::layout::ReleasePackage package{.psam = psam.serial(),
                                       .card = user,
                                       .online_sn = online_sn,
                                       .offline_sn = offline_sn,
                                       .amount = amount};
  const auto leaf = psam.county().leaf(Purpose::kUnload, user.factor8());
  package.record = crypto::sha256(base::bytes_of("suspended record"));
  package.key = encode(psam.block(Purpose::kUnload, Level::kUser, leaf, 1));
  package.mac = psam.control_mac(release_message(package));
  return package;
}

Grant usual_grant(const County& county, ToolSubtype subtype) {
  return {.subtype = subtype,
          .version = 1,
          .county = county.code().bcd(),
          .valid_from = {0x20, 0x26, 0x01, 0x01},
          .valid_until = {0x20, 0x26, 0x12, 0x31},
          .uses = 3};
}

card::layout::ToolData counted_data() {
  card::layout::ToolData data{};
  for (std::size_t i = 0; i < data.size(); ++i) data.at(i) = static_cast<base::Byte>(i);
  return data;
}

FieldPackage field_package(Card& blank, const Grant& grant, std::vector<Part> parts) {
  const auto& county = blank.county();
  FieldPackage package{.card = blank.serial(), .parts = std::move(parts), .grant = grant};
  for (const auto purpose : {Purpose::kCardControl, Purpose::kAuditTag})
    package.blocks.push_back(encode(
        blank.block(purpose, Level::kDevice, county.leaf(purpose, blank.serial().bytes()), 1)));
  if (grant.subtype != ToolSubtype::kNone) {
    const auto purpose = card::layout::tool_of_byte(static_cast<base::Byte>(grant.subtype)).purpose;
    package.blocks.push_back(encode(blank.block(purpose, Level::kCounty, county.key(purpose), 1)));
    package.data = counted_data();
  }
  package.issue_mac = blank.control_mac(issue_message(package));
  return package;
}

std::unique_ptr<Card> issue_field_card(const County& county, CardKind kind, const Grant& grant,
                                       std::vector<Part> parts) {
  auto out = std::make_unique<Card>(county, derivation::Serial8::of(kind, 8));
  card::fieldcards::issue_field_card(out->session(), field_package(*out, grant, std::move(parts)));
  return out;
}

}  // namespace test
