// How a program is confined to its row: the process and its system calls first, then its files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/program/rows.h"

namespace program {

// An option or positional argument of this command line, and its value.
struct Given {
  std::string option;
  std::string value;
};

// Empty when the command line has no such option.
std::string value_of(const std::vector<Given>& given, std::string_view option);

// A path that a file of the command line names in turn.
struct InTurn {
  Use use;
  std::filesystem::path path;
};

// Before the command line is understood. Throws kUnavailable when any of it is refused: a program
// that meets keys does not start then. A row that starts other programs is hardened and not
// filtered, since a filter is inherited.
void harden(const Row& row);

// Once it is known which files the command line names. Without Landlock in the kernel this does
// nothing, and landlock_reached() says so.
void fence(const Row& row, const std::vector<Given>& given,
           const std::vector<InTurn>& in_turn = {});

// The level of the fence around this process; 0 without one.
int landlock_reached();

}  // namespace program
