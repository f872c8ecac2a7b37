// Commands that every card of ours understands.
#include "cos-apdu/card_commands.h"

#include "base/core/error.h"
#include "cos-apdu/door.h"

namespace card {
namespace {

constexpr std::size_t kOrderMacBytes = 16;
constexpr Byte kShortFileId = 0x80;

CommandApdu key_info_command(derivation::Purpose purpose, SlotSide side) {
  return {.name = "GET KEY INFO",
          .cla = 0x80,
          .ins = 0xCA,
          .p1 = static_cast<Byte>(side),
          .p2 = derivation::byte_of(purpose),
          .data = {},
          .le = kShortLe};
}

PinAnswer pin_answer(Session& session, const CommandApdu& command) {
  const auto response = session.send(command);
  const bool expected = response.status.is_ok() || response.status.counts_tries() ||
                        response.status == status::kAuthenticationBlocked;
  if (!expected) refuse(command, response.status);
  return {response.status};
}

}  // namespace

Bytes get_card_status(Session& session) {
  return session.expect_ok({.name = "GET CARD STATUS",
                            .cla = 0x80,
                            .ins = 0xCA,
                            .p1 = 0x01,
                            .p2 = 0x00,
                            .data = {},
                            .le = kShortLe});
}

Bytes encode(const KeyInfo& info) {
  return base::Writer()
      .u8(info.version)
      .u16(info.generation)
      .u8(static_cast<Byte>(info.suite))
      .u8(info.level)
      .u8(info.flags)
      .u8(info.tries_left)
      .u32(info.seq)
      .bytes(info.check_value.value)
      .take();
}

std::optional<KeyInfo> get_key_info(Session& session, derivation::Purpose purpose, SlotSide side) {
  const auto command = key_info_command(purpose, side);
  const auto response = session.send(command);
  if (response.status == status::kKeyNotFound) return std::nullopt;
  if (!response.status.is_ok()) refuse(command, response.status);
  base::Reader in(response.data, "key info");
  KeyInfo info;
  info.version = in.u8();
  info.generation = in.u16();
  info.suite = crypto::suite_of_byte(in.u8());
  info.level = in.u8();
  info.flags = in.u8();
  info.tries_left = in.u8();
  info.seq = in.u32();
  info.check_value = crypto::kcv_of_bytes(in.take(3));
  in.finish();
  return info;
}

Bytes get_challenge(Session& session, std::uint32_t bytes) {
  return session.expect_ok({.name = "GET CHALLENGE",
                            .cla = 0x00,
                            .ins = 0x84,
                            .p1 = 0,
                            .p2 = 0,
                            .data = {},
                            .le = bytes});
}

base::WipedBytes pin_block(const base::SecretBytes& digits) {
  const ByteView text = digits.reveal(SecretDoor::open());
  if (text.size() < 4 || text.size() > 12)
    base::fail(base::Fault::kMalformed, "PIN: {} digits, expected 4 to 12", text.size());
  base::WipedBytes out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9')
      base::fail(base::Fault::kMalformed, "PIN: position {} is not a digit", i + 1);
    const auto digit = static_cast<Byte>(text[i] - '0');
    if (i % 2 == 0)
      out.push_back(static_cast<Byte>((digit << 4) | 0x0F));
    else
      out.back() = static_cast<Byte>((out.back() & 0xF0) | digit);
  }
  return out;
}

PinAnswer verify_pin(Session& session, const base::SecretBytes& digits) {
  return pin_answer(session, {.name = "VERIFY PIN",
                              .cla = 0x00,
                              .ins = 0x20,
                              .p1 = 0,
                              .p2 = 0,
                              .data = pin_block(digits),
                              .le = {}});
}

PinAnswer change_pin(Session& session, const base::SecretBytes& old_digits,
                     const base::SecretBytes& new_digits) {
  CommandApdu command{
      .name = "PIN CHANGE", .cla = 0x80, .ins = 0x5E, .p1 = 0x01, .p2 = 0, .data = {}, .le = {}};
  if (!old_digits.empty()) command.data = pin_block(old_digits);
  command.data.push_back(0xFF);
  command.with(pin_block(new_digits));
  return pin_answer(session, command);
}

crypto::PublicPoint generate_key_pair(Session& session) {
  return crypto::point_of_bytes(session.expect_ok({.name = "GENERATE KEY PAIR",
                                                   .cla = 0x00,
                                                   .ins = 0x46,
                                                   .p1 = 0x00,
                                                   .p2 = 0x00,
                                                   .data = {},
                                                   .le = kShortLe}));
}

crypto::PublicPoint get_public_point(Session& session) {
  return crypto::point_of_bytes(session.expect_ok({.name = "GET PUBLIC POINT",
                                                   .cla = 0x00,
                                                   .ins = 0x46,
                                                   .p1 = 0x01,
                                                   .p2 = 0x00,
                                                   .data = {},
                                                   .le = kShortLe}));
}

void import_block(Session& session, const derivation::ImportBlockBytes& block) {
  constexpr std::size_t kPurposeOffset = 2;
  CommandApdu command{.name = "IMPORT BLOCK",
                      .cla = 0x84,
                      .ins = 0xD8,
                      .p1 = 0x00,
                      .p2 = block.at(kPurposeOffset),
                      .data = {},
                      .le = {}};
  session.expect_ok(command.with(block));
}

Bytes order_message(ByteView challenge16, const CommandApdu& command) {
  const std::size_t lc = command.data.size() + kOrderMacBytes;
  if (lc > kShortData)
    base::fail(base::Fault::kMalformed, "{}: {} data bytes with their MAC, expected at most {}",
               command.name, lc, kShortData);
  return base::Writer()
      .text("WK/order1")
      .bytes(challenge16)
      .u8(command.cla)
      .u8(command.ins)
      .u8(command.p1)
      .u8(command.p2)
      .u8(static_cast<Byte>(lc))
      .bytes(command.data)
      .take();
}

Bytes send_order(Session& session, CommandApdu command, const OrderMac& mac) {
  const Bytes challenge = get_challenge(session, 16);
  const auto code = mac(order_message(challenge, command));
  return session.expect_ok(command.with(code));
}

void write_file(Session& session, Byte sfi, ByteView content, const OrderMac& mac) {
  CommandApdu command{.name = "UPDATE BINARY",
                      .cla = 0x04,
                      .ins = 0xD6,
                      .p1 = static_cast<Byte>(kShortFileId | sfi),
                      .p2 = 0,
                      .data = {},
                      .le = {}};
  send_order(session, std::move(command.with(content)), mac);
}

void switch_to_use(Session& session, const OrderMac& mac) {
  send_order(session,
             {.name = "SWITCH TO USE",
              .cla = 0x84,
              .ins = 0xF1,
              .p1 = 0x00,
              .p2 = 0x00,
              .data = {},
              .le = {}},
             mac);
}

Bytes switch_message(const derivation::Serial8& serial, Byte version) {
  return base::Writer().text("WK/switch1").bytes(serial.bytes()).u8(version).take();
}

void switch_version(Session& session, Byte version, const base::FixedBytes<16>& mac) {
  CommandApdu command{.name = "SWITCH VERSION",
                      .cla = 0x84,
                      .ins = 0xF1,
                      .p1 = 0x01,
                      .p2 = version,
                      .data = {},
                      .le = {}};
  session.expect_ok(command.with(mac));
}

Bytes restore_message(const RestoreOrder& order) {
  return base::Writer()
      .text("WK/restore1")
      .bytes(order.target.bytes())
      .u8(order.version)
      .u32(order.seq)
      .u32(order.settled_sn)
      .take();
}

Bytes encode(const RestoreOrder& order) {
  return base::Writer()
      .bytes(order.target.bytes())
      .u8(order.version)
      .u32(order.seq)
      .u32(order.settled_sn)
      .bytes(order.mac)
      .take();
}

RestoreOrder decode_restore_order(ByteView bytes) {
  base::Reader in(bytes, "restore order");
  RestoreOrder order{.target = derivation::Serial8::of_bytes(in.take(8))};
  order.version = in.u8();
  order.seq = in.u32();
  order.settled_sn = in.u32();
  order.mac = in.fixed<16>();
  in.finish();
  return order;
}

void restore(Session& session, const RestoreOrder& order) {
  CommandApdu command{.name = "RESTORE", .cla = 0x84, .ins = 0xF2, .p1 = 0x00, .p2 = order.version};
  command.with(base::Writer().u32(order.seq).u32(order.settled_sn).view());
  session.expect_ok(command.with(order.mac));
}

Bytes read_file(Session& session, Byte sfi) {
  return session.expect_ok({.name = "READ BINARY",
                            .cla = 0x00,
                            .ins = 0xB0,
                            .p1 = static_cast<Byte>(kShortFileId | sfi),
                            .p2 = 0,
                            .data = {},
                            .le = kShortLe});
}

Bytes select_by_name(Session& session, ByteView name) {
  CommandApdu command{
      .name = "SELECT", .cla = 0x00, .ins = 0xA4, .p1 = 0x04, .p2 = 0, .data = {}, .le = kShortLe};
  return session.expect_ok(command.with(name));
}

}  // namespace card
