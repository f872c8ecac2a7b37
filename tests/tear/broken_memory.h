// Memories that break the engine's promise, to see that the explorer notices.
#pragma once

#include "tests/tear/table.h"

namespace tear {

// Not atomic: each record of a commit is durable as soon as its own bytes are.
std::unique_ptr<card::chip::Storage> record_by_record(Medium medium);

// Without checksums: what is left of an unfinished commit counts, zeros in place of the rest.
std::unique_ptr<card::chip::Storage> without_checksum(Medium medium);

}  // namespace tear
