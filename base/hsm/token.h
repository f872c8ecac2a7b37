// One token, opened: its folder proved, the module loaded, the user logged in. A process opens one.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/core/secret.h"
#include "base/hsm/module.h"
#include "base/hsm/session.h"
#include "base/hsm/token_folder.h"

namespace hsm {

inline constexpr const char* kKeyTokenLabel = "wellkey-key";
inline constexpr const char* kLogTokenLabel = "wellkey-log";

struct TokenConfig {
  std::filesystem::path module;                 // the PKCS#11 library
  std::optional<std::filesystem::path> folder;  // SoftHSM's; a token of another make has none
  std::string label;
  std::filesystem::path mechanisms = {};  // the map file; PKCS#11's own numbers where there is none
};

class Token {
 public:
  // Initialises an empty token: label, SO PIN, user PIN; then the SO logs out, the user PIN is
  // proved by a login, and the folder is committed. Throws kConflict when the folder holds a token.
  // The SO can reset the user PIN, so its PIN is split among other officers or destroyed, as the plan
  // says.
  static void initialise(const TokenConfig& config, const base::SecretBytes& pin,
                         const base::SecretBytes& so_pin);

  // Throws what Module, TokenFolder and Session throw; kConflict while another process uses the
  // folder.
  Token(const TokenConfig& config, const base::SecretBytes& pin);

  // What was not committed is undone.
  ~Token();
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

  // Both throw kUnavailable after a reopen that failed.
  Session& session() { return opened().session; }

  const Module& module() const { return opened().module; }

  // Files that differed from the manifest and were put back when the token was opened; the caller
  // records them.
  const std::vector<std::string>& restored() const { return restored_; }

  // What people are told of it; nothing when nothing was restored.
  std::optional<std::string> damage() const;

  // What the token holds now is kept, durably. Nothing to do for a token without a folder.
  void commit();

  // From now on the token opens with `pin`, and with no other. The new PIN is proved by a login
  // before it is kept; when that fails the old one opens, and what was not committed is undone.
  void change_pin(const base::SecretBytes& pin);

  // The last commit; nothing for a token without a folder.
  std::optional<FolderState> folder_state() const;

  // Closes and opens again, so that what is found then is what the token really stored.
  void reopen();

 private:
  struct Opened {
    Opened(const TokenConfig& config, const std::optional<TokenFolder>& folder,
           const base::SecretBytes& pin);

    Module module;
    Session session;
  };

  Opened& opened() const;

  TokenConfig config_;
  base::SecretBytes pin_;
  std::optional<FolderLock> lock_;
  std::optional<TokenFolder> folder_;
  std::vector<std::string> restored_;
  std::unique_ptr<Opened> opened_;
};

}  // namespace hsm
