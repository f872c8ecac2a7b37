#include "tests/model/trace.h"

#include <fmt/format.h>

namespace model {

Trace::Trace(std::string_view model, std::string name)
    : text_(fmt::format("trace {} {}\n", model, name)) {}

void Trace::add(std::string_view what, int who, int value, Heard heard) {
  text_ += fmt::format("{} {} {} {}\n", what, who, value, static_cast<int>(heard));
}

std::string Trace::text() const {
  return text_ + "end\n";
}

}  // namespace model
