// Encoders and decoders of the orders that a host gives a user card: load, unload, overdraft.
#include "cos-apdu/user_card.h"

namespace card {
namespace {

constexpr Byte kPurseClass = 0x80;

CommandApdu purse_command(std::string_view name, Byte ins, Byte p1, Byte p2, std::uint32_t le) {
  return {.name = name, .cla = kPurseClass, .ins = ins, .p1 = p1, .p2 = p2, .data = {}, .le = le};
}

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

InitLoadAnswer init_order(Session& session, CommandApdu command, KeyIndex key, base::Amount amount,
                          const TerminalNumber& terminal) {
  command.with(base::Writer().u8(key).bytes(amount.card_bytes()).bytes(terminal).view());
  const Bytes data = session.expect_ok(command);
  base::Reader in(data, "answer to INITIALIZE");
  InitLoadAnswer answer;
  answer.balance = base::Amount::of_card(in.take(4));
  answer.online_sn = in.u16();
  answer.key = read_key(in);
  answer.mac1 = in.fixed<4>();
  in.finish();
  return answer;
}

}  // namespace

InitLoadAnswer init_load(Session& session, Purse purse, KeyIndex key, base::Amount amount,
                         const TerminalNumber& terminal) {
  return init_order(session, purse_command("INITIALIZE FOR LOAD", 0x50, 0x00, byte_of(purse), 0x10),
                    key, amount, terminal);
}

Mac4 credit_load(Session& session, const base::CardTime& at, const Mac4& mac2) {
  auto command = purse_command("CREDIT FOR LOAD", 0x52, 0x00, 0x00, 0x04);
  command.with(at.date).with(at.time).with(mac2);
  return base::fixed<4>(session.expect_ok(command), "TAC of a load");
}

InitLoadAnswer init_unload(Session& session, KeyIndex key, base::Amount amount,
                           const TerminalNumber& terminal) {
  return init_order(
      session, purse_command("INITIALIZE FOR UNLOAD", 0x50, 0x05, byte_of(Purse::kDeposit), 0x10),
      key, amount, terminal);
}

Mac4 debit_for_unload(Session& session, const base::CardTime& at, const Mac4& mac2) {
  auto command = purse_command("DEBIT FOR UNLOAD", 0x54, 0x03, 0x00, 0x04);
  command.with(at.date).with(at.time).with(mac2);
  return base::fixed<4>(session.expect_ok(command), "MAC3 of an unload");
}

InitOverdraftAnswer init_overdraft(Session& session, KeyIndex key, const TerminalNumber& terminal) {
  auto command = purse_command("INITIALIZE FOR UPDATE", 0x50, 0x04, byte_of(Purse::kDeposit), 0x13);
  command.with(base::Writer().u8(key).bytes(terminal).view());
  const Bytes data = session.expect_ok(command);
  base::Reader in(data, "answer to INITIALIZE FOR UPDATE");
  InitOverdraftAnswer answer;
  answer.balance = base::Amount::of_card(in.take(4));
  answer.online_sn = in.u16();
  answer.old_limit = in.u24();
  answer.key = read_key(in);
  answer.mac1 = in.fixed<4>();
  in.finish();
  return answer;
}

Mac4 update_overdraft(Session& session, std::uint32_t new_limit, const base::CardTime& at,
                      const Mac4& mac2) {
  auto command = purse_command("UPDATE OVERDRAW LIMIT", 0x58, 0x00, 0x00, 0x04);
  command.with(base::Writer().u24(new_limit).view()).with(at.date).with(at.time).with(mac2);
  return base::fixed<4>(session.expect_ok(command), "TAC of an overdraft update");
}

}  // namespace card
