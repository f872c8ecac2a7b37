#include "tests/tear/key_cards.h"

namespace tear {

using bench::CardKind;

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
