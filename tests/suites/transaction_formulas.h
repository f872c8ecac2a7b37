// Sessions, MACs and certificates of the purse and the grey lock.
#pragma once

#include <array>

#include "cos-apdu/purse.h"
#include "tests/suites/case_fields.h"

namespace suites {

namespace purse = card::purse;
using crypto::SuiteId;

// A session and what the message under it repeats of its draw.
struct Session {
  base::SecretBytes key;
  card::CardSn sn = 0;
  card::TerminalSn terminal_sn = 0;
};

inline Session take_online(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  const auto random = in.fixed<4>();
  const auto sn = in.u16();
  return {purse::online_session_key(suite, key, random, sn), sn};
}

inline Session take_offline(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  const auto random = in.fixed<4>();
  const auto sn = in.u16();
  const auto terminal_sn = in.u32();
  return {purse::purchase_session_key(suite, key, random, sn, terminal_sn), sn, terminal_sn};
}

inline Session take_grey_lock(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  purse::GreyLockDraw draw{.card_random = in.fixed<4>()};
  draw.offline_sn = in.u16();
  draw.terminal_sn = in.u32();
  draw.terminal_random = in.fixed<4>();
  return {purse::grey_session_key(suite, key, draw), draw.offline_sn, draw.terminal_sn};
}

using TakeSession = Session (*)(SuiteId, CaseFields&);
using TakeInput = Bytes (*)(const Session&, CaseFields&);

template <TakeSession kTake>
Bytes key_of(SuiteId suite, CaseFields& in) {
  return answer(kTake(suite, in).key);
}

template <TakeSession kTake, TakeInput kInput>
Bytes mac(SuiteId suite, CaseFields& in) {
  const auto session = kTake(suite, in);
  return answer(crypto::mac4(suite, session.key, kInput(session, in)));
}

template <Bytes (*kInput)(CaseFields&)>
Bytes tac(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  return answer(crypto::tac4(suite, key, kInput(in)));
}

constexpr auto kUnload = card::TransactionType::kUnload;

inline Bytes load_mac1(const Session&, CaseFields& in) {
  const auto balance = in.amount();
  return purse::load_mac1_input(balance, in.order());
}

inline Bytes load_mac2(const Session&, CaseFields& in) {
  const auto order = in.order();
  return purse::load_mac2_input(order, in.at());
}

inline Bytes load_tac(CaseFields& in) {
  const auto balance = in.amount();
  const auto sn = in.u16();
  const auto order = in.order();
  return purse::load_tac_input(balance, sn, order, in.at());
}

inline Bytes debit_mac1(const Session&, CaseFields& in) {
  const auto order = in.order();
  return purse::debit_mac1_input(order, in.at());
}

inline Bytes composite_mac1(const Session&, CaseFields& in) {
  const auto order = in.order();
  const auto at = in.at();
  return purse::composite_mac1_input(order, at, in.bytes());
}

inline Bytes debit_mac2(const Session&, CaseFields& in) {
  return purse::debit_mac2_input(in.amount());
}

inline Bytes debit_tac(CaseFields& in) {
  const auto order = in.order();
  const auto terminal_sn = in.u32();
  return purse::debit_tac_input(order, terminal_sn, in.at());
}

inline Bytes unload_mac1(const Session&, CaseFields& in) {
  const auto balance = in.amount();
  return purse::unload_mac1_input(balance, in.order_of(kUnload));
}

inline Bytes unload_mac2(const Session&, CaseFields& in) {
  const auto order = in.order_of(kUnload);
  return purse::unload_mac2_input(order, in.at());
}

inline Bytes unload_mac3(const Session& session, CaseFields& in) {
  const auto balance = in.amount();
  const auto order = in.order_of(kUnload);
  return purse::unload_mac3_input(balance, session.sn, order, in.at());
}

inline Bytes overdraft_mac1(const Session&, CaseFields& in) {
  const auto balance = in.amount();
  const auto limit = in.u24();
  return purse::overdraft_mac1_input(balance, limit, in.fixed<6>());
}

inline Bytes overdraft_mac2(const Session&, CaseFields& in) {
  const auto limit = in.u24();
  const auto terminal = in.fixed<6>();
  return purse::overdraft_mac2_input(limit, terminal, in.at());
}

inline Bytes overdraft_tac(CaseFields& in) {
  const auto balance = in.amount();
  const auto sn = in.u16();
  const auto limit = in.u24();
  const auto terminal = in.fixed<6>();
  return purse::overdraft_tac_input(balance, sn, limit, terminal, in.at());
}

inline Bytes grey_lock_mac1(const Session&, CaseFields& in) {
  const auto type = in.type();
  const auto terminal = in.fixed<6>();
  return purse::grey_lock_mac1_input(type, terminal, in.at());
}

inline Bytes grey_lock_mac2(const Session& session, CaseFields& in) {
  return purse::grey_lock_mac2_input(in.amount(), session.sn);
}

inline Bytes grey_lock_mac2_one_byte(const Session& session, CaseFields& in) {
  return purse::grey_lock_mac2_input(in.amount(), session.sn, card::GreyMac2Sn::kOneByte);
}

// The profile's other choice: a debit of nothing.
inline Bytes gtac_amount_zero(CaseFields& in) {
  const auto type = in.type();
  const purse::Order order{.amount = {}, .type = type, .terminal = in.fixed<6>()};
  const auto terminal_sn = in.u32();
  return purse::debit_tac_input(order, terminal_sn, in.at());
}

inline Bytes gtac(CaseFields& in) {
  const auto balance = in.amount();
  const auto sn = in.u16();
  const auto type = in.type();
  const auto terminal = in.fixed<6>();
  const auto terminal_sn = in.u32();
  return purse::grey_lock_tac_input(balance, sn, type, terminal, terminal_sn, in.at());
}

inline Bytes gmac(const Session&, CaseFields& in) {
  return purse::gmac_input(in.amount());
}

inline Bytes grey_unlock_mac1(const Session&, CaseFields& in) {
  const auto balance = in.amount();
  const auto sn = in.u16();
  const auto type = in.type();
  return purse::grey_unlock_mac1_input(balance, sn, type, in.fixed<6>());
}

inline Bytes grey_unlock_mac2(const Session&, CaseFields& in) {
  const auto order = in.order();
  return purse::grey_unlock_mac2_input(order, in.at());
}

inline Bytes grey_unlock_mac3(const Session& session, CaseFields& in) {
  const auto balance = in.amount();
  const auto order = in.order();
  return purse::grey_unlock_mac3_input(balance, session.sn, order, in.at());
}

// Left four of the CMAC, as an ESAM certifies a debit.
inline Bytes sam_tac(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  const auto whole = crypto::cmac16(suite, key, debit_tac(in));
  return {whole.begin(), whole.begin() + 4};
}

inline constexpr std::array kTransactionFormulas = {
    Formula{"online-session-key", key_of<take_online>},
    Formula{"offline-session-key", key_of<take_offline>},
    Formula{"grey-lock-session-key", key_of<take_grey_lock>},
    Formula{"load-mac1", mac<take_online, load_mac1>},
    Formula{"load-mac2", mac<take_online, load_mac2>},
    Formula{"load-tac", tac<load_tac>},
    Formula{"purchase-mac1", mac<take_offline, debit_mac1>},
    Formula{"purchase-mac2", mac<take_offline, debit_mac2>},
    Formula{"purchase-tac", tac<debit_tac>},
    Formula{"composite-mac1", mac<take_offline, composite_mac1>},
    Formula{"unload-mac1", mac<take_online, unload_mac1>},
    Formula{"unload-mac2", mac<take_online, unload_mac2>},
    Formula{"unload-mac3", mac<take_online, unload_mac3>},
    Formula{"overdraft-mac1", mac<take_online, overdraft_mac1>},
    Formula{"overdraft-mac2", mac<take_online, overdraft_mac2>},
    Formula{"overdraft-tac", tac<overdraft_tac>},
    Formula{"grey-lock-mac1", mac<take_grey_lock, grey_lock_mac1>},
    Formula{"grey-lock-mac2", mac<take_grey_lock, grey_lock_mac2>},
    Formula{"grey-lock-mac2-one-byte", mac<take_grey_lock, grey_lock_mac2_one_byte>},
    Formula{"gtac-amount-zero", tac<gtac_amount_zero>},
    Formula{"gtac", tac<gtac>},
    Formula{"gmac", mac<take_grey_lock, gmac>},
    Formula{"debit-for-unlock-tac", tac<debit_tac>},
    Formula{"sam-tac", sam_tac},
    Formula{"grey-unlock-mac1", mac<take_online, grey_unlock_mac1>},
    Formula{"grey-unlock-mac2", mac<take_online, grey_unlock_mac2>},
    Formula{"grey-unlock-mac3", mac<take_online, grey_unlock_mac3>},
    Formula{"reload-pin-mac", tac<[](CaseFields& in) { return in.bytes(); }>},
};

}  // namespace suites
