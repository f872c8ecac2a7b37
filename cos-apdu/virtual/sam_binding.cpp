// The terminal's proof, and what stands in front of the PIN.
#include "cos-apdu/virtual/sam_binding.h"

#include "cos-apdu/virtual/device_authentication.h"
#include "cos-apdu/virtual/key_slot.h"

namespace card::chip {
namespace {

using derivation::Purpose;

// A shorter one could be met twice in the life of a desk.
constexpr std::size_t kLeastChallenge = 8;

struct BindingState : KindState {
  bool terminal_proved = false;
};

bool is_bound(const Context& card) {
  return card.identity().kind() == derivation::CardKind::kPsam &&
         card.nvm.holds(slot_record(Purpose::kHandheld));
}

}  // namespace

StatusWord check_terminal(Context& card) {
  const auto& identity = card.identity();
  const bool in_use = identity.life_cycle == layout::LifeCycle::kInUse;
  if (!in_use || !is_bound(card) || card.ram.of<BindingState>().terminal_proved) return status::kOk;
  return status::kSecurityNotSatisfied;
}

Answer authenticate_terminal(Context& card, const CommandApdu& command) {
  auto& state = card.ram.of<BindingState>();
  state.terminal_proved = false;
  if (card.ram.challenge.size() < kLeastChallenge) return refused(status::kNoChallenge);
  const StatusWord word = check_device(card, Purpose::kHandheld, command.data);
  state.terminal_proved = word.is_ok();
  return said(word);
}

}  // namespace card::chip
