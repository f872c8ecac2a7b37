// The desk's copy of the terminal key (0B) that its PSAM is bound to.
//   DESK/terminal.key   16 bytes, for its owner alone; absent while the PSAM is bound to no desk
#pragma once

#include <filesystem>

#include "base/core/secret.h"

namespace desk {

// Empty without the file. Throws kRefused when others may read it, kMalformed for another length.
base::SecretBytes read_terminal_key(const std::filesystem::path& folder);

}  // namespace desk
