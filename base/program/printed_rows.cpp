#include "base/program/printed_rows.h"

#include <fmt/format.h>

#include "base/program/landlock.h"
#include "base/program/rows.h"

namespace program {

namespace {

std::string_view text_of(Sockets sockets) {
  switch (sockets) {
    case Sockets::kNone:
      return "none";
    case Sockets::kConnect:
      return "connects";
    case Sockets::kServe:
      return "connects, serves";
  }
  return "";
}

std::string_view text_of(Starts starts) {
  switch (starts) {
    case Starts::kNothing:
      return "nothing";
    case Starts::kItself:
      return "itself";
    case Starts::kPrograms:
      return "the others, each confined by its own row";
  }
  return "";
}

std::string_view text_of(Use use) {
  switch (use) {
    case Use::kRead:
      return "read";
    case Use::kFolder:
      return "written below";
    case Use::kBeside:
      return "written, with its folder";
    case Use::kStation:
      return "written below; its PKCS#11 module read";
    case Use::kReadFromKey:
      return "read when it is @FILE";
  }
  return "";
}

std::string files_of(const Row& row) {
  std::string out;
  for (const Named& named : row.named) {
    out += fmt::format("{}`{}` {}", out.empty() ? "" : "; ", named.option, text_of(named.use));
  }
  for (const auto path : row.reads) {
    out += fmt::format("{}`{}` read", out.empty() ? "" : "; ", path);
  }
  return out.empty() ? "none" : out;
}

std::string list_of(std::span<const std::string_view> paths) {
  std::string out;
  for (const auto path : paths) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", path);
  return out;
}

std::string line_of(const Row& row) {
  return fmt::format("| {} | {} | {} | {} | {} |\n", row.program, text_of(row.sockets),
                     text_of(row.starts), row.signals == Signals::kToItself ? "itself" : "others",
                     files_of(row));
}

}  // namespace

std::string printed_rows() {
  std::string page =
      "# What each program may do\n\n"
      "Every row also has: no core dumps, not dumpable, no new privileges, a locked arena for "
      "secrets, no memory that is\n"
      "written and run. A refused system call answers EPERM, a file outside the fence EACCES. "
      "Sockets are of the family\n"
      "AF_UNIX; no program has any other. Files are those that the command line names in these "
      "options.\n\n"
      "| program | sockets | starts | signals to | files |\n| --- | --- | --- | --- | --- |\n";
  for (const Row& row : kRows) page += line_of(row);
  page += line_of(kLogSigner);
  page += fmt::format("\nRead by all: {}. Written by all: {}.\n", list_of(kReadByAll),
                      list_of(kWrittenByAll));
  page +=
      "\n## Levels of the fence\n\n"
      "The kernel's version of Landlock decides; Debian 12 has 2. `wellkey doctor` and a "
      "ceremony's first step say which\n"
      "was reached.\n\n| level | refuses, where the row does not allow it |\n| --- | --- |\n";
  for (const Level& level : kLevels) page += fmt::format("| {} | {} |\n", level.number, level.adds);
  return page;
}

}  // namespace program
