// Genuine steps with hostile values: what any card takes, modules and key cards.
#include "tests/hostile/oracle.h"

#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/esam.h"
#include "cos-apdu/keycards/exchange.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/keycard_orders.h"
#include "cos-apdu/psam.h"
#include "cos-apdu/secure_messaging.h"
#include "cos-apdu/user_card.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/identity.h"
#include "cos-apdu/virtual/key_slot.h"
#include "cos-apdu/virtual/sam_memory.h"
#include "derivation/import_block.h"
#include "tests/hostile/nvm_rules.h"

namespace hostile {
namespace {

using base::Amount;
using card::layout::KeyType;
using derivation::Purpose;

constexpr Byte kWriteKey = 0xD4;

Purpose purpose_of(Byte choice) {
  return derivation::kPurposes.at(choice % derivation::kPurposes.size()).purpose;
}

// What an interoperability card keeps under another name.
std::optional<KeyType> key_type_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::kLoad:
      return KeyType::kLoad;
    case Purpose::kPurchase:
      return KeyType::kPurchase;
    case Purpose::kUnload:
      return KeyType::kUnload;
    case Purpose::kPinUnblock:
      return KeyType::kPinUnblock;
    case Purpose::kMaintenance:
      return KeyType::kLine;
    case Purpose::kCardControl:
      return KeyType::kAuthenticate;
    default:
      return std::nullopt;
  }
}

}  // namespace

Byte Choices::byte() {
  if (rest_.empty()) return 0;
  const Byte first = rest_.front();
  rest_ = rest_.subspan(1);
  return first;
}

Bytes Choices::bytes(std::size_t count) {
  const auto here = rest_.first(std::min(count, rest_.size()));
  Bytes out(here.begin(), here.end());
  rest_ = rest_.subspan(here.size());
  out.resize(count);
  return out;
}

Bytes Choices::prefixed() {
  const std::size_t count = std::min<std::size_t>(byte(), rest_.size());
  return bytes(count);
}

struct Oracle::Row {
  std::string_view name;
  void (Oracle::*run)(Choices& choices);
};

const Oracle::Row Oracle::kRows[] = {
    {"APDU", &Oracle::apdu},
    {"reset", &Oracle::reset},
    {"cut", &Oracle::cut},
    {"right PIN", &Oracle::right_pin},
    {"order with its MAC", &Oracle::order},
    {"command under its MAC", &Oracle::under_mac},
    {"command enciphered", &Oracle::enciphered},
    {"load", &Oracle::load},
    {"purchase", &Oracle::purchase},
    {"grey lock", &Oracle::lock},
    {"settle", &Oracle::settle},
    {"grey unlock", &Oracle::release},
    {"load at a PSAM", &Oracle::sam_load},
    {"lock at an ESAM", &Oracle::certify},
    {"device proof", &Oracle::prove_device},
    {"import block", &Oracle::import},
    {"open pair", &Oracle::open_pair},
    {"act", &Oracle::act},
    {"cash withdraw", &Oracle::cash},
    {"unload", &Oracle::unload},
    {"overdraft change", &Oracle::overdraft},
    {"composite purchase", &Oracle::composite},
    {"release at a PSAM", &Oracle::sam_release},
    {"order without a challenge", &Oracle::standing_order},
    {"field card at a meter", &Oracle::use_field_card},
    {"tool card at an ESAM", &Oracle::serve_tool},
    {"directory of an interoperability card", &Oracle::enter},
};

Oracle::Oracle(GuardedCard& card, GuardedCard* partner)
    : card_(card), partner_(partner), session_(card) {
  if (partner_ != nullptr) partner_session_.emplace(*partner_);
}

std::size_t Oracle::steps() {
  return std::size(kRows);
}

std::string_view Oracle::step_name(std::size_t step) {
  return kRows[step].name;
}

void Oracle::step(Choices& choices) {
  try {
    const auto& row = kRows[choices.byte() % steps()];
    (this->*row.run)(choices);
  } catch (const base::Error&) {
    // the card's refusal, in words
  }
}

card::chip::Nvm Oracle::memory() const {
  auto medium = std::make_shared<base::WipedBytes>();
  const Bytes empty = card::chip::empty_image();
  medium->assign(empty.begin(), empty.end());
  card::chip::Nvm nvm(std::make_unique<card::chip::MemoryStorage>(medium));
  for (const auto& [id, value] : card_.records()) nvm.put(id, value);
  return nvm;
}

// The first key of a type in the directory that was entered.
std::optional<card::chip::KeySlot> Oracle::key_of_file(KeyType type) const {
  for (const auto& [id, value] : card_.records()) {
    const auto secret = key_of_key_file(card_.records(), id);
    const bool master = is_in_master_key_file(id);
    if (secret.empty() || master != in_master_file_ ||
        (value[0] & 0x3FU) != static_cast<Byte>(type))
      continue;
    base::WipedBytes whole(secret.begin(), secret.end());
    if (whole.size() < crypto::kKeyBytes) whole.insert(whole.end(), secret.begin(), secret.end());
    return card::chip::KeySlot{.suite = crypto::SuiteId::kTdes2,
                               .key = base::SecretBytes::copy_of(whole)};
  }
  return std::nullopt;
}

std::optional<card::chip::KeySlot> Oracle::slot(Purpose purpose) const {
  if (is_interoperability(card_.records())) {
    const auto type = key_type_of(purpose);
    return type ? key_of_file(*type) : std::nullopt;
  }
  return card::chip::load_slot(memory(), card::chip::slot_record(purpose));
}

// CLA INS P1 P2, then prefixed data.
card::CommandApdu Oracle::read_command(Choices& choices) {
  card::CommandApdu command{.name = "hostile"};
  command.cla = choices.byte();
  command.ins = choices.byte();
  command.p1 = choices.byte();
  command.p2 = choices.byte();
  return command.with(choices.prefixed());
}

void Oracle::apdu(Choices& choices) {
  card_.said_to(choices.prefixed());
}

void Oracle::reset(Choices&) {
  open_.reset();
  in_master_file_ = true;
  card_.reset();
}

void Oracle::cut(Choices& choices) {
  const std::size_t nth = choices.byte() % 4 + std::size_t{1};
  card_.cut_at(nth, choices.byte());
}

void Oracle::right_pin(Choices&) {
  card::verify_pin(session_, base::SecretBytes::copy_of(base::bytes_of(kDeckPin)));
}

void Oracle::order(Choices& choices) {
  const auto kind = card::chip::load_identity(memory()).kind();
  const auto key = slot(card::layout::control_purpose(kind));
  if (!key) return;
  card::send_order(session_, read_command(choices),
                   [&](ByteView message) { return crypto::cmac16(key->suite, key->key, message); });
}

void Oracle::under_mac(Choices& choices) {
  const auto key = slot(purpose_of(choices.byte()));
  if (!key) return;
  const auto challenge = card::get_challenge(session_, card::sm_challenge_bytes(key->suite));
  const card::SecureMessaging messaging(key->suite, key->key, challenge);
  const auto command = read_command(choices);
  if (command.ins == kWriteKey) card_.excuse(command.data);
  session_.send(messaging.with_mac(command));
}

void Oracle::enciphered(Choices& choices) {
  const auto key = slot(purpose_of(choices.byte()));
  if (!key) return;
  const auto challenge = card::get_challenge(session_, card::sm_challenge_bytes(key->suite));
  const card::SecureMessaging messaging(key->suite, key->key, challenge);
  const auto command = read_command(choices);
  if (command.ins == kWriteKey) card_.excuse(command.data);
  session_.send(messaging.enciphered(command));
}

void Oracle::sam_load(Choices& choices) {
  const auto key = slot(Purpose::kLoad);
  if (!key) return;
  card::SamLoadRequest request{.card_random = choices.fixed<4>(),
                               .online_sn = choices.byte(),
                               .balance = choices.amount(),
                               .amount = choices.amount(),
                               .at = kWhen,
                               .key_version = key->version,
                               .algorithm = static_cast<Byte>(key->suite),
                               .card_factor = {0x22, 0, 0, 0, 0, 0, 0x17, 0}};
  const Bytes factor = choices.bytes(8);
  std::ranges::copy(factor, request.card_factor.begin());
  const auto session =
      card::purse::online_session_key(key->suite, card::chip::leaf_key(*key, request.card_factor),
                                      request.card_random, request.online_sn);
  const card::purse::Order order{.amount = request.amount,
                                 .type = request.type,
                                 .terminal = card::chip::terminal_number(memory())};
  request.mac1 =
      crypto::mac4(key->suite, session, card::purse::load_mac1_input(request.balance, order));
  card::init_sam_for_load(session_, request);
}

// The open lock's own record holds its session key: stage1 terminalSN4 offlineSN2 balance4 … suite1
// at 27, key at 28.
void Oracle::certify(Choices& choices) {
  constexpr RecordId kLock = 0x0710;
  constexpr std::size_t kSuiteAt = 27;
  const auto found = card_.records().find(kLock);
  if (found == card_.records().end()) return;
  base::Reader in(found->second);
  in.take(5);
  const auto sn = in.u16();
  const auto balance = Amount::of_card(in.take(4));
  const auto suite = crypto::suite_of_byte(found->second.at(kSuiteAt));
  const auto session = base::SecretBytes::copy_of(ByteView(found->second).subspan(kSuiteAt + 1));
  card::certify_sam_grey_lock(
      session_, crypto::mac4(suite, session, card::purse::grey_lock_mac2_input(balance, sn)));
  card::credit_sam_for_grey_debit(session_, {.card_factor = choices.fixed<8>(), .offline_sn = sn});
}

void Oracle::prove_device(Choices& choices) {
  const auto purpose = purpose_of(choices.byte());
  const auto key = slot(purpose);
  if (!key || is_interoperability(card_.records())) return;
  const auto challenge = card::get_challenge(session_, 8);
  card::CommandApdu external{
      .name = "EXTERNAL AUTHENTICATE", .ins = 0x82, .p2 = derivation::byte_of(purpose)};
  session_.send(external.with(crypto::authentication_cryptogram(key->suite, key->key, challenge)));
}

// A block under the card's own transport key, with a header that the terminal may bend.
void Oracle::import(Choices& choices) {
  const auto nvm = memory();
  const auto identity = card::chip::load_identity(nvm);
  const bool stock = (choices.byte() & 1U) != 0;
  const auto transport =
      card::chip::load_slot(nvm, stock ? card::chip::record::kStockTransportKey
                                       : card::chip::slot_record(Purpose::kTransport));
  if (!transport) return;
  derivation::ExportHeader header{.suite = identity.suite,
                                  .purpose = purpose_of(choices.byte()),
                                  .level = derivation::Level::kDevice,
                                  .target = identity.serial};
  constexpr std::array kLevels = {derivation::Level::kDevice, derivation::Level::kCounty,
                                  derivation::Level::kProvince, derivation::Level::kUser};
  header.level = kLevels.at(choices.byte() % kLevels.size());
  header.mode = static_cast<derivation::ImportMode>(choices.byte() % 4 + 1);
  header.version = choices.byte();
  header.seq = choices.byte();
  header.county = identity.county;
  const auto key = base::SecretBytes::copy_of(choices.fixed<16>());
  card::import_block(session_, encode(derivation::seal_import_block(transport->key, header, key)));
}

void Oracle::open_pair(Choices&) {
  if (!partner_session_) return;
  const auto identity = card::chip::load_identity(memory());
  const bool control = identity.has(card::layout::kFlagControlRole);
  auto& mother = control ? *partner_session_ : session_;
  auto& control_card = control ? session_ : *partner_session_;
  const auto pin = base::SecretBytes::copy_of(base::bytes_of(kDeckPin));
  open_.reset();
  open_ = std::make_unique<card::keycards::OpenPair>(
      mother, control_card, card::keycards::PairPins{pin, pin},
      card::keycards::BatchOrder{crypto::sha256(Bytes{1}), 100});
}

// The control card's word for whatever the terminal wants of the mother.
void Oracle::act(Choices& choices) {
  if (!open_ || !partner_session_) return;
  constexpr RecordId kNextAct = 0x0807;
  constexpr Byte kExport = 0xB6;
  auto command = read_command(choices);
  const auto found = card_.records().find(kNextAct);
  if (found == card_.records().end() || command.data.size() + 20 > card::kShortData) return;
  const bool header_first = command.ins == kExport && command.data.size() >= 32;
  const auto header =
      header_first ? base::fixed<32>(ByteView(command.data).first(32))
                   : card::layout::act_header(command.ins, command.p1, command.p2, command.data);
  const auto word =
      card::keycards::exchange(*partner_session_, card::keycards::KeycardCommandId::kAuthorise,
                               base::concat({header, found->second}));
  const base::WipedBytes number = found->second;
  session_.send(command.with(number).with(word));
}

}  // namespace hostile
