// trace.
#include "cos-apdu/virtual/commands_trace.h"

#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "cos-apdu/virtual/commands_slot.h"
#include "cos-apdu/virtual/slot_trace.h"

namespace card::chip {
namespace {

std::string recording(const std::string& file) {
  if (file != "-") return base::read_text_file(file);
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

}  // namespace

int trace(const TraceOptions& options, const std::string& slots_folder) {
  if (options.slot.empty() == options.file.empty())
    base::fail(base::Fault::kMalformed, "expected a slot, or --file with a recorded conversation");
  if (options.slot.empty())
    fmt::print("{}", traced(recording(options.file)));
  else
    watch_slot(slots_folder, parse_slot(options.slot));
  return 0;
}

}  // namespace card::chip
