#include "tests/tear/key_cards.h"

#include "cos-apdu/layout/keycard_seal.h"

namespace tear {

using bench::CardKind;
using card::keycards::Blank;
using card::keycards::KeyCard;
using card::layout::LifeCycle;
using derivation::Serial8;

Placed placed(std::string name, const bench::TestCard& card) {
  return {std::move(name), *card.medium};
}

card::layout::CardStatus status_of(Table& table, std::size_t at) {
  return card::keycards::read_status(table.session(at));
}

card::layout::LifeCycle life_cycle_of(Table& table, std::size_t at) {
  return status_of(table, at).life_cycle;
}

void unlock(Table& table, std::size_t at) {
  card::keycards::KeyCard(table.session(at)).verify_pin(bench::secret(bench::kPin));
}

card::keycards::OpenPair open_pair_at(Table& table, std::size_t mother, std::size_t control,
                                      std::uint16_t acts) {
  const auto pin = bench::secret(bench::kPin);
  return {table.session(mother),
          table.session(control),
          {pin, pin},
          {crypto::sha256(Bytes{0x02}), acts}};
}

crypto::PublicPoint point_of(card::keycards::Blank& blank) {
  crypto::PublicPoint point{};
  if (!succeeds(base::Fault::kNotFound, [&] { point = blank.public_point(); }))
    point = blank.make_key_pair();
  return point;
}

namespace {

// KT0 and KT of the one blank.
crypto::Key stock_transport() {
  return base::SecretBytes::copy_of(Bytes(crypto::kKeyBytes, 0x51));
}

crypto::Key transport() {
  return base::SecretBytes::copy_of(Bytes(crypto::kKeyBytes, 0x52));
}

card::layout::InstallPackage install_package(const Serial8& serial,
                                             const crypto::PublicPoint& point) {
  const Bytes head{static_cast<Byte>(crypto::SuiteId::kAes128), 0x00};
  const auto sealed = card::layout::seal_to(point, card::layout::seal_name::kInstall,
                                            serial.bytes(), head, stock_transport());
  return base::fixed<std::tuple_size_v<card::layout::InstallPackage>>(base::concat({head, sealed}));
}

derivation::ImportBlockBytes rebase_block(const Serial8& serial) {
  const derivation::ExportHeader header{.suite = crypto::SuiteId::kAes128,
                                        .purpose = bench::Purpose::kTransport,
                                        .level = derivation::Level::kDevice,
                                        .target = serial};
  return encode(derivation::seal_import_block(stock_transport(), header, transport()));
}

}  // namespace

void take_in(card::Session& session, const Serial8& serial) {
  Blank blank(session);
  if (blank.status().life_cycle == LifeCycle::kManufactured) {
    const auto point = point_of(blank);
    if (blank.status().pin_tries == card::layout::kNoPin) blank.set_pin(bench::secret(bench::kPin));
    KeyCard(session).verify_pin(bench::secret(bench::kPin));
    blank.install_transport_key(install_package(serial, point));
  }
  blank.import_block(rebase_block(serial));
}

Hierarchy::Hierarchy()
    : stock(bench::make_stock(base::Mode::kRehearsal)),
      master(bench::make_master(*stock)),
      province(CardKind::kProvincialMother, CardKind::kProvincialControl, 1),
      county(CardKind::kCountyMother, CardKind::kCountyControl, 1) {
  bench::issue_pair(*stock, master->pair, province, bench::province_factor());
  bench::issue_pair(*stock, province, county, bench::county_factor());
}

Hierarchy& hierarchy() {
  static Hierarchy made;
  return made;
}

}  // namespace tear
