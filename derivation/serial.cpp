// Serial numbers: the checks that make one valid.
#include "derivation/serial.h"

namespace derivation {

namespace {

void check_number(std::uint64_t number) {
  if (number == 0 || number > Serial8::kGreatestNumber)
    base::fail(base::Fault::kMalformed, "serial number {}: expected 1 to {}", number,
               Serial8::kGreatestNumber);
}

}  // namespace

Serial8 Serial8::of(CardKind kind, std::uint64_t number) {
  check_number(number);
  base::Writer writer;
  writer.u64(number);
  auto bytes = base::fixed<8>(writer.view());
  bytes.front() = byte_of(row_of(kind).kind);
  return Serial8(bytes);
}

Serial8 Serial8::of_bytes(base::ByteView eight_bytes) {
  const Serial8 serial(base::fixed<8>(eight_bytes, "serial number"));
  kind_of_byte(serial.bytes_.front());
  check_number(serial.number());
  return serial;
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
