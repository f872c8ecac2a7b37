// Reading a column back as what the caller asked for.
#include "base/store/value.h"

namespace store {

std::int64_t Value::integer() const {
  if (const auto* number = std::get_if<std::int64_t>(&content_)) return *number;
  base::fail(base::Fault::kTampered, "column holds {}, expected an integer",
             is_null() ? "nothing" : "a text");
}

const std::string& Value::text() const {
  if (const auto* text = std::get_if<std::string>(&content_)) return *text;
  base::fail(base::Fault::kTampered, "column holds {}, expected a text",
             is_null() ? "nothing" : "an integer");
}

}  // namespace store
