// Encoders of the release commands.
#include "cos-apdu/psam_release.h"

namespace card {

Mac4 init_sam_for_grey_unlock(Session& session, const SamReleaseRequest& request) {
  CommandApdu command{
      .name = "INIT SAM FOR GREY UNLOCK", .cla = 0x80, .ins = 0x7A, .data = {}, .le = 4};
  command.with(request.package).with(request.balance.card_bytes());
  command.with(base::Writer().u8(request.key.version).u8(request.key.algorithm).view());
  command.with(request.key.random).with(request.mac1);
  command.with(request.at.date).with(request.at.time);
  return base::fixed<4>(session.expect_ok(command), "MAC2 of a grey unlock");
}

Verdict credit_sam_for_grey_unlock(Session& session, const Mac4& mac3) {
  CommandApdu command{
      .name = "CREDIT SAM FOR GREY UNLOCK", .cla = 0x80, .ins = 0x7C, .data = {}, .le = {}};
  const auto response = session.send(command.with(mac3));
  if (response.status == status::kMacInvalid) return Verdict::kDoesNotHold;
  if (!response.status.is_ok()) refuse(command, response.status);
  return Verdict::kHolds;
}

}  // namespace card
