// What an officer looks at first: is everything there that the day's work needs?
#pragma once

#include <filesystem>

namespace front {

// Prints one line per thing looked at, with what to do where it is not well; returns how many are
// not well. Looks only: no card is written, no token is opened.
int doctor(const std::filesystem::path& station);

}  // namespace front
