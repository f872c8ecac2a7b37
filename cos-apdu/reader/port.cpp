#include "cos-apdu/reader/port.h"

#include "cos-apdu/reader/fields.h"
#include "cos-apdu/user_card.h"

namespace card::reader {

using layout::CardKind;

namespace {

TerminalProof proof_of(const wellkey_login& login, crypto::SuiteId suite) {
  if (login.prove == nullptr) return {};
  return [&login, suite](ByteView challenge) {
    Bytes cryptogram(challenge.size());
    if (login.prove(static_cast<Byte>(suite), challenge.data(), challenge.size(), cryptogram.data(),
                    login.context) != 0)
      throw Failure(WELLKEY_TERMINAL_NEEDED);
    return cryptogram;
  };
}

}  // namespace

PsamCard& Port::psam() {
  if (!psam_) psam_.emplace(readers_->take(CardKind::kPsam));
  return *psam_;
}

HeldCard Port::take_user_card() {
  return HeldCard(readers_->take(CardKind::kUser));
}

Port::NamedCard Port::take_named_card(std::string_view wanted) {
  HeldCard card = take_user_card();
  require_in_use(card);
  const auto number = read_application_info(card.session()).number;
  if (!wanted.empty() && number != base::CardNumber::parse(wanted)) {
    throw Failure(WELLKEY_OTHER_CARD);
  }
  return {std::move(card), number};
}

Port::NamedCard Port::take_for_money(std::string_view wanted) {
  NamedCard named = take_named_card(wanted);
  const auto& county = named.card.status().county;
  if (county != psam().status().county) {
    throw Failure(WELLKEY_OTHER_COUNTY,
                  fmt::format("county of the card {}, of the desk {}", base::to_hex(county),
                              base::to_hex(psam().status().county)));
  }
  const LockProof proof = get_lock_proof(named.card.session());
  if (proof.state == LockState::kGrey) {
    throw Failure(WELLKEY_CARD_LOCKED,
                  fmt::format("at terminal {} since {} {}", base::to_hex(proof.terminal),
                              base::to_hex(proof.at.date), base::to_hex(proof.at.time)));
  }
  return named;
}

void Port::verify_psam_pin(wellkey_login& login) {
  const base::SecretBytes pin = take_pin(login.pin);
  with_psam([&](PsamCard& psam) {
    psam.prove_terminal(proof_of(login, psam.status().suite));
    psam.verify_pin(pin, login.tries_left);
  });
}

void Port::modify_psam_keys(std::span<const Byte> package) {
  const auto keys = layout::decode_key_package(package);
  with_psam([&](PsamCard& psam) { psam.update_keys(keys); });
}

wellkey_card_state Port::card_state() {
  HeldCard card = take_user_card();
  const layout::CardStatus& status = card.status();
  wellkey_card_state out{};
  out.kind = derivation::byte_of(status.kind());
  put(out.serial, derivation::format(status.serial));
  out.suite = static_cast<Byte>(status.suite);
  out.life_cycle = static_cast<Byte>(status.life_cycle);
  put_hex(out.county, status.county);
  out.key_version = status.version;
  out.pin_tries = status.pin_tries;
  if (status.life_cycle != layout::LifeCycle::kInUse) return out;
  const LockProof proof = get_lock_proof(card.session());
  out.lock = static_cast<wellkey_lock>(proof.state);
  out.balance_fen = get_balance(card.session(), Purse::kWallet).fen();
  put(out.card_number, read_application_info(card.session()).number.digits());
  return out;
}

wellkey_lock_state Port::lock_state() {
  HeldCard card = take_user_card();
  require_in_use(card);
  const LockProof proof = get_lock_proof(card.session());
  wellkey_lock_state out{};
  out.state = static_cast<wellkey_lock>(proof.state);
  out.transaction_type = proof.type;
  out.balance_fen = proof.balance.fen();
  out.offline_counter = proof.offline_sn;
  put_hex(out.terminal, proof.terminal);
  put_hex(out.date, proof.at.date);
  put_hex(out.time, proof.at.time);
  out.amount_fen = proof.amount.fen();
  std::copy(proof.tac.begin(), proof.tac.end(), std::begin(out.proof));
  return out;
}

void Port::card_number(std::span<char, 21> out) {
  const std::string digits = take_named_card("").number.digits();
  std::fill(std::copy(digits.begin(), digits.end(), out.begin()), out.end(), '\0');
}

wellkey_card_information Port::card_information() {
  HeldCard card = take_user_card();
  require_in_use(card);
  const layout::ApplicationInfo info = read_application_info(card.session());
  const layout::Holder holder = read_holder(card.session());
  wellkey_card_information out{};
  put(out.card_number, info.number.digits());
  put(out.county, info.county.digits());
  out.application_version = info.application_version;
  put_hex(out.valid_from, info.valid_from);
  put_hex(out.valid_until, info.valid_until);
  out.card_type = holder.card_type;
  put(out.holder, holder.name);
  put(out.identity_no, holder.id_number);
  out.identity_type = holder.id_type;
  return out;
}

}  // namespace card::reader
