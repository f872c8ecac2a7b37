// The folder of a SoftHSM token.
#include "base/hsm/token_folder.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"
#include "base/crypto/cipher.h"

namespace hsm {
namespace {

namespace fs = std::filesystem;
using base::Fault;

constexpr std::string_view kName = "wellkey token manifest";
constexpr std::int64_t kFormat = 1;
constexpr std::string_view kMacWord = "mac ";

fs::path manifest_path(const fs::path& folder) {
  return folder / "manifest";
}

// Lock files are empty and come and go.
bool counts(const fs::directory_entry& entry) {
  return entry.is_regular_file() && entry.path().extension() != ".lock";
}

std::map<std::string, crypto::Hash32> listing_of(const fs::path& root) {
  std::map<std::string, crypto::Hash32> files;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (counts(entry))
      files.emplace(fs::relative(entry.path(), root).string(),
                    crypto::sha256(base::read_file(entry.path())));
  return files;
}

void make_private_folder(const fs::path& folder) {
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
}

void copy_durably(const fs::path& from, const fs::path& to, const std::string& file) {
  make_private_folder((to / file).parent_path());
  base::write_durably(to / file, base::read_file(from / file));
}

// SoftHSM deletes an object only together with its lock file.
void put_lock_beside(fs::path object) {
  if (object.extension() != ".object") return;
  const std::ofstream created(object.replace_extension(".lock"), std::ios::app);
}

bool holds(const fs::path& file, const crypto::Hash32& hash) {
  return fs::exists(file) && crypto::sha256(base::read_file(file)) == hash;
}

void link_file(const fs::path& from, const fs::path& to, const std::string& file) {
  make_private_folder((to / file).parent_path());
  fs::create_hard_link(from / file, to / file);
}

// The manifest's MAC key: only who holds the PIN can write a manifest.
std::string mac_of(std::string_view text, const base::SecretBytes& pin) {
  const auto hashed_once = crypto::secret_sha256(pin);
  const auto key = crypto::secret_sha256(hashed_once);
  return base::to_hex(crypto::cmac(crypto::Cipher::kAes256, key, base::bytes_of(text)),
                      base::HexCase::kLower);
}

struct SignedText {
  std::string text;
  std::string mac;
};

SignedText split(const fs::path& path) {
  const auto all = base::read_text_file(path);
  const auto at = all.rfind(kMacWord);
  if (at == std::string::npos || all.back() != '\n' || (at > 0 && all[at - 1] != '\n'))
    base::fail(Fault::kTampered, "{}: expected a last line with its MAC", path.string());
  const auto value = at + kMacWord.size();
  return {all.substr(0, at), all.substr(value, all.size() - value - 1)};
}

void require_known_format(std::string_view manifest) {
  base::require_first_line(manifest.substr(0, manifest.find('\n')), kName, kFormat);
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder)
    : descriptor_(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) base::fail(Fault::kNotFound, "{} is no folder of a token", folder.string());
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  close(descriptor_);
  base::fail(Fault::kConflict, "another process uses the token in {}", folder.string());
}

FolderLock::~FolderLock() {
  close(descriptor_);
}

fs::path TokenFolder::snapshot(std::uint64_t number) const {
  return folder_ / "snapshots" / std::to_string(number);
}

TokenFolder TokenFolder::create(const fs::path& folder) {
  if (fs::exists(manifest_path(folder)))
    base::fail(Fault::kConflict, "{} holds a token already", folder.string());
  // What an initialisation that was cut off left behind.
  fs::remove_all(folder / "store");
  TokenFolder made(fs::absolute(folder));
  make_private_folder(made.folder_);
  make_private_folder(made.store());
  made.write_config();
  return made;
}

TokenFolder TokenFolder::open(const fs::path& folder) {
  if (!fs::exists(manifest_path(folder)))
    base::fail(Fault::kNotFound, "{} holds no token: it has no manifest", folder.string());
  TokenFolder found(fs::absolute(folder));
  make_private_folder(found.store());
  found.write_config();
  return found;
}

FolderSurvey TokenFolder::survey(const fs::path& folder) {
  if (!fs::exists(manifest_path(folder)))
    base::fail(Fault::kNotFound, "{} holds no token: it has no manifest", folder.string());
  const TokenFolder found(fs::absolute(folder));
  const auto truth = found.manifest();
  const auto copy = found.snapshot(truth.snapshot);
  FolderSurvey survey{
      truth.files.size(), found.state(), {}, found.compare_store(truth.files), found.tries()};
  for (const auto& [file, hash] : truth.files)
    if (!holds(copy / file, hash)) survey.damaged.push_back(file);
  if (fs::exists(copy))
    for (const auto& [file, hash] : listing_of(copy))
      if (!truth.files.contains(file)) survey.damaged.push_back(file);
  return survey;
}

FolderSurvey::Store TokenFolder::compare_store(const Listing& truth) const {
  try {
    const FolderLock quiet(folder_);
    return fs::exists(store()) && listing_of(store()) == truth ? FolderSurvey::Store::kAgrees
                                                               : FolderSurvey::Store::kDiffers;
  } catch (const base::Error& error) {
    if (error.fault() == Fault::kConflict) return FolderSurvey::Store::kInUse;
    throw;
  }
}

void TokenFolder::write_config() const {
  const auto text = fmt::format(
      "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n"
      "slots.removable = false\nlibrary.reset_on_fork = true\n",
      store().string());
  if (!fs::exists(config()) || base::read_text_file(config()) != text)
    base::write_durably(config(), text);
}

TokenFolder::Manifest TokenFolder::manifest() const {
  std::istringstream lines(split(manifest_path(folder_)).text);
  std::string line;
  std::getline(lines, line);
  require_known_format(line);
  Manifest found;
  std::string word;
  if (!(lines >> word >> found.snapshot) || word != "snapshot")
    base::fail(Fault::kTampered, "{}: expected a snapshot number", manifest_path(folder_).string());
  std::string hash;
  while (lines >> hash >> word)
    found.files.emplace(word, base::fixed<32>(base::from_hex(hash, "manifest"), "SHA-256"));
  return found;
}

unsigned TokenFolder::tries() const {
  const auto path = folder_ / "tries";
  if (!fs::exists(path)) return 0;
  const auto text = base::read_text_file(path);
  unsigned count = kMostTries;  // what cannot be read locks
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

void TokenFolder::set_tries(unsigned count) const {
  if (tries() != count) base::write_durably(folder_ / "tries", fmt::format("{}\n", count));
}

void TokenFolder::unlock_pin() {
  set_tries(0);
}

std::vector<std::string> TokenFolder::verify(const base::SecretBytes& pin) {
  const auto before = tries();
  if (before >= kMostTries)
    base::fail(Fault::kRefused, "the token is locked after {} wrong PINs", before);
  const auto found = split(manifest_path(folder_));
  require_known_format(found.text);  // a newer one is no wrong PIN
  set_tries(before + 1);  // before the answer is known, so that a cut does not give a free try
  if (!base::equal_in_constant_time(base::bytes_of(mac_of(found.text, pin)),
                                    base::bytes_of(found.mac)))
    base::fail(Fault::kRefused,
               "the token's manifest does not hold under this PIN ({} of {} tries): a wrong PIN, "
               "or a changed manifest",
               before + 1, kMostTries);
  set_tries(0);
  return restore();
}

std::vector<std::string> TokenFolder::restore() {
  const auto truth = manifest();
  const auto copy = snapshot(truth.snapshot);
  const auto present = listing_of(store());
  std::vector<std::string> differing;
  for (const auto& [file, hash] : present)
    if (!truth.files.contains(file)) {
      fs::remove(store() / file);
      differing.push_back(file);
    }
  for (const auto& [file, hash] : truth.files) {
    put_lock_beside(store() / file);
    const auto found = present.find(file);
    if (found != present.end() && found->second == hash) continue;
    if (!holds(copy / file, hash))
      base::fail(Fault::kTampered, "token file {} and its snapshot both differ from the manifest",
                 file);
    copy_durably(copy, store(), file);
    differing.push_back(file);
  }
  return differing;
}

void TokenFolder::commit(const base::SecretBytes& pin) {
  const auto is_first = !fs::exists(manifest_path(folder_));
  const auto last = is_first ? Manifest{} : manifest();
  const Manifest next{last.snapshot + 1, listing_of(store())};
  fs::remove_all(snapshot(next.snapshot));
  make_private_folder(snapshot(next.snapshot));
  std::string text = fmt::format("{} {}\nsnapshot {}\n", kName, kFormat, next.snapshot);
  for (const auto& [file, hash] : next.files) {
    // No file of a snapshot is ever changed in place, so the next snapshot may share it.
    if (holds(snapshot(last.snapshot) / file, hash))
      link_file(snapshot(last.snapshot), snapshot(next.snapshot), file);
    else
      copy_durably(store(), snapshot(next.snapshot), file);
    text += fmt::format("{} {}\n", base::to_hex(hash, base::HexCase::kLower), file);
  }
  for (const auto& entry : fs::recursive_directory_iterator(snapshot(next.snapshot)))
    if (entry.is_directory()) base::sync_folder(entry.path());
  base::sync_folder(snapshot(next.snapshot));
  base::sync_folder(folder_ / "snapshots");
  base::write_durably(manifest_path(folder_),
                      text + std::string(kMacWord) + mac_of(text, pin) + "\n");
  for (const auto& entry : fs::directory_iterator(folder_ / "snapshots"))
    if (entry.path() != snapshot(next.snapshot)) fs::remove_all(entry.path());
}

FolderState TokenFolder::state() const {
  return {manifest().snapshot, crypto::sha256(base::read_file(manifest_path(folder_)))};
}

}  // namespace hsm
