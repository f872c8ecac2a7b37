// Field orders of the purse's MACs and certificates (PBOC electronic purse, grey lock).
#include "cos-apdu/purse.h"

namespace card {

base::CardTime take_card_time(base::Reader& in) {
  base::CardTime at;
  at.date = in.fixed<4>();
  at.time = in.fixed<3>();
  return at;
}

namespace purse {
namespace {

base::Writer& put(base::Writer& out, const Order& order) {
  return out.bytes(order.amount.card_bytes()).u8(byte_of(order.type)).bytes(order.terminal);
}

base::Writer& put(base::Writer& out, const base::CardTime& at) {
  return out.bytes(at.date).bytes(at.time);
}

Bytes balance_and_order(base::Amount balance, const Order& order) {
  base::Writer out;
  out.bytes(balance.card_bytes());
  return put(out, order).take();
}

Bytes order_and_time(const Order& order, const base::CardTime& at) {
  base::Writer out;
  return put(put(out, order), at).take();
}

Bytes result_of_order(base::Amount new_balance, CardSn sn, const Order& order,
                      const base::CardTime& at) {
  base::Writer out;
  out.bytes(new_balance.card_bytes()).u16(sn);
  return put(put(out, order), at).take();
}

}  // namespace

Bytes online_block(const Random4& random, CardSn online_sn) {
  return base::Writer().bytes(random).u16(online_sn).take();
}

Bytes offline_block(const Random4& random, CardSn offline_sn, TerminalSn terminal_sn) {
  return base::Writer()
      .bytes(random)
      .u16(offline_sn)
      .u16(static_cast<std::uint16_t>(terminal_sn & 0xFFFF))
      .take();
}

crypto::SecretBytes online_session_key(crypto::SuiteId suite, const crypto::Key& key,
                                       const Random4& random, CardSn online_sn) {
  return crypto::session_key(suite, key, online_block(random, online_sn));
}

crypto::SecretBytes purchase_session_key(crypto::SuiteId suite, const crypto::Key& key,
                                         const Random4& random, CardSn offline_sn,
                                         TerminalSn terminal_sn) {
  return crypto::session_key(suite, key, offline_block(random, offline_sn, terminal_sn));
}

crypto::SecretBytes grey_session_key(crypto::SuiteId suite, const crypto::Key& key,
                                     const GreyLockDraw& draw) {
  const auto first =
      purchase_session_key(suite, key, draw.card_random, draw.offline_sn, draw.terminal_sn);
  return crypto::session_key(suite, first, draw.terminal_random);
}

Bytes load_mac1_input(base::Amount balance, const Order& order) {
  return balance_and_order(balance, order);
}

Bytes load_mac2_input(const Order& order, const base::CardTime& at) {
  return order_and_time(order, at);
}

Bytes load_tac_input(base::Amount new_balance, CardSn sn_before, const Order& order,
                     const base::CardTime& at) {
  return result_of_order(new_balance, sn_before, order, at);
}

Bytes debit_mac1_input(const Order& order, const base::CardTime& at) {
  return order_and_time(order, at);
}

Bytes composite_mac1_input(const Order& order, const base::CardTime& at, ByteView security_code) {
  return base::concat({order_and_time(order, at), security_code});
}

Bytes debit_mac2_input(base::Amount amount) {
  return base::Writer().bytes(amount.card_bytes()).take();
}

Bytes gmac_input(base::Amount amount) {
  return base::Writer().bytes(amount.card_bytes()).take();
}

Bytes debit_tac_input(const Order& order, TerminalSn terminal_sn, const base::CardTime& at) {
  base::Writer out;
  put(out, order).u32(terminal_sn);
  return put(out, at).take();
}

Bytes unload_mac1_input(base::Amount balance, const Order& order) {
  return balance_and_order(balance, order);
}

Bytes unload_mac2_input(const Order& order, const base::CardTime& at) {
  return order_and_time(order, at);
}

Bytes unload_mac3_input(base::Amount new_balance, CardSn sn_before, const Order& order,
                        const base::CardTime& at) {
  return result_of_order(new_balance, sn_before, order, at);
}

Bytes overdraft_mac1_input(base::Amount balance, std::uint32_t old_limit,
                           const TerminalNumber& terminal) {
  return base::Writer()
      .bytes(balance.card_bytes())
      .u24(old_limit)
      .u8(byte_of(TransactionType::kOverdraft))
      .bytes(terminal)
      .take();
}

Bytes overdraft_mac2_input(std::uint32_t new_limit, const TerminalNumber& terminal,
                           const base::CardTime& at) {
  base::Writer out;
  out.u24(new_limit).u8(byte_of(TransactionType::kOverdraft)).bytes(terminal);
  return put(out, at).take();
}

Bytes overdraft_tac_input(base::Amount new_balance, CardSn sn_before, std::uint32_t new_limit,
                          const TerminalNumber& terminal, const base::CardTime& at) {
  base::Writer out;
  out.bytes(new_balance.card_bytes()).u16(sn_before).u24(new_limit);
  out.u8(byte_of(TransactionType::kOverdraft)).bytes(terminal);
  return put(out, at).take();
}

Bytes grey_lock_mac1_input(TransactionType type, const TerminalNumber& terminal,
                           const base::CardTime& at) {
  base::Writer out;
  out.u8(byte_of(type)).bytes(terminal);
  return put(out, at).take();
}

Bytes grey_lock_mac2_input(base::Amount balance, CardSn offline_sn, GreyMac2Sn width) {
  base::Writer out;
  out.bytes(balance.card_bytes());
  if (width == GreyMac2Sn::kOneByte) return out.u8(static_cast<Byte>(offline_sn & 0xFF)).take();
  return out.u16(offline_sn).take();
}

Bytes grey_lock_tac_input(base::Amount balance, CardSn offline_sn, TransactionType type,
                          const TerminalNumber& terminal, TerminalSn terminal_sn,
                          const base::CardTime& at) {
  base::Writer out;
  out.bytes(balance.card_bytes()).u16(offline_sn).u8(byte_of(type)).bytes(terminal);
  out.u32(terminal_sn);
  return put(out, at).take();
}

Bytes grey_unlock_mac1_input(base::Amount balance, CardSn offline_sn, TransactionType type,
                             const TerminalNumber& terminal) {
  return base::Writer()
      .bytes(balance.card_bytes())
      .u16(offline_sn)
      .u8(byte_of(type))
      .bytes(terminal)
      .take();
}

Bytes grey_unlock_mac2_input(const Order& order, const base::CardTime& at) {
  return order_and_time(order, at);
}

Bytes grey_unlock_mac3_input(base::Amount new_balance, CardSn sn_before, const Order& order,
                             const base::CardTime& at) {
  return result_of_order(new_balance, sn_before, order, at);
}

}  // namespace purse
}  // namespace card
