#include "salesdesk/ledger/terminal_key.h"

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/crypto/suite.h"

namespace desk {

namespace fs = std::filesystem;

base::SecretBytes read_terminal_key(const fs::path& folder) {
  const fs::path path = folder / "terminal.key";
  if (!fs::exists(path)) return {};
  const auto of_others =
      fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all);
  if (of_others != fs::perms::none)
    base::fail(base::Fault::kRefused, "{}: others than its owner may read it", path.string());
  base::Bytes plain = base::read_file(path);
  base::SecretBytes key = base::SecretBytes::copy_of(plain);
  base::wipe(plain);
  if (key.size() != crypto::kKeyBytes)
    base::fail(base::Fault::kMalformed, "{}: a key of {} bytes expected", path.string(),
               crypto::kKeyBytes);
  return key;
}

}  // namespace desk
