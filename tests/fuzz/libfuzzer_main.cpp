// One target under libFuzzer; WELLKEY_FUZZ_TARGET is the function's name.
#include "tests/fuzz/targets.h"

extern "C" __attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(
    const std::uint8_t* data, std::size_t size) {
  fuzz::WELLKEY_FUZZ_TARGET({data, size});
  return 0;
}
