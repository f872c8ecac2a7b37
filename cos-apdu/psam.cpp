// Encoders and decoders of the PSAM's commands.
#include "cos-apdu/psam.h"

namespace card {
namespace {

CommandApdu sam_command(std::string_view name, Byte ins, std::optional<std::uint32_t> le) {
  return {.name = name, .cla = 0x80, .ins = ins, .p1 = 0, .p2 = 0, .data = {}, .le = le};
}

Verdict verdict(Session& session, const CommandApdu& command) {
  const auto response = session.send(command);
  if (response.status == status::kMacInvalid) return Verdict::kDoesNotHold;
  if (!response.status.is_ok()) refuse(command, response.status);
  return Verdict::kHolds;
}

}  // namespace

Mac4 init_sam_for_load(Session& session, const SamLoadRequest& request) {
  base::Writer data;
  data.bytes(request.card_random).u16(request.online_sn).bytes(request.balance.card_bytes());
  data.bytes(request.amount.card_bytes()).u8(byte_of(request.type));
  data.bytes(request.at.date).bytes(request.at.time).u8(request.key_version);
  data.u8(request.algorithm).bytes(request.card_factor).bytes(request.mac1);
  CommandApdu command = sam_command("INIT SAM FOR LOAD", 0x74, 4);
  return base::fixed<4>(session.expect_ok(command.with(data.view())), "MAC2 of a load");
}

Verdict verify_tac(Session& session, const TacClaim& claim) {
  CommandApdu command = sam_command("VERIFY TAC", 0x76, {});
  command.with(base::Writer().u8(claim.key_version).u8(claim.algorithm).view());
  command.with(claim.card_factor).with(claim.tac).with(claim.input);
  return verdict(session, command);
}

SamPurchaseAnswer init_sam_for_purchase(Session& session, const SamPurchaseRequest& request) {
  base::Writer data;
  data.bytes(request.card_random).u16(request.offline_sn).bytes(request.amount.card_bytes());
  data.u8(byte_of(request.type)).bytes(request.at.date).bytes(request.at.time);
  data.u8(request.key_version).u8(request.algorithm).bytes(request.card_factor);
  data.bytes(request.security_code);
  CommandApdu command = sam_command("INIT SAM FOR PURCHASE", 0x70, 8);
  const Bytes answer = session.expect_ok(command.with(data.view()));
  base::Reader in(answer, "answer to INIT SAM FOR PURCHASE");
  SamPurchaseAnswer out;
  out.terminal_sn = in.u32();
  out.mac1 = in.fixed<4>();
  in.finish();
  return out;
}

Verdict credit_sam_for_purchase(Session& session, const Mac4& mac2) {
  CommandApdu command = sam_command("CREDIT SAM FOR PURCHASE", 0x72, {});
  return verdict(session, command.with(mac2));
}

void refresh_ceiling(Session& session, ByteView message32, const FixedBytes<16>& mac) {
  CommandApdu command = sam_command("REFRESH CEILING", 0x78, {});
  session.expect_ok(command.with(message32).with(mac));
}

PinAnswer authenticate_terminal(Session& session, crypto::SuiteId suite,
                                const TerminalProof& proof) {
  const auto block = static_cast<std::uint32_t>(crypto::suite(suite).block_bytes);
  const Bytes challenge = get_challenge(session, block);
  CommandApdu command{.name = "EXTERNAL AUTHENTICATE",
                      .cla = 0x00,
                      .ins = 0x82,
                      .p1 = 0x00,
                      .p2 = derivation::byte_of(derivation::Purpose::kHandheld),
                      .data = {},
                      .le = {}};
  const auto response = session.send(command.with(proof(challenge)));
  const PinAnswer answer{response.status};
  const bool counted = answer.right() || response.status.counts_tries() ||
                       response.status == status::kAuthenticationBlocked;
  if (!counted) refuse(command, response.status);
  return answer;
}

void init_for_descrypt(Session& session, Byte usage, Byte version, ByteView factor8) {
  CommandApdu command = sam_command("INIT FOR DESCRYPT", 0x1A, {});
  command.p1 = usage;
  command.p2 = version;
  session.expect_ok(command.with(factor8));
}

Bytes des_crypt(Session& session, Byte p1, ByteView data) {
  CommandApdu command = sam_command("DES CRYPT", 0xFA, kShortLe);
  command.p1 = p1;
  return session.expect_ok(command.with(data));
}

}  // namespace card
