// The ESAM as a chip in this process.
#include "meter-emu/esam/esam.h"

#include <memory>

#include "base/core/error.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_status.h"

namespace meter {
namespace {

constexpr card::Byte kTerminalFile = 0x16;

}  // namespace

Esam::Esam(const std::filesystem::path& image)
    : chip_(std::make_unique<card::chip::FileStorage>(image)), link_(chip_), session_(link_) {
  const auto status = card::layout::decode_card_status(card::get_card_status(session_));
  if (status.kind() != derivation::CardKind::kEsam ||
      status.life_cycle != card::layout::LifeCycle::kInUse) {
    base::fail(base::Fault::kWrongState, "{}: a {} that is {}, expected an ESAM in use",
               image.string(), derivation::row_of(status.kind()).english,
               card::layout::format(status.life_cycle));
  }
}

card::TerminalNumber Esam::terminal() {
  return base::fixed<6>(card::read_file(session_, kTerminalFile), "terminal number");
}

}  // namespace meter
