// The words that libFuzzer puts into inputs: one per command header of any kind of card.
#pragma once

#include <string>

namespace fuzz {

std::string printed_dictionary();

}  // namespace fuzz
