#include "salesdesk/trade/packages.h"

#include "base/core/error.h"
#include "base/crypto/hash.h"
#include "cos-apdu/layout/release_package.h"
#include "salesdesk/trade/books.h"
#include "salesdesk/trade/shift.h"

namespace desk {

namespace {

void log(Desk& desk, const Shift& shift, audit::Act act, std::vector<audit::Item> object,
         base::ByteView package) {
  object.push_back(audit::file(crypto::sha256(package)));
  store::Transaction change(desk.database());
  desk.acts().record(
      desk.now(),
      {.act = act, .by = {person_of(shift)}, .object = std::move(object), .reason = {}, .run = {}});
  change.commit();
  desk.acts().flush();
}

}  // namespace

void modify_psam_keys(Desk& desk, Reader& reader, base::ByteView package) {
  const Shift shift = require_shift(desk);
  reader.modify_psam_keys(package);
  log(desk, shift, audit::Act::kKeyImported, {}, package);
}

wellkey_tool_card issue_tool_card(Desk& desk, Reader& reader, base::ByteView package) {
  const Shift shift = require_shift(desk);
  reader.issue_tool_card(package);
  const wellkey_tool_card card = reader.tool_card();
  const auto serial = base::fixed<8>(base::from_hex(card.serial, "serial"), "serial");
  log(desk, shift, audit::Act::kIssueDone, {audit::serial(serial)}, package);
  return card;
}

bool is_county_order(base::ByteView package) {
  return !package.empty() && package.front() == card::layout::kReleaseFormat;
}

Released release_lock(Desk& desk, Reader& reader, base::ByteView package,
                      const base::SecretBytes& holder_pin) {
  const Shift shift = require_shift(desk);
  const BusinessTime at = business_time(desk.now());
  const wellkey_release done = reader.release(package, at.day, at.time, holder_pin);
  Released released{base::CardNumber::parse(done.card_number), base::Amount::fen(done.amount_fen),
                    base::Amount::fen(done.balance_after_fen), done.by_order != 0};
  note_sight(desk, sight_on(reader, reader.look(), reader.lock(), desk.now()));
  log(desk, shift, audit::Act::kCardUnlocked,
      {audit::card(released.card), audit::amount(released.consumed),
       audit::amount_after(released.balance_after)},
      package);
  return released;
}

}  // namespace desk
