// A station: the folder in which one provincial or county appliance keeps everything of its own.
//
//   station.toml        format, mode, origin, PKCS#11 module: written once by `keyceremony station init`
//   profile.toml        the scheme profile in force
//   log.db, log/        the audit log and its checkpoint
//   register.db         pairs, stock and cards
//   tokens/key, /log    the two SoftHSM tokens, each with a configuration of its own
//   signer.sock         the checkpoint signer of the shift
//   ceremonies/<id>/    journal and evidence of each ceremony
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/core/mode.h"

namespace station {

inline constexpr int kFormat = 1;
inline constexpr const char* kFolderVariable = "WELLKEY_STATION";

class Station {
 public:
  // Writes station.toml and the folders, mode 0700. Throws kConflict when there is one already.
  static Station init(const std::filesystem::path& folder, base::Mode mode,
                      const std::string& origin, const std::filesystem::path& module);

  // Throws kNotFound without station.toml, kRefused for a newer format, kMalformed by the name of the value.
  static Station open(const std::filesystem::path& folder);

  // --station if given, else the environment variable; throws kNotFound when neither is there.
  static Station open_named(const std::optional<std::string>& folder);

  const std::filesystem::path& folder() const { return folder_; }

  base::Mode mode() const { return mode_; }

  const std::string& origin() const { return origin_; }

  const std::filesystem::path& module() const { return module_; }

  std::filesystem::path profile() const { return folder_ / "profile.toml"; }

  std::filesystem::path log_database() const { return folder_ / "log.db"; }

  std::filesystem::path log_folder() const { return folder_ / "log"; }

  std::filesystem::path register_database() const { return folder_ / "register.db"; }

  std::filesystem::path key_token() const { return folder_ / "tokens" / "key"; }

  std::filesystem::path log_token() const { return folder_ / "tokens" / "log"; }

  std::filesystem::path signer_socket() const { return folder_ / "signer.sock"; }

  std::filesystem::path ceremonies() const { return folder_ / "ceremonies"; }

 private:
  Station() = default;

  std::filesystem::path folder_;
  base::Mode mode_ = base::Mode::kRehearsal;
  std::string origin_;
  std::filesystem::path module_;
};

}  // namespace station
