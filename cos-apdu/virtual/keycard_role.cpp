// Role cards: signatures, and shares of token PINs.
#include "base/core/error.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_memory.h"

namespace card::chip::keycard {
namespace {

constexpr Byte kShareSlots = 8;

RecordId share_record(Byte slot) {
  if (slot >= kShareSlots) base::fail(base::Fault::kMalformed, "share slot {}", slot);
  return static_cast<RecordId>(record::kShare + slot);
}

Bytes share_context(const Context& card, Byte slot) {
  return base::Writer().bytes(card.identity().serial.bytes()).u8(slot).take();
}

}  // namespace

Answer put_share(Context& card, const CommandApdu& command) {
  const auto record = share_record(command.p2);
  const auto share = layout::open_sealed_to(load_scalar(card), layout::seal_name::kShareIn,
                                            share_context(card, command.p2), {}, command.data);
  store_secret(card.nvm, record, share);
  return done();
}

Answer release_share(Context& card, const CommandApdu& command) {
  const auto record = share_record(command.p2);
  if (!card.nvm.holds(record)) return refused(status::kKeyNotFound);
  const layout::Sealing sealing(load_scalar(card), crypto::point_of_bytes(command.data),
                                layout::seal_name::kShareOut, share_context(card, command.p2));
  return done(sealing.seal({}, load_secret(card.nvm, record)));
}

Answer erase_share(Context& card, const CommandApdu& command) {
  const auto record = share_record(command.p2);
  if (!card.nvm.holds(record)) return refused(status::kKeyNotFound);
  card.nvm.erase(record);
  return done();
}

Answer sign(Context& card, const CommandApdu& command) {
  const Byte step = command.data.front();
  if (step == layout::kStepCheckValues) return refused(status::kWrongData);
  const auto hash = base::fixed<32>(ByteView(command.data).subspan(1));
  const auto digest = layout::signed_digest(card.identity().plan_id, step, hash);
  const auto signature = crypto::sign_digest(load_scalar(card), digest);
  return done({signature.begin(), signature.end()});
}

}  // namespace card::chip::keycard
