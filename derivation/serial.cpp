// Serial numbers: the checks that make one valid.
#include "derivation/serial.h"

namespace derivation {

using base::Fault;

Serial8 Serial8::of(CardKind kind, std::uint64_t number) {
  if (number == 0 || number > kGreatestNumber)
    base::fail(Fault::kMalformed, "serial number {}: expected 1 to {}", number, kGreatestNumber);
  base::Writer writer;
  writer.u64(number);
  auto bytes = base::fixed<8>(writer.view());
  bytes.front() = byte_of(row_of(kind).kind);
  return Serial8(bytes);
}

Serial8 Serial8::of_bytes(base::ByteView eight_bytes) {
  const auto bytes = base::fixed<8>(eight_bytes, "serial number");
  const Serial8 serial(bytes);
  return of(kind_of_byte(bytes.front()), serial.number());
}

Serial8 Serial8::parse(std::string_view hex) {
  return of_bytes(base::from_hex(hex, "serial number"));
}

std::uint64_t Serial8::number() const {
  return base::Reader(bytes_, "serial number").u64() & kGreatestNumber;
}

std::string format(const Serial8& serial) {
  return base::to_hex(serial.bytes());
}

}  // namespace derivation
