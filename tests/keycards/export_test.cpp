// What leaves an open mother card: only what the matrix, the header and the order allow.
#include <doctest/doctest.h>

#include "base/core/card_number.h"
#include "cos-apdu/keycards/exchange.h"
#include "cos-apdu/keycards/mother_vault.h"
#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Fault;
using base::Mode;
using card::keycards::Blank;
using card::keycards::MotherVault;

}  // namespace

TEST_CASE("no single changed bit of an import block is accepted [R135] [R153]") {
  CountyBench bench;
  const auto psam = allotted_psam(bench);
  auto open = bench.county.open(1);
  const auto block = open.export_key(header_for(open, Purpose::kPurchase, {}, psam->serial), {});
  for (std::size_t bit = 0; bit < block.size() * 8; ++bit) {
    CAPTURE(bit);
    auto changed = block;
    changed.at(bit / 8) = static_cast<Byte>(changed.at(bit / 8) ^ (1U << (bit % 8)));
    const auto refused =
        card::keycards::command_of(card::keycards::KeycardCommandId::kImportBlock, changed, 0x02);
    CHECK(!psam->session.send(refused).status.is_ok());
  }
  Blank(psam->session).import_block(block);
  CHECK(fault_of([&] { Blank(psam->session).import_block(block); }) == Fault::kWrongState);
}

TEST_CASE("what is not in the export matrix is refused [R134] [R157]") {
  CountyBench bench;
  auto open = bench.county.open(20);
  const auto psam = derivation::Serial8::of(CardKind::kPsam, 7);
  const auto esam = derivation::Serial8::of(CardKind::kEsam, 8);
  const auto user = derivation::Serial8::of(CardKind::kUser, 9);
  const auto master = derivation::Serial8::of(CardKind::kMasterMother, 10);

  struct Attempt {
    Purpose purpose;
    derivation::Serial8 target;
  };

  for (const Attempt& attempt :
       {Attempt{Purpose::kUnload, psam}, Attempt{Purpose::kTransport, psam},
        Attempt{Purpose::kLoad, esam}, Attempt{Purpose::kTac, esam}, Attempt{Purpose::kLoad, user},
        Attempt{Purpose::kLoad, master}})
    CHECK(fault_of([&] {
            open.export_key(header_for(open, attempt.purpose, {}, attempt.target), {});
          }) == Fault::kWrongState);
}

TEST_CASE("a header that contradicts the key is refused [R129] [R149]") {
  CountyBench bench;
  auto open = bench.county.open(20);
  const auto psam = derivation::Serial8::of(CardKind::kPsam, 7);
  const auto good = header_for(open, Purpose::kLoad, {}, psam);
  const auto refused = [&](derivation::ExportHeader header) {
    return fault_of([&] { open.export_key(header, {}); });
  };
  auto header = good;
  header.county = {0x13, 0x01, 0x04};
  CHECK(refused(header) == Fault::kRefused);
  header = good;
  header.version = 2;
  CHECK(refused(header) == Fault::kRefused);
  header = good;
  header.generation = 2;
  CHECK(refused(header) == Fault::kRefused);
  header = good;
  header.flag = Mode::kLive;
  CHECK(refused(header) == Fault::kRefused);
  header = good;
  header.origin = {1, 2, 3, 4};
  CHECK(refused(header) == Fault::kRefused);
  header = good;
  header.exportable = derivation::Exportable::kYes;
  CHECK(refused(header) == Fault::kWrongState);
  const auto other = Factor::of_device(derivation::Serial8::of(CardKind::kPsam, 8));
  CHECK(fault_of([&] {
          open.export_key(header_for(open, Purpose::kPsamControl, other, psam), other);
        }) == Fault::kRefused);
  CHECK_NOTHROW(open.export_key(good, {}));
}

TEST_CASE("an opening ends with its batch order [R133] [R160]") {
  CountyBench bench;
  auto open = bench.county.open(2);
  const auto header =
      header_for(open, Purpose::kLoad, {}, derivation::Serial8::of(CardKind::kPsam, 7));
  open.export_key(header, {});
  open.export_key(header, {});
  CHECK(open.acts_left() == 0);
  CHECK(fault_of([&] { open.export_key(header, {}); }) == Fault::kRefused);

  // The control card keeps the count itself, whatever the host says.
  const auto asked = base::Writer().bytes(crypto::Hash32{}).u32(1000).take();
  CHECK(bench.county.control.session
            .send(card::keycards::command_of(card::keycards::KeycardCommandId::kAuthorise, asked))
            .status == card::status::kConditionNotSatisfied);
}

TEST_CASE("an authorisation serves one act with one header [R133]") {
  CountyBench bench;
  auto open = bench.county.open(3);
  using card::keycards::KeycardCommandId;
  const auto header = derivation::encode_header(
      header_for(open, Purpose::kLoad, {}, derivation::Serial8::of(CardKind::kPsam, 7)), {});
  auto& mother = bench.county.mother.session;
  const auto before = base::Writer().u32(0xFFFF).take();
  const auto mac = card::keycards::exchange(
      bench.county.control.session, KeycardCommandId::kAuthorise, base::concat({header, before}));
  const auto act = base::concat({header, Bytes(8), before, mac});
  CHECK(mother.send(card::keycards::command_of(KeycardCommandId::kExport, act)).status ==
        card::status::kWrongData);
  auto forged = act;
  forged.back() ^= 1U;
  CHECK(mother.send(card::keycards::command_of(KeycardCommandId::kExport, forged)).status ==
        card::status::kMacWrong);
}

TEST_CASE("a block for one card enters no other, nor one of another county [R149] [R153]") {
  CountyBench bench;
  const auto psam = allotted_psam(bench);
  TestCard other(CardKind::kPsam, 8);
  admit(*bench.stock, other);
  allot(*bench.stock, bench.county, other);
  auto open = bench.county.open(1);
  const auto block = open.export_key(header_for(open, Purpose::kLoad, {}, psam->serial), {});
  CHECK(fault_of([&] { Blank(other.session).import_block(block); }) == Fault::kRefused);

  TestCard unallotted(CardKind::kPsam, 9);
  admit(*bench.stock, unallotted);
  CHECK_THROWS_AS(Blank(unallotted.session).import_block(block), base::Error);
}

TEST_CASE("every county has keys of its own [R148] [R149] [R152]") {
  CountyBench bench;
  auto open = bench.province.open(0);
  CHECK(open.check_value(Purpose::kPurchase, county_factor("130102")) !=
        open.check_value(Purpose::kPurchase, county_factor("130104")));
  CHECK(open.check_value(Purpose::kPurchase, county_factor("130102", 1)) !=
        open.check_value(Purpose::kPurchase, county_factor("130102", 2)));
}

TEST_CASE("the vault of an opened mother card keeps the rules of every vault [R129] [R134]") {
  CountyBench bench;
  auto open = bench.county.open(4);
  MotherVault vault(open);
  const auto load = vault.held(Purpose::kLoad);
  const auto number =
      Factor::of_user_card(base::CardNumber::of(base::CountyCode::parse(kCounty), 1, 1));
  const auto leaf = vault.derive(load, number);
  CHECK(vault.check_value(leaf) != vault.check_value(load));
  CHECK(fault_of([&] { vault.derive(leaf, number); }) == Fault::kRefused);
  CHECK(fault_of([&] { vault.derive(load, county_factor()); }) == Fault::kRefused);
  CHECK(fault_of([&] { vault.mac(load, Bytes{1}); }) == Fault::kRefused);
  CHECK(fault_of([&] { vault.destroy(load); }) == Fault::kRefused);

  const auto control = vault.held(Purpose::kPsamControl);
  const auto message = base::bytes_of("refresh order");
  const auto mac = vault.mac(control, message);
  CHECK_NOTHROW(vault.verify(control, message, mac));
  CHECK(fault_of([&] { vault.verify(control, base::bytes_of("another"), mac); }) ==
        Fault::kTampered);
  vault.destroy(leaf);
  CHECK(fault_of([&] { vault.check_value(leaf); }) == Fault::kNotFound);
}

TEST_CASE("what the county's vault exports is the key whose check value it tells [R134] [R157]") {
  CountyBench bench;
  const auto psam = allotted_psam(bench);
  auto open = bench.county.open(5);
  MotherVault vault(open);
  const auto transport = vault.held(Purpose::kTransport);
  const auto serial = Factor::of_device(psam->serial);
  for (const auto purpose : {Purpose::kLoad, Purpose::kPurchase, Purpose::kTac}) {
    const auto block = vault.export_to(vault.held(purpose), transport,
                                       header_for(open, purpose, {}, psam->serial));
    Blank(psam->session).import_block(block);
    CHECK(card::get_key_info(psam->session, purpose)->check_value ==
          vault.check_value(vault.held(purpose)));
  }
  for (const auto purpose : {Purpose::kPsamControl, Purpose::kAuditTag}) {
    const derivation::DerivedKey leaf(vault, vault.held(purpose), serial);
    Blank(psam->session)
        .import_block(vault.export_to(leaf.handle(), transport,
                                      header_for(open, purpose, serial, psam->serial)));
    CHECK(card::get_key_info(psam->session, purpose)->check_value ==
          vault.check_value(leaf.handle()));
  }
}
