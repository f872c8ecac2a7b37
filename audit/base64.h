// Base64 with the standard alphabet and padding, strictly: one text for one value.
#pragma once

#include <string>
#include <string_view>

#include "base/core/bytes.h"

namespace audit {

std::string to_base64(base::ByteView bytes);

// Throws kMalformed: foreign characters, missing padding, spare bits that are not zero.
base::Bytes from_base64(std::string_view text);

}  // namespace audit
