// What every program does first: no core dumps, not dumpable, no new privileges, a locked arena.
#pragma once

namespace base {

// Throws kUnavailable when any of it is refused: a program that meets keys does not start then.
void harden_process();

// Opens the locked arena once; called by the first secret where harden_process was not (tests).
void open_secret_arena();

}  // namespace base
