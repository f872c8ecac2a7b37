// Writing a trace's keys and balances straight into an image.
#include "tests/cos-apdu/trace_card.h"

#include <algorithm>

#include "cos-apdu/virtual/key_slot.h"
#include "cos-apdu/virtual/records.h"

namespace test {
namespace {

using base::Bytes;
using card::chip::MemoryStorage;
using card::chip::Nvm;

std::string without_spaces(std::string_view text) {
  std::string out(text);
  out.erase(std::remove(out.begin(), out.end(), ' '), out.end());
  return out;
}

std::shared_ptr<base::WipedBytes> medium_of(const Trace& trace) {
  const auto serial = derivation::Serial8::of(derivation::CardKind::kUser, trace.serial);
  const Bytes image = card::chip::manufactured_image(serial, crypto::SuiteId::kTdes2,
                                                     {.transport = {}, .profile = trace.profile});
  auto medium = std::make_shared<base::WipedBytes>(image.begin(), image.end());
  Nvm nvm(std::make_unique<MemoryStorage>(medium));
  auto identity = card::chip::load_identity(nvm);
  identity.life_cycle = card::layout::LifeCycle::kInUse;
  card::chip::store_identity(nvm, identity);
  for (const auto& [purpose, hex] : trace.keys) {
    card::chip::KeySlot slot;
    slot.version = 1;
    slot.suite = crypto::SuiteId::kTdes2;
    slot.key = base::SecretBytes::copy_of(base::from_hex(hex));
    card::chip::store_slot(nvm, card::chip::slot_record(purpose), slot);
  }
  card::chip::store_purse(nvm, trace.purse, trace.record);
  nvm.commit();
  return medium;
}

}  // namespace

TraceCard::TraceCard(const Trace& trace)
    : chip_(std::make_unique<card::chip::Chip>(
          std::make_unique<MemoryStorage>(medium_of(trace)),
          [draw = base::from_hex(trace.draw)](std::size_t count) {
            Bytes out(count);
            for (std::size_t i = 0; i < count; ++i) out[i] = draw[i % draw.size()];
            return out;
          })) {
  chip_->power_on();
}

std::string TraceCard::send(std::string_view hex) {
  return base::to_hex(chip_->transmit(base::from_hex(without_spaces(hex))));
}

}  // namespace test
