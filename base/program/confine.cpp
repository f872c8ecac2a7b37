#include "base/program/confine.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/core/harden.h"
#include "base/program/landlock.h"
#include "base/program/system_calls.h"
#include "base/station/station.h"

#ifdef __SANITIZE_ADDRESS__
// A search for leaks stops all threads with ptrace, which no row allows; without this a confined
// program of a sanitizer build would fail when it ends.
extern "C" [[gnu::visibility("default")]] const char* __asan_default_options();  // NOLINT

const char* __asan_default_options() {  // NOLINT
  return "detect_leaks=0";
}
#endif

namespace program {

namespace {

namespace fs = std::filesystem;

int reached = 0;

fs::path folder_around(const fs::path& path) {
  fs::path folder = fs::absolute(path).parent_path();
  while (!fs::exists(folder)) folder = folder.parent_path();
  return folder;
}

void allow_station(Fence& fence, const fs::path& folder) {
  try {
    fence.allow(station::Station::open(folder).module(), Rights::kRead);
  } catch (const base::Error&) {
    // A station that cannot be opened is reported by whoever needs it.
  }
}

void allow_named(Fence& fence, Use use, const fs::path& path) {
  switch (use) {
    case Use::kRead:
      return fence.allow(path, Rights::kRead);
    case Use::kBeside:
      return fence.allow(folder_around(path), Rights::kWrite);
    case Use::kReadFromKey:
      if (path.string().starts_with('@')) fence.allow(path.string().substr(1), Rights::kRead);
      return;
    case Use::kStation:
      allow_station(fence, path);
      [[fallthrough]];
    case Use::kFolder:
      return fence.allow(fs::is_directory(path) ? path : folder_around(path), Rights::kWrite);
  }
}

// The program, and the loader that its first page names, which the kernel runs for it.
void allow_itself(Fence& fence) {
  fence.allow("/proc/self/exe", Rights::kRun);
  fence.allow("/lib64/ld-linux-x86-64.so.2", Rights::kRun);
  fence.allow("/lib/ld-linux-aarch64.so.1", Rights::kRun);
}

}  // namespace

std::string value_of(const std::vector<Given>& given, std::string_view option) {
  const auto found = std::ranges::find(given, option, &Given::option);
  return found == given.end() ? std::string() : found->value;
}

void harden(const Row& row) {
  base::harden_process();
  if (row.starts != Starts::kPrograms) filter_system_calls(row);
}

void fence(const Row& row, const std::vector<Given>& given, const std::vector<InTurn>& in_turn) {
  if (row.starts == Starts::kPrograms) return;
  Fence fence(row.signals);
  for (const auto path : kReadByAll) fence.allow(path, Rights::kRead);
  for (const auto path : row.reads) fence.allow(path, Rights::kRead);
  for (const auto path : kWrittenByAll) fence.allow(path, Rights::kWrite);
  fence.allow("/proc/self/exe", Rights::kRead);
  if (row.starts == Starts::kItself) allow_itself(fence);
  for (const Given& one : given) {
    for (const Named& named : row.named) {
      if (named.option == one.option && !one.value.empty()) {
        allow_named(fence, named.use, one.value);
      }
    }
  }
  for (const InTurn& further : in_turn) allow_named(fence, further.use, further.path);
  reached = fence.close();
}

int landlock_reached() {
  return reached;
}

}  // namespace program
