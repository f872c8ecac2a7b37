// Counts every write, sync and rename of this process, and strikes at the n-th: the process is
// killed, or the call answers that the disk is full.
#pragma once

namespace support {

enum class Strike { kNone, kKill, kDiskFull };

// Counting starts anew at 1; kDiskFull holds from that call on until disarmed.
void arm_disk(Strike strike, int at_call);
void disarm_disk();

// Calls seen since arm_disk.
int disk_calls();

}  // namespace support
