// The filter of system calls (seccomp): what a row does not need is refused with EPERM.
#pragma once

#include "base/program/rows.h"

namespace program {

// For the rest of this process's life and for all that it starts; filters add up, so a later one can
// only take away. Throws kUnavailable when the kernel takes no filter.
void filter_system_calls(const Row& row);

}  // namespace program
