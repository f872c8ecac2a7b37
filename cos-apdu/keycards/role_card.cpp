// Role cards: shares travel under the card's own key.
#include "cos-apdu/keycards/role_card.h"

#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/door.h"
#include "cos-apdu/keycards/exchange.h"
#include "cos-apdu/layout/keycard_seal.h"

namespace card::keycards {
namespace {

constexpr std::size_t kPaddedShareBytes = 24;

Bytes share_context(const derivation::Serial8& serial, unsigned slot) {
  return base::Writer().bytes(serial.bytes()).u8(static_cast<base::Byte>(slot)).take();
}

base::SecretBytes resized(const base::SecretBytes& from, std::size_t size) {
  base::SecretBytes out(size);
  const auto count = std::min(size, from.size());
  std::ranges::copy(from.reveal(SecretDoor::open()).first(count),
                    out.reveal_for_writing(SecretDoor::open()).begin());
  return out;
}

void require_slot(unsigned slot) {
  if (slot >= RoleCard::kShareSlots)
    base::fail(base::Fault::kMalformed, "share slot {}, expected 0 to {}", slot,
               RoleCard::kShareSlots - 1);
}

}  // namespace

void RoleCard::put_share(unsigned slot, const base::SecretBytes& share) {
  require_slot(slot);
  if (share.size() != kShareBytes)
    base::fail(base::Fault::kMalformed, "share: {} bytes, expected {}", share.size(), kShareBytes);
  const auto data =
      layout::seal_to(public_point(), layout::seal_name::kShareIn,
                      share_context(status().serial, slot), {}, resized(share, kPaddedShareBytes));
  exchange(session(), KeycardCommandId::kPutShare, data, static_cast<base::Byte>(slot));
}

base::SecretBytes RoleCard::release_share(unsigned slot) {
  require_slot(slot);
  const auto ours = crypto::P256Pair::generate();
  const auto sealed = exchange(session(), KeycardCommandId::kReleaseShare, ours.point,
                               static_cast<base::Byte>(slot));
  const layout::Sealing sealing(ours.scalar, public_point(), layout::seal_name::kShareOut,
                                share_context(status().serial, slot));
  return resized(sealing.open({}, sealed), kShareBytes);
}

void RoleCard::erase_share(unsigned slot) {
  require_slot(slot);
  exchange(session(), KeycardCommandId::kEraseShare, {}, static_cast<base::Byte>(slot));
}

}  // namespace card::keycards
