// Paths by the same rule for every subcommand.
#include "audit/commands/where.h"

#include "base/core/durable_file.h"
#include "base/core/error.h"

namespace audit::commands {

std::filesystem::path log_path(const std::string& named) {
  if (named.empty()) {
    base::fail(base::Fault::kMalformed, "no log named: give --log, or set WELLKEY_STATION");
  }
  const std::filesystem::path path(named);
  return std::filesystem::is_directory(path) ? path / "log.db" : path;
}

Archive open_log(const std::string& named) {
  return Archive::open(log_path(named));
}

std::optional<std::string> remembered_beside(const std::string& named) {
  const std::filesystem::path path = log_path(named).replace_extension() / "checkpoint";
  if (!std::filesystem::exists(path)) return std::nullopt;
  return base::read_text_file(path);
}

VerifierKey key_of(const std::string& given) {
  if (!given.starts_with('@')) return VerifierKey::parse(given);
  const std::string text = base::read_text_file(given.substr(1));
  return VerifierKey::parse(text.substr(0, text.find('\n')));
}

}  // namespace audit::commands
