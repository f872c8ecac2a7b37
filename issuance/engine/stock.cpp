#include "issuance/engine/stock.h"

#include <array>

#include "base/crypto/words.h"
#include "cos-apdu/keycards/pairing.h"
#include "issuance/engine/blanks.h"
#include "issuance/engine/pair_in_hand.h"
#include "issuance/engine/pair_making.h"

namespace issuance {

namespace {

using base::Fault;
using card::keycards::ControlCard;
using card::keycards::MotherCard;
using card::keycards::PairCard;
using card::layout::CardStatus;
using card::layout::LifeCycle;
using derivation::Serial8;

// Not in the table of kinds: no pair issues it.
constexpr Kind kStockPair{"stock",          Form::kPair,        CardKind::kStock,
                          CardKind::kStock, CardKind::kStock,   derivation::Level::kMaster,
                          Scope::kProvince, PinKeeper::kHolder, "stock pair",
                          "库存卡对"};

constexpr std::size_t kFewestOfficers = 2;
constexpr std::size_t kMostOfficers = 4;

CardInHand take_stock_blank(Workplace& place, std::string_view half, const std::string& chinese,
                            const std::vector<CardRow>& pending) {
  return take_card(
      place,
      {.english = fmt::format("blank stock card for the {} card", half),
       .chinese = "库存" + chinese + "空白卡",
       .is_meant = [](const CardStatus& status) { return status.kind() == CardKind::kStock; },
       .objection = [&](const CardStatus& status) -> std::optional<std::string> {
         const bool known = std::any_of(pending.begin(), pending.end(), [&](const CardRow& row) {
           return row.serial == status.serial;
         });
         if (known) return std::nullopt;
         if (status.life_cycle != LifeCycle::kManufactured || !pending.empty()) {
           return fmt::format("card {} is {}: not one that was chosen for the stock pair",
                              format(status.serial), format(status.life_cycle));
         }
         const CardState state = place.ledger.book().card(status.serial).state;
         if (state == CardState::kOutside) return std::nullopt;
         return fmt::format("card {} is {} in the register", format(status.serial), name_of(state));
       }});
}

void confirm_fingerprint(Workplace& place, const crypto::Hash32& mother,
                         const crypto::Hash32& control) {
  const auto shown = [](const crypto::Hash32& value) {
    return crypto::hash_words(base::ByteView(value).first(8));
  };
  place.people.show({"mother card shows", "母卡显示"}, shown(mother));
  place.people.show({"control card shows", "控制卡显示"}, shown(control));
  if (mother != control) {
    base::fail(Fault::kTampered, "the two cards show different fingerprints of their set");
  }
  place.people.confirm(
      {.id = "stock.fingerprint",
       .prompt = {"both read aloud and equal: type EQUAL", "双方念读一致请输入 EQUAL"}},
      "EQUAL");
}

audit::Entry receipt(audit::Act act, const People& by, const Serial8& serial,
                     const std::string& run = {}) {
  return log_entry(
      act, run, by,
      {audit::kind(derivation::byte_of(serial.kind())), audit::serial(serial.bytes())});
}

// Who stands above a pair that no pair stands above: two of them sign its void order, each by his
// number here.
audit::Entry officers_entry(const Job& job, const std::vector<Serial8>& officers) {
  const PairBirth& pair = job.pair.value();
  People by;
  for (const Serial8& officer : officers) {
    by.push_back({format(officer), audit::Role::kKeyOfficer});
  }
  return log_entry(audit::Act::kPairEndorsed, job.id, by,
                   {audit::kind(derivation::byte_of(pair.mother)), audit::pair(pair.name.id)});
}

void require_officers(const std::vector<Serial8>& officers) {
  if (officers.size() < kFewestOfficers || officers.size() > kMostOfficers) {
    base::fail(Fault::kRefused, "{} officers for the stock pair, expected {} to {}",
               officers.size(), kFewestOfficers, kMostOfficers);
  }
  for (std::size_t at = 0; at < officers.size(); ++at) {
    if (officers.at(at).kind() != CardKind::kRole) {
      base::fail(Fault::kRefused, "card {} is no role card", format(officers.at(at)));
    }
    const auto before = officers.begin() + static_cast<std::ptrdiff_t>(at);
    if (std::find(officers.begin(), before, officers.at(at)) != before) {
      base::fail(Fault::kRefused, "role card {} stands twice", format(officers.at(at)));
    }
  }
}

std::vector<crypto::PublicPoint> officer_points(Workplace& place,
                                                const std::vector<Serial8>& officers) {
  require_officers(officers);
  std::vector<crypto::PublicPoint> points;
  for (const Serial8& officer : officers) {
    CardInHand card = take_card(
        place, {.english = "role card " + format(officer) + " of a key officer",
                .chinese = "密钥管理员角色卡 " + format(officer),
                .is_meant = [&](const CardStatus& status) { return status.serial == officer; },
                .objection = [](const CardStatus&) { return std::nullopt; }});
    points.push_back(card::keycards::Blank(card.session).public_point());
  }
  return points;
}

void record_founding(Workplace& place, const Order& order, const Job& job, const Serial8& mother,
                     const Serial8& control) {
  Entries entries;
  for (const Serial8& serial : {mother, control}) {
    entries.push_back(receipt(audit::Act::kCardReceived, order.by, serial, job.id));
  }
  const Entries begun = begin_entries(job, order, job.pair.value().name.id, {mother, control});
  entries.insert(entries.end(), begun.begin(), begun.end());
  place.ledger.record(entries);
}

Job founding_job(Workplace& place, std::vector<CardRow>& pending) {
  Register& book = place.ledger.book();
  for (const PairRow& pair : book.pairs()) {
    if (pair.kind != CardKind::kStock) continue;
    if (pair.state == PairState::kActive) {
      base::fail(Fault::kConflict, "pair {} is the stock pair already", base::to_hex(pair.id));
    }
    if (pair.state != PairState::kMaking) continue;
    pending = book.cards_of_job(pair.job);
    return {pair.job,
            PairBirth{{pair.id, static_cast<std::uint16_t>(pair.generation)}, CardKind::kStock}};
  }
  const auto generation = book.last_generation(CardKind::kStock, std::string()) + 1;
  return {base::to_hex(place.random(8), base::HexCase::kLower),
          PairBirth{{base::fixed<8>(place.random(8)), static_cast<std::uint16_t>(generation)},
                    CardKind::kStock}};
}

// A card makes its key pair once; after a cut it is there already.
crypto::PublicPoint point_of(card::keycards::Blank& blank) {
  try {
    return blank.public_point();
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kNotFound && error.fault() != Fault::kWrongState) throw;
    return blank.make_key_pair();
  }
}

// Made once; a card that has it since before a cut keeps it and tells its check value no more.
crypto::Kcv stock_key_of(MotherCard& mother) {
  try {
    return mother.generate_stock_key();
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kWrongState) throw;
    return {};
  }
}

std::vector<CardInHand> manufactured_in_readers(Workplace& place) {
  std::vector<CardInHand> cards;
  const Wanted wanted{"card straight from its maker", [&](const CardStatus& status) {
                        return status.life_cycle == LifeCycle::kManufactured &&
                               status.kind() != CardKind::kStock;
                      }};
  while (auto link = place.cards.look(wanted)) cards.emplace_back(std::move(link));
  return cards;
}

}  // namespace

StockPair found_stock_pair(Workplace& place, const People& by,
                           const std::vector<Serial8>& officers) {
  std::vector<CardRow> pending;
  const Job job = founding_job(place, pending);
  const auto points_of_officers = officer_points(place, officers);
  const Order order{.kind = kStockPair, .version = place.profile.first_version, .by = by};
  CardInHand first = take_stock_blank(place, "mother", "母卡", pending);
  CardInHand second = take_stock_blank(place, "control", "控制卡", pending);
  // After a cut the half that has a seat keeps it.
  const bool turned = first.status.has(card::layout::kFlagControlRole);
  CardInHand& mother_card = turned ? second : first;
  CardInHand& control_card = turned ? first : second;
  const NewPins pins = ask_new_pins(place, order);
  if (pending.empty()) {
    record_founding(place, order, job, mother_card.status.serial, control_card.status.serial);
  }

  MotherCard mother(mother_card.session);
  ControlCard control(control_card.session);
  const std::array points{point_of(mother), point_of(control)};
  give_pin(mother_card, pins.at(0));
  give_pin(control_card, pins.at(1));
  StockPair made{.pair = job.pair.value().name.id,
                 .mother = mother_card.status.serial,
                 .control = control_card.status.serial};
  if (mother_card.status.life_cycle != LifeCycle::kInUse) {
    place.ledger.record(officers_entry(job, officers));
    for (PairCard* half : {static_cast<PairCard*>(&mother), static_cast<PairCard*>(&control)}) {
      half->put_plan(plan_of(place, job));
      half->put_set(points);
      half->put_officers(points_of_officers);
      write_log_key(*half, place.ledger.log());
    }
    confirm_fingerprint(place, mother.set_fingerprint(), control.set_fingerprint());
    made.check_value = stock_key_of(mother);
  }
  made.fingerprint = mother.set_fingerprint();
  card::keycards::pair_cards(mother, control, job.pair.value().name);
  std::vector<FinishedCard> finished{{made.mother, {}}, {made.control, {}}};
  place.ledger.record(done_entries(job, order, finished, {}));
  return made;
}

std::vector<Serial8> receive_blanks(Workplace& place, const People& by) {
  PairInHand stock(place, pair_name_of(CardKind::kStock), std::string());
  std::vector<CardInHand> cards = manufactured_in_readers(place);
  if (cards.empty()) {
    base::fail(Fault::kNotFound, "no card straight from its maker is in a reader");
  }
  stock.open(place,
             {crypto::sha256(base::bytes_of("wellkey order receive")),
              static_cast<std::uint16_t>(cards.size())},
             by, {});
  std::vector<Serial8> received;
  for (CardInHand& card : cards) {
    const Serial8 serial = card.status.serial;
    const CardState state = place.ledger.book().card(serial).state;
    if (state != CardState::kOutside && state != CardState::kArriving) {
      base::fail(Fault::kTampered, "card {} is {} in the register and manufactured by its own word",
                 format(serial), name_of(state));
    }
    if (state == CardState::kOutside) {
      place.ledger.record(receipt(audit::Act::kCardReceived, by, serial));
    }
    card::keycards::Blank blank(card.session);
    blank.install_transport_key(stock.opened().export_transport_key(serial, point_of(blank)));
    card.ask_again();
    if (card.status.life_cycle != LifeCycle::kBlank) {
      base::fail(Fault::kTampered, "card {}: took its transport key and is {}, expected blank",
                 format(serial), format(card.status.life_cycle));
    }
    place.ledger.record(receipt(audit::Act::kTransportKeyInstalled, by, serial));
    place.people.progress({"received " + format(serial), "入库"}, received.size() + 1,
                          cards.size());
    received.push_back(serial);
  }
  return received;
}

}  // namespace issuance
