// Where the library takes its cards from.
#pragma once

#include <memory>
#include <string_view>

#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/link.h"
#include "cos-apdu/reader/wellkey_reader.h"

namespace card::reader {

class Readers {
 public:
  Readers() = default;
  virtual ~Readers() = default;
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  // The one card of this kind, freshly powered and ours alone for as long as the link lives. Throws
  // Failure: none_of(kind), WELLKEY_TWO_CARDS, WELLKEY_SERVICE_GONE.
  virtual std::unique_ptr<Link> take(layout::CardKind kind) = 0;
};

constexpr wellkey_result none_of(layout::CardKind kind) {
  if (kind == layout::CardKind::kPsam) return WELLKEY_NO_PSAM;
  return kind == layout::CardKind::kTool ? WELLKEY_NO_TOOL_CARD : WELLKEY_NO_CARD;
}

// All readers of the PC/SC service. Throws Failure WELLKEY_SERVICE_GONE.
std::unique_ptr<Readers> pcsc_readers();

}  // namespace card::reader
