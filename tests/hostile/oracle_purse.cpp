// Genuine purse transactions with hostile values.
#include "base/core/error.h"
#include "cos-apdu/user_card.h"
#include "cos-apdu/virtual/identity.h"
#include "cos-apdu/virtual/purse_memory.h"
#include "tests/hostile/oracle.h"

namespace hostile {
namespace {

using card::Purse;
using card::TransactionType;
using card::layout::KeyType;
using derivation::Purpose;

Purse purse_of(Byte choice) {
  return (choice & 1U) != 0 ? Purse::kDeposit : Purse::kWallet;
}

}  // namespace

void Oracle::load(Choices& choices) {
  const auto purse = purse_of(choices.byte());
  const card::purse::Order order{.amount = choices.amount(),
                                 .type = type_for(purse, TransactionType::kLoadDeposit),
                                 .terminal = kTerminal};
  const auto key = slot(Purpose::kLoad);
  const auto init = card::init_load(session_, purse, card::kFirstKey, order.amount, kTerminal);
  const auto session =
      card::purse::online_session_key(key->suite, key->key, init.key.random, init.online_sn);
  card::credit_load(session_, kWhen,
                    crypto::mac4(key->suite, session, card::purse::load_mac2_input(order, kWhen)));
}

void Oracle::purchase(Choices& choices) {
  const auto purse = purse_of(choices.byte());
  const card::purse::Order order{.amount = choices.amount(),
                                 .type = type_for(purse, TransactionType::kPurchaseDeposit),
                                 .terminal = kTerminal};
  const auto key = slot(Purpose::kPurchase);
  const auto init = card::init_purchase(session_, purse, card::kFirstKey, order.amount, kTerminal);
  const auto terminal_sn = base::Reader(choices.bytes(4)).u32();
  const auto session = card::purse::purchase_session_key(key->suite, key->key, init.key.random,
                                                         init.offline_sn, terminal_sn);
  card::debit(session_, terminal_sn, kWhen,
              crypto::mac4(key->suite, session, card::purse::debit_mac1_input(order, kWhen)));
}

void Oracle::lock(Choices& choices) {
  const auto purse = purse_of(choices.byte());
  const auto key = slot(Purpose::kPurchase);
  const auto init = card::init_grey_lock(session_, purse, card::kFirstKey, kTerminal);
  const auto draw = choices.fixed<8>();
  card::GreyLockRequest request{.terminal_sn = base::Reader(ByteView(draw).first(4)).u32(),
                                .terminal_random = base::fixed<4>(ByteView(draw).last(4)),
                                .at = kWhen};
  const auto session = card::purse::grey_session_key(
      key->suite, key->key,
      {init.key.random, init.offline_sn, request.terminal_sn, request.terminal_random});
  const auto type = type_for(purse, TransactionType::kGreyLockDeposit);
  request.mac1 =
      crypto::mac4(key->suite, session, card::purse::grey_lock_mac1_input(type, kTerminal, kWhen));
  card::grey_lock(session_, request);
}

void Oracle::settle(Choices& choices) {
  const auto nvm = memory();
  const auto grey = card::chip::load_grey(nvm);
  if (grey.session_key.empty()) return;
  const auto amount = choices.amount();
  const auto gmac = crypto::mac4(card::chip::load_identity(nvm).suite, grey.session_key,
                                 card::purse::gmac_input(amount));
  card::debit_for_unlock(session_, static_cast<Purse>(grey.proof.purse),
                         {.amount = amount,
                          .offline_sn = grey.proof.offline_sn,
                          .terminal = choices.fixed<6>(),
                          .terminal_sn = 2,
                          .at = kWhen,
                          .gmac = gmac});
}

void Oracle::release(Choices& choices) {
  const auto purse = purse_of(choices.byte());
  const auto key = slot(Purpose::kUnload);
  const auto init = card::init_grey_unlock(session_, purse, card::kFirstKey, kTerminal);
  const auto session =
      card::purse::online_session_key(key->suite, key->key, init.key.random, init.online_sn);
  const card::purse::Order order{.amount = choices.amount(),
                                 .type = type_for(purse, TransactionType::kGreyUnlockDeposit),
                                 .terminal = kTerminal};
  card::grey_unlock(
      session_, order.amount, kWhen,
      crypto::mac4(key->suite, session, card::purse::grey_unlock_mac2_input(order, kWhen)));
}

// MAC1 of a debit over this input, and the debit itself.
void Oracle::finish_debit(const card::InitDebitAnswer& init, ByteView mac1_input,
                          Choices& choices) {
  const auto key = slot(Purpose::kPurchase);
  const auto terminal_sn = base::Reader(choices.bytes(4)).u32();
  const auto session = card::purse::purchase_session_key(key->suite, key->key, init.key.random,
                                                         init.offline_sn, terminal_sn);
  card::debit(session_, terminal_sn, kWhen, crypto::mac4(key->suite, session, mac1_input));
}

void Oracle::cash(Choices& choices) {
  const card::purse::Order order{
      .amount = choices.amount(), .type = TransactionType::kCash, .terminal = kTerminal};
  const auto init = card::init_cash(session_, card::kFirstKey, order.amount, kTerminal);
  finish_debit(init, card::purse::debit_mac1_input(order, kWhen), choices);
}

// Up to three records of any file, then the debit.
void Oracle::composite(Choices& choices) {
  const card::purse::Order order{
      .amount = choices.amount(), .type = TransactionType::kComposite, .terminal = kTerminal};
  const auto code = card::get_security_code(session_);
  const auto init = card::init_composite(session_, card::kFirstKey, order.amount, kTerminal);
  for (unsigned left = choices.byte() % 4U; left > 0; --left) {
    const auto file = static_cast<Byte>(choices.byte() & 0x1FU);
    const Byte record = choices.byte();
    card::update_with_composite(session_, file, record, choices.prefixed());
  }
  finish_debit(init, card::purse::composite_mac1_input(order, kWhen, code), choices);
}

void Oracle::unload(Choices& choices) {
  const card::purse::Order order{
      .amount = choices.amount(), .type = TransactionType::kUnload, .terminal = kTerminal};
  const auto key = slot(Purpose::kUnload);
  const auto init = card::init_unload(session_, card::kFirstKey, order.amount, kTerminal);
  const auto session =
      card::purse::online_session_key(key->suite, key->key, init.key.random, init.online_sn);
  card::debit_for_unload(
      session_, kWhen,
      crypto::mac4(key->suite, session, card::purse::unload_mac2_input(order, kWhen)));
}

// Only an interoperability card has the key.
void Oracle::overdraft(Choices& choices) {
  const auto key = key_of_file(KeyType::kOverdraft);
  if (!key) return;
  const std::uint32_t limit = base::Reader(choices.bytes(4)).u32() >> 8U;
  const auto init = card::init_overdraft(session_, card::kFirstKey, kTerminal);
  const auto session =
      card::purse::online_session_key(key->suite, key->key, init.key.random, init.online_sn);
  card::update_overdraft(session_, limit, kWhen,
                         crypto::mac4(key->suite, session,
                                      card::purse::overdraft_mac2_input(limit, kTerminal, kWhen)));
}

}  // namespace hostile
