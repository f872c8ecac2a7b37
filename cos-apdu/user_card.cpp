// Encoders and decoders of the user card's debits, grey lock and records.
#include "cos-apdu/user_card.h"

#include "base/core/error.h"

namespace card {
namespace {

constexpr Byte kPurseClass = 0x80;
constexpr Byte kGreyClass = 0xE0;
constexpr Byte kDetailRecordP2 = 0xC4;  // short file id 18, record by number

Byte byte_of(Purse purse) {
  return static_cast<Byte>(purse);
}

KeyAnswer read_key(base::Reader& in) {
  KeyAnswer key;
  key.version = in.u8();
  key.algorithm = in.u8();
  key.random = in.fixed<4>();
  return key;
}

base::Amount read_amount(base::Reader& in) {
  return base::Amount::of_card(in.take(4));
}

Mac4 only_mac(ByteView data, std::string_view what) {
  return base::fixed<4>(data, what);
}

CommandApdu with_key_amount_terminal(CommandApdu command, KeyIndex key, base::Amount amount,
                                     const TerminalNumber& terminal) {
  command.with(base::Writer().u8(key).bytes(amount.card_bytes()).bytes(terminal).view());
  return command;
}

InitDebitAnswer read_init_debit(ByteView data) {
  base::Reader in(data, "answer to INITIALIZE");
  InitDebitAnswer answer;
  answer.balance = read_amount(in);
  answer.offline_sn = in.u16();
  answer.overdraft = in.u24();
  answer.key = read_key(in);
  in.finish();
  return answer;
}

}  // namespace

InitDebitAnswer init_purchase(Session& session, Purse purse, KeyIndex key, base::Amount amount,
                              const TerminalNumber& terminal) {
  return read_init_debit(
      session.expect_ok(with_key_amount_terminal({.name = "INITIALIZE FOR PURCHASE",
                                                  .cla = kPurseClass,
                                                  .ins = 0x50,
                                                  .p1 = 0x01,
                                                  .p2 = byte_of(purse),
                                                  .data = {},
                                                  .le = 0x0F},
                                                 key, amount, terminal)));
}

InitDebitAnswer init_cash(Session& session, KeyIndex key, base::Amount amount,
                          const TerminalNumber& terminal) {
  return read_init_debit(
      session.expect_ok(with_key_amount_terminal({.name = "INITIALIZE FOR CASH WITHDRAW",
                                                  .cla = kPurseClass,
                                                  .ins = 0x50,
                                                  .p1 = 0x02,
                                                  .p2 = byte_of(Purse::kDeposit),
                                                  .data = {},
                                                  .le = 0x0F},
                                                 key, amount, terminal)));
}

InitDebitAnswer init_composite(Session& session, KeyIndex key, base::Amount amount,
                               const TerminalNumber& terminal) {
  return read_init_debit(
      session.expect_ok(with_key_amount_terminal({.name = "INITIALIZE FOR COMPOSITE PURCHASE",
                                                  .cla = kPurseClass,
                                                  .ins = 0x50,
                                                  .p1 = 0x03,
                                                  .p2 = byte_of(Purse::kWallet),
                                                  .data = {},
                                                  .le = 0x0F},
                                                 key, amount, terminal)));
}

void update_with_composite(Session& session, Byte sfi, Byte record, ByteView content) {
  CommandApdu command{.name = "UPDATE RECORD with composite purchase",
                      .cla = kPurseClass,
                      .ins = 0xDC,
                      .p1 = record,
                      .p2 = static_cast<Byte>((sfi << 3) | 0x04),
                      .data = {},
                      .le = {}};
  session.expect_ok(command.with(content));
}

FixedBytes<9> get_security_code(Session& session) {
  return base::fixed<9>(session.expect_ok({.name = "GET DATA security code",
                                           .cla = kPurseClass,
                                           .ins = 0xCA,
                                           .p1 = 0x00,
                                           .p2 = 0x00,
                                           .data = {},
                                           .le = 0x09}),
                        "security code");
}

DebitAnswer debit(Session& session, TerminalSn terminal_sn, const base::CardTime& at,
                  const Mac4& mac1) {
  CommandApdu command{.name = "DEBIT FOR PURCHASE",
                      .cla = kPurseClass,
                      .ins = 0x54,
                      .p1 = 0x01,
                      .p2 = 0x00,
                      .data = {},
                      .le = 0x08};
  command.with(base::Writer().u32(terminal_sn).view()).with(at.date).with(at.time).with(mac1);
  const Bytes data = session.expect_ok(command);
  base::Reader in(data, "answer to DEBIT FOR PURCHASE");
  DebitAnswer answer;
  answer.tac = in.fixed<4>();
  answer.mac2 = in.fixed<4>();
  in.finish();
  return answer;
}

base::Amount get_balance(Session& session, Purse purse) {
  return base::Amount::of_card(session.expect_ok({.name = "GET BALANCE",
                                                  .cla = kPurseClass,
                                                  .ins = 0x5C,
                                                  .p1 = 0x00,
                                                  .p2 = byte_of(purse),
                                                  .data = {},
                                                  .le = 0x04}));
}

std::optional<TransactionProof> get_transaction_proof(Session& session, TransactionType type,
                                                      CardSn sn) {
  CommandApdu command{.name = "GET TRANSACTION PROVE",
                      .cla = kPurseClass,
                      .ins = 0x5A,
                      .p1 = 0x00,
                      .p2 = byte_of(type),
                      .data = {},
                      .le = 0x08};
  command.with(base::Writer().u16(sn).view());
  const auto response = session.send(command);
  if (response.status == status::kProofNotAvailable) return std::nullopt;
  if (!response.status.is_ok()) refuse(command, response.status);
  base::Reader in(response.data, "transaction proof");
  TransactionProof proof;
  proof.mac = in.fixed<4>();
  proof.tac = in.fixed<4>();
  in.finish();
  return proof;
}

InitDebitAnswer init_grey_lock(Session& session, Purse purse, KeyIndex key,
                               const TerminalNumber& terminal) {
  CommandApdu command{.name = "INITIALIZE FOR GREY LOCK",
                      .cla = kGreyClass,
                      .ins = 0x7A,
                      .p1 = 0x08,
                      .p2 = byte_of(purse),
                      .data = {},
                      .le = 0x0F};
  command.with(base::Writer().u8(key).bytes(terminal).view());
  return read_init_debit(session.expect_ok(command));
}

GreyLockAnswer grey_lock(Session& session, const GreyLockRequest& request) {
  CommandApdu command{.name = "GREY LOCK",
                      .cla = kGreyClass,
                      .ins = 0x7C,
                      .p1 = 0x08,
                      .p2 = 0x00,
                      .data = {},
                      .le = 0x08};
  command.with(base::Writer().u32(request.terminal_sn).bytes(request.terminal_random).view());
  command.with(request.at.date).with(request.at.time).with(request.mac1);
  const Bytes data = session.expect_ok(command);
  base::Reader in(data, "answer to GREY LOCK");
  GreyLockAnswer answer;
  answer.gtac = in.fixed<4>();
  answer.mac2 = in.fixed<4>();
  in.finish();
  return answer;
}

Mac4 debit_for_unlock(Session& session, Purse purse, const UnlockRequest& request) {
  CommandApdu command{.name = "DEBIT FOR UNLOCK",
                      .cla = kGreyClass,
                      .ins = 0x7E,
                      .p1 = 0x08,
                      .p2 = byte_of(purse),
                      .data = {},
                      .le = 0x04};
  command.with(request.amount.card_bytes());
  command.with(base::Writer().u16(request.offline_sn).bytes(request.terminal).view());
  command.with(base::Writer().u32(request.terminal_sn).view());
  command.with(request.at.date).with(request.at.time).with(request.gmac);
  return only_mac(session.expect_ok(command), "TAC of a debit for unlock");
}

Bytes encode(const LockProof& proof) {
  base::Writer out;
  out.u8(static_cast<Byte>(proof.state)).u8(proof.type).u8(proof.purse);
  out.bytes(proof.balance.card_bytes()).u16(proof.offline_sn).bytes(proof.terminal);
  out.bytes(proof.at.date).bytes(proof.at.time);
  if (proof.state == LockState::kGrey)
    out.bytes(proof.mac2);
  else
    out.bytes(proof.amount.card_bytes());
  return out.bytes(proof.tac).take();
}

LockProof decode_lock_proof(ByteView bytes) {
  base::Reader in(bytes, "lock proof");
  LockProof proof;
  const Byte state = in.u8();
  if (state != 0x00 && state != 0x01 && state != 0x10)
    base::fail(base::Fault::kMalformed, "lock proof: state {:02X}, expected 00, 01 or 10", state);
  proof.state = static_cast<LockState>(state);
  proof.type = in.u8();
  proof.purse = in.u8();
  proof.balance = read_amount(in);
  proof.offline_sn = in.u16();
  proof.terminal = in.fixed<6>();
  proof.at = take_card_time(in);
  if (proof.state == LockState::kGrey)
    proof.mac2 = in.fixed<4>();
  else
    proof.amount = read_amount(in);
  proof.tac = in.fixed<4>();
  in.finish();
  return proof;
}

LockProof get_lock_proof(Session& session) {
  const CommandApdu command{.name = "GET LOCK PROOF",
                            .cla = kGreyClass,
                            .ins = 0xCA,
                            .p1 = 0x00,
                            .p2 = 0x00,
                            .data = {},
                            .le = kLockProofBytes};
  const auto response = session.send(command);
  if (response.status == status::kConditionNotSatisfied) return {};
  if (!response.status.is_ok()) refuse(command, response.status);
  return decode_lock_proof(response.data);
}

void clear_tac_unread(Session& session) {
  session.expect_ok({.name = "CLEAR TAC FLAG",
                     .cla = kGreyClass,
                     .ins = 0xCA,
                     .p1 = 0x01,
                     .p2 = 0x00,
                     .data = {},
                     .le = {}});
}

InitGreyUnlockAnswer init_grey_unlock(Session& session, Purse purse, KeyIndex key,
                                      const TerminalNumber& terminal) {
  CommandApdu command{.name = "INITIALIZE FOR GREY UNLOCK",
                      .cla = kGreyClass,
                      .ins = 0x7A,
                      .p1 = 0x09,
                      .p2 = byte_of(purse),
                      .data = {},
                      .le = 0x12};
  command.with(base::Writer().u8(key).bytes(terminal).view());
  const Bytes data = session.expect_ok(command);
  base::Reader in(data, "answer to INITIALIZE FOR GREY UNLOCK");
  InitGreyUnlockAnswer answer;
  answer.balance = read_amount(in);
  answer.offline_sn = in.u16();
  answer.online_sn = in.u16();
  answer.key = read_key(in);
  answer.mac1 = in.fixed<4>();
  in.finish();
  return answer;
}

Mac4 grey_unlock(Session& session, base::Amount amount, const base::CardTime& at,
                 const Mac4& mac2) {
  CommandApdu command{.name = "GREY UNLOCK",
                      .cla = kGreyClass,
                      .ins = 0x7E,
                      .p1 = 0x09,
                      .p2 = 0x00,
                      .data = {},
                      .le = 0x04};
  command.with(amount.card_bytes()).with(at.date).with(at.time).with(mac2);
  return only_mac(session.expect_ok(command), "MAC3 of a grey unlock");
}

Bytes encode(const TransactionRecord& record) {
  return base::Writer()
      .u16(record.sn)
      .u24(record.overdraft)
      .bytes(record.amount.card_bytes())
      .u8(byte_of(record.type))
      .bytes(record.terminal)
      .bytes(record.at.date)
      .bytes(record.at.time)
      .take();
}

TransactionRecord decode_transaction_record(ByteView bytes) {
  base::Reader in(bytes, "transaction record");
  TransactionRecord record;
  record.sn = in.u16();
  record.overdraft = in.u24();
  record.amount = read_amount(in);
  record.type = static_cast<TransactionType>(in.u8());
  record.terminal = in.fixed<6>();
  record.at = take_card_time(in);
  in.finish();
  return record;
}

std::vector<TransactionRecord> read_transactions(Session& session) {
  std::vector<TransactionRecord> out;
  for (Byte number = 1; number != 0; ++number) {
    const CommandApdu command{.name = "READ RECORD",
                              .cla = 0x00,
                              .ins = 0xB2,
                              .p1 = number,
                              .p2 = kDetailRecordP2,
                              .data = {},
                              .le = kTransactionRecordBytes};
    const auto response = session.send(command);
    if (response.status == status::kRecordNotFound) break;
    if (!response.status.is_ok()) refuse(command, response.status);
    out.push_back(decode_transaction_record(response.data));
  }
  return out;
}

}  // namespace card
