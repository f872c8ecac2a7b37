// One token, from empty to logged in.
#include "base/hsm/token.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/hsm/cryptoki.h"
#include "base/hsm/door.h"

namespace hsm {
namespace {

using base::Fault;

constexpr std::size_t kLabelCharacters = 32;

CK_UTF8CHAR* characters(const base::SecretBytes& pin) {
  return const_cast<CK_UTF8CHAR*>(pin.reveal(SecretDoor::open()).data());
}

std::array<CK_UTF8CHAR, kLabelCharacters> filled(const std::string& label) {
  if (label.empty() || label.size() > kLabelCharacters)
    base::fail(Fault::kMalformed, "token label of {} characters, expected 1 to 32", label.size());
  std::array<CK_UTF8CHAR, kLabelCharacters> out{};
  out.fill(' ');
  std::ranges::copy(label, out.begin());
  return out;
}

std::optional<std::filesystem::path> config_of(const std::optional<TokenFolder>& folder) {
  if (!folder) return std::nullopt;
  return folder->config();
}

// Initialises the token in an empty slot; the slot's number changes with it.
void set_pins(const Module& module, const std::string& label, const base::SecretBytes& pin,
              const base::SecretBytes& so_pin) {
  auto& functions = module.functions();
  auto wide_label = filled(label);
  check(functions.C_InitToken(module.empty_slot(), characters(so_pin), so_pin.size(),
                              wide_label.data()),
        "C_InitToken");
  CK_SESSION_HANDLE session = 0;
  check(functions.C_OpenSession(module.slot_of_token(label), CKF_SERIAL_SESSION | CKF_RW_SESSION,
                                nullptr, nullptr, &session),
        "C_OpenSession");
  check(functions.C_Login(session, CKU_SO, characters(so_pin), so_pin.size()),
        "C_Login of the security officer");
  check(functions.C_InitPIN(session, characters(pin), pin.size()), "C_InitPIN");
  check(functions.C_Logout(session), "C_Logout");
  check(functions.C_CloseSession(session), "C_CloseSession");
}

// The login of one session counts for all of them.
void replace_pin(const Module& module, const std::string& label, const base::SecretBytes& from,
                 const base::SecretBytes& to) {
  auto& functions = module.functions();
  CK_SESSION_HANDLE session = 0;
  check(functions.C_OpenSession(module.slot_of_token(label), CKF_SERIAL_SESSION | CKF_RW_SESSION,
                                nullptr, nullptr, &session),
        "C_OpenSession");
  const auto result =
      functions.C_SetPIN(session, characters(from), from.size(), characters(to), to.size());
  functions.C_CloseSession(session);
  check(result, "C_SetPIN");
}

}  // namespace

void Token::initialise(const TokenConfig& config, const base::SecretBytes& pin,
                       const base::SecretBytes& so_pin) {
  std::optional<TokenFolder> folder;
  if (config.folder) folder = TokenFolder::create(*config.folder);
  {
    const Module module(config.module, config_of(folder));
    set_pins(module, config.label, pin, so_pin);
    // Before anything is kept: a token whose PIN was not really set would be lost for good.
    const Session proof(module, module.slot_of_token(config.label), pin);
  }
  if (folder) folder->commit(pin);
}

Token::Opened::Opened(const TokenConfig& config, const std::optional<TokenFolder>& folder,
                      const base::SecretBytes& pin)
    : module(config.module, config_of(folder), MechanismMap::of_file(config.mechanisms)),
      session(module, module.slot_of_token(config.label), pin) {}

Token::Token(const TokenConfig& config, const base::SecretBytes& pin)
    : config_(config), pin_(pin.duplicate()) {
  if (config.folder) {
    lock_.emplace(*config.folder);
    folder_ = TokenFolder::open(*config.folder);
    restored_ = folder_->verify(pin_);
  }
  reopen();
}

Token::~Token() {
  opened_.reset();
  if (!folder_) return;
  try {
    folder_->restore();
  } catch (const std::exception&) {  // the next opening restores or refuses
  }
}

std::optional<std::string> Token::damage() const {
  if (restored_.empty()) return std::nullopt;
  return fmt::format("token {} was damaged and is restored from its snapshot: {} files, first {}",
                     config_.label, restored_.size(), restored_.front());
}

void Token::commit() {
  if (folder_) folder_->commit(pin_);
}

void Token::change_pin(const base::SecretBytes& pin) {
  replace_pin(module(), config_.label, pin_, pin);
  pin_ = pin.duplicate();
  reopen();
  commit();
}

std::optional<FolderState> Token::folder_state() const {
  return folder_ ? std::optional(folder_->state()) : std::nullopt;
}

Token::Opened& Token::opened() const {
  if (!opened_) {
    base::fail(Fault::kUnavailable, "token {} is closed: it could not be opened anew",
               config_.label);
  }
  return *opened_;
}

void Token::reopen() {
  opened_.reset();
  opened_ = std::make_unique<Opened>(config_, folder_, pin_);
}

}  // namespace hsm
