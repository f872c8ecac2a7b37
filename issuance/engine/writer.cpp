#include "issuance/engine/writer.h"

#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_files.h"
#include "issuance/engine/card_files.h"

namespace issuance {

namespace {

using base::Fault;
using card::layout::ExportHow;

derivation::Factor own_factor(const Order& order, const derivation::Serial8& card) {
  return order.number ? derivation::Factor::of_user_card(*order.number)
                      : derivation::Factor::of_device(card);
}

void require_equal(const Carried& key, const crypto::Kcv& told, const crypto::Kcv& expected) {
  if (told == expected) return;
  base::fail(Fault::kTampered, "{} key: check value is {}, expected {}",
             derivation::row_of(key.purpose).english, format(told), format(expected));
}

}  // namespace

// Each opening of the issuer is an entry of the log, so its size is a sequence number that no slot
// has seen, after a cut as well.
Writer::Writer(Workplace& place, const Order& order, PairInHand& issuer)
    : place_(place),
      order_(order),
      issuer_(issuer),
      issuer_level_(card::layout::level_of_mother(issuer.mother().kind()).value()),
      origin_(issuer.opened().origin()),
      seq_(static_cast<std::uint32_t>(place.ledger.log().head().size)) {}

void Writer::allot(CardInHand& card, PairInHand& stock) {
  const auto relay = stock.opened().relay(issuer_.mother().serial, card.status.serial);
  const auto block = issuer_.opened().rebase(relay, seq_);
  card::keycards::Blank blank(card.session);
  try {
    blank.import_block(block);
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kTampered) throw;
    base::fail(Fault::kTampered, "blank {}: does not hold the transport key of our stock: swapped",
               format(card.status.serial));
  }
  card.ask_again();
}

derivation::ExportHeader Writer::header_for(const Carried& key, const CardInHand& card) const {
  const bool is_child = key.how == ExportHow::kChild;
  const bool travels_on =
      is_child || (key.how == ExportHow::kCopy && order_.kind.form == Form::kPair);
  const card::layout::CardStatus& mother = issuer_.mother();
  return {.suite = place_.profile.suite,
          .purpose = key.purpose,
          .level = level_after(key.how, issuer_level_),
          .mode = derivation::ImportMode::kInstall,
          .flag = place_.mode,
          .exportable = travels_on ? derivation::Exportable::kYes : derivation::Exportable::kNo,
          .version = is_child ? order_.version : mother.version,
          .generation = mother.generation,
          .county = is_child && order_.county ? order_.county->bcd() : mother.county,
          .target = card.status.serial,
          .seq = seq_,
          .origin = origin_};
}

void Writer::write_keys(CardInHand& card) {
  card::keycards::Blank blank(card.session);
  for (const Carried& key : carried_keys(issuer_.mother().kind(), card.status.kind())) {
    const auto factor = factor_of(key.how, order_, card.status.serial, place_.profile);
    blank.import_block(issuer_.opened().export_key(header_for(key, card), factor));
  }
}

card::OrderMac Writer::order_mac(const CardInHand& card) {
  const auto purpose = card::layout::control_purpose(card.status.kind());
  return [this, purpose, factor = own_factor(order_, card.status.serial)](base::ByteView message) {
    return issuer_.opened().mac(purpose, factor, message);
  };
}

void Writer::write_files(CardInHand& card) {
  for (const FileContent& file :
       file_contents(order_, card.status.serial, place_.profile, place_.clock())) {
    card::write_file(card.session, file.sfi, file.content, order_mac(card));
    if (!base::equal(card::read_file(card.session, file.sfi), file.content)) {
      base::fail(Fault::kTampered, "file {:02X}: reads back otherwise than written", file.sfi);
    }
  }
}

void Writer::switch_to_use(CardInHand& card) {
  card::switch_to_use(card.session, order_mac(card));
  card.ask_again();
}

crypto::Kcv Writer::expected_value(const Carried& key, const derivation::Serial8& card) {
  const auto factor = factor_of(key.how, order_, card, place_.profile);
  return factor ? issuer_.opened().check_value(key.purpose, *factor)
                : issuer_.opened().check_value(key.purpose);
}

void Writer::compare_slots(CardInHand& card) {
  for (const Carried& key : carried_keys(issuer_.mother().kind(), card.status.kind())) {
    const auto info = card::get_key_info(card.session, key.purpose);
    if (!info) {
      base::fail(Fault::kTampered, "{} key: the slot is empty",
                 derivation::row_of(key.purpose).english);
    }
    require_equal(key, info->check_value, expected_value(key, card.status.serial));
  }
}

std::vector<CarriedValue> Writer::compare_held_keys(const derivation::Serial8& mother,
                                                    card::keycards::OpenPair& opened) {
  std::vector<CarriedValue> values;
  for (const Carried& key : carried_keys(issuer_.mother().kind(), mother.kind())) {
    if (key.how == ExportHow::kLeafOfSerial) continue;  // told by the audit tag only
    const crypto::Kcv expected = expected_value(key, mother);
    require_equal(key, opened.check_value(key.purpose), expected);
    values.push_back({mother, key.purpose, level_after(key.how, issuer_level_), expected});
  }
  return values;
}

FinishedCard Writer::compare_tag(CardInHand& card) {
  const auto told = card::keycards::Blank(card.session).tag();
  const auto expected = issuer_.opened().tag({.card = own_factor(order_, card.status.serial),
                                              .level = derivation::level_of_byte(card.status.level),
                                              .county = card.status.county,
                                              .version = card.status.version,
                                              .generation = card.status.generation,
                                              .slots = told.slots});
  if (told.tag != expected) {
    base::fail(Fault::kTampered, "audit tag is {}, expected {}", base::to_hex(told.tag),
               base::to_hex(expected));
  }
  return {card.status.serial, told.tag};
}

unsigned acts_for(const Order& order, const Workplace& place, const derivation::Serial8& card) {
  const std::size_t keys = carried_keys(order.kind.issuer, card.kind()).size();
  constexpr std::size_t kRebase = 1;
  constexpr std::size_t kEndorseOrSwitch = 1;
  const std::size_t files = file_contents(order, card, place.profile, place.clock()).size();
  return static_cast<unsigned>(keys + kRebase + kEndorseOrSwitch + files);
}

}  // namespace issuance
