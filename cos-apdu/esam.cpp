// Encoders and decoders of the ESAM's grey-lock commands.
#include "cos-apdu/esam.h"

namespace card {
namespace {

CommandApdu grey_command(std::string_view name, Byte ins, std::optional<std::uint32_t> le) {
  return {.name = name, .cla = 0xE0, .ins = ins, .p1 = 0, .p2 = 0, .data = {}, .le = le};
}

GreyDebitAnswer read_pair(ByteView data) {
  base::Reader in(data, "GMAC and SAM-TAC");
  GreyDebitAnswer answer;
  answer.gmac = in.fixed<4>();
  answer.sam_tac = in.fixed<4>();
  in.finish();
  return answer;
}

}  // namespace

SamGreyLockAnswer init_sam_grey_lock(Session& session, const SamGreyLockRequest& request) {
  base::Writer data;
  data.bytes(request.card_random).u16(request.offline_sn).bytes(request.balance.card_bytes());
  data.u8(byte_of(request.type)).bytes(request.at.date).bytes(request.at.time);
  data.u8(request.key_version).u8(request.algorithm).bytes(request.card_factor);
  CommandApdu command = grey_command("INIT SAM GREY LOCK", 0x40, 12);
  const Bytes answer = session.expect_ok(command.with(data.view()));
  base::Reader in(answer, "answer to INIT SAM GREY LOCK");
  SamGreyLockAnswer out;
  out.terminal_sn = in.u32();
  out.terminal_random = in.fixed<4>();
  out.mac1 = in.fixed<4>();
  in.finish();
  return out;
}

Certification certify_sam_grey_lock(Session& session, const Mac4& mac2) {
  CommandApdu command = grey_command("CERTIFICATE SAM GREY LOCK", 0x42, {});
  command.with(mac2);
  const auto response = session.send(command);
  if (response.status == status::kMacInvalid) return Certification::kDoesNotHold;
  if (response.status == status::kNotInThisState) return Certification::kAlreadyDone;
  if (!response.status.is_ok()) refuse(command, response.status);
  return Certification::kCertified;
}

GreyDebitAnswer credit_sam_for_grey_debit(Session& session, const GreyDebit& debit) {
  base::Writer data;
  data.u8(byte_of(debit.type)).bytes(debit.card_factor).u16(debit.offline_sn);
  data.bytes(debit.amount.card_bytes());
  CommandApdu command = grey_command("CREDIT SAM FOR GREY DEBIT", 0x44, 8);
  return read_pair(session.expect_ok(command.with(data.view())));
}

std::optional<GreyDebitAnswer> get_gmac(Session& session, TerminalSn terminal_sn) {
  CommandApdu command = grey_command("GET GMAC", 0x46, 8);
  command.with(base::Writer().u32(terminal_sn).view());
  const auto response = session.send(command);
  if (response.status == status::kProofNotAvailable) return std::nullopt;
  if (!response.status.is_ok()) refuse(command, response.status);
  return read_pair(response.data);
}

}  // namespace card
