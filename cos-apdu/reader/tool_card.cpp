// The functions of tool cards: issue and read.
#include <algorithm>

#include "cos-apdu/fieldcards/field_card.h"
#include "cos-apdu/fieldcards/issue.h"
#include "cos-apdu/reader/fields.h"
#include "cos-apdu/reader/port.h"

namespace card::reader {

namespace {

using layout::CardKind;

wellkey_reading reading_of(const layout::Reading& reading) {
  wellkey_reading out{};
  put_hex(out.terminal, reading.terminal);
  put_hex(out.date, reading.at.date);
  put_hex(out.time, reading.at.time);
  out.energy = reading.energy;
  out.money_fen = reading.money.fen();
  out.sessions = reading.sessions;
  out.suspended = reading.suspended;
  return out;
}

void fill_grant(Session& session, wellkey_tool_card& out) {
  const auto grant = fieldcards::read_grant(session);
  out.subtype = static_cast<Byte>(grant.subtype);
  out.key_version = grant.version;
  put_hex(out.county, grant.county);
  put_hex(out.valid_from, grant.valid_from);
  put_hex(out.valid_until, grant.valid_until);
  out.well_group = grant.well_group;
  out.uses = grant.uses;
  out.uses_left = out.uses - fieldcards::read_use_counters(session).used;
}

wellkey_result issue_result(const Refusal& refusal) {
  if (refusal.status() == status::kMacWrong) return WELLKEY_MAC_REFUSED;
  return refusal.status() == status::kKeyVersionUnknown ? WELLKEY_KEY_VERSION
                                                        : WELLKEY_CARD_REFUSED;
}

}  // namespace

void Port::issue_tool_card(std::span<const Byte> bytes) {
  const auto package = layout::decode_field_package(bytes);
  if (package.card.kind() != CardKind::kTool)
    base::fail(base::Fault::kMalformed, "package for a {}: a tool card expected",
               derivation::row_of(package.card.kind()).english);
  HeldCard card(readers_->take(CardKind::kTool));
  if (card.status().serial != package.card) {
    throw Failure(WELLKEY_OTHER_CARD,
                  "the package is for tool card " + derivation::format(package.card));
  }
  try {
    repeat_until_heard(card, [&] { fieldcards::issue_field_card(card.session(), package); });
  } catch (const Refusal& refusal) {
    throw Failure(issue_result(refusal), refusal.what());
  } catch (const base::Error& error) {
    if (error.fault() != base::Fault::kConflict) throw;
    throw Failure(WELLKEY_CARD_REFUSED, error.what());
  }
}

wellkey_tool_card Port::tool_card() {
  HeldCard card(readers_->take(CardKind::kTool));
  wellkey_tool_card out{};
  put(out.serial, derivation::format(card.status().serial));
  out.life_cycle = static_cast<Byte>(card.status().life_cycle);
  if (card.status().life_cycle != layout::LifeCycle::kInUse) return out;
  fill_grant(card.session(), out);
  const auto data = fieldcards::read_tool_data(card.session());
  std::copy(data.begin(), data.end(), std::begin(out.data));
  const auto readings = fieldcards::read_readings(card.session());
  out.readings_count = static_cast<std::uint32_t>(readings.size());
  std::transform(readings.begin(), readings.end(), std::begin(out.readings), reading_of);
  return out;
}

}  // namespace card::reader
