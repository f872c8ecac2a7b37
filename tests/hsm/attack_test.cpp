// What people try against a token beside its keys: the security officer's login, and every file of
// its folder.
#include <cstdlib>
#include <functional>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/hsm/cryptoki.h"
#include "base/hsm/door.h"
#include "tests/hsm/soft_token.h"

namespace {

namespace fs = std::filesystem;
using support::Medium;

const hsm::KeyRules kKept{hsm::KeyType::kAes128, hsm::Usage::kDeriveAes, hsm::Lifetime::kToken,
                          hsm::Extraction::kNever, "kept"};

CK_UTF8CHAR* characters(const base::SecretBytes& pin) {
  return const_cast<CK_UTF8CHAR*>(pin.reveal(hsm::SecretDoor::open()).data());
}

base::SecretBytes random_pin() {
  return hsm::token_pin_of(crypto::random_secret(hsm::kPinSecretBytes));
}

// The whole folder of a token with one committed key, put back as often as wanted.
struct Folder {
  explicit Folder(const base::SecretBytes& so_pin = hsm::random_so_pin())
      : token_folder(place.path() / "token"),
        config{support::kSoftHsm, token_folder, hsm::kKeyTokenLabel},
        pin(random_pin()) {
    hsm::Token::initialise(config, pin, so_pin);
    hsm::Token token(config, pin);
    check_value = token.session().check_value(token.session().generate(kKept), kKept.usage);
    token.commit();
    fs::copy(token_folder, place.path() / "good", fs::copy_options::recursive);
  }

  void put_back() const {
    fs::remove_all(token_folder);
    fs::copy(place.path() / "good", token_folder, fs::copy_options::recursive);
  }

  // Opens; the key must be the right one. Answers the files that were restored.
  std::vector<std::string> open() const {
    hsm::Token token(config, pin);
    auto& session = token.session();
    const auto key = session.find_secret_key("kept");
    session.require_rules(key, kKept);
    CHECK(session.check_value(key, kKept.usage) == check_value);
    return token.restored();
  }

  std::optional<base::Fault> fault() const {
    try {
      open();
      return std::nullopt;
    } catch (const base::Error& error) {
      return error.fault();
    }
  }

  std::vector<std::string> files_under(const fs::path& part) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(token_folder / part))
      if (entry.is_regular_file() && entry.path().extension() != ".lock" && entry.file_size() > 0)
        found.push_back(fs::relative(entry.path(), token_folder).string());
    return found;
  }

  void flip(const std::string& file, std::size_t bit) const {
    auto bytes = base::read_file(token_folder / file);
    bytes.at(bit / 8) ^= static_cast<base::Byte>(1U << (bit % 8));
    base::write_durably(token_folder / file, base::ByteView(bytes));
  }

  // Bits of a file: some of each region, or one of every byte in the long run.
  std::vector<std::size_t> bits_of(const std::string& file) const {
    const auto size = fs::file_size(token_folder / file);
    const std::size_t step = std::getenv("WELLKEY_SOAK") != nullptr ? 1 : 1 + size / 24;
    std::vector<std::size_t> bits;
    for (std::size_t at = 0; at < size; at += step) bits.push_back(at * 8 + at % 8);
    bits.push_back(size * 8 - 1);
    return bits;
  }

  support::TempFolder place{Medium::kMemory};
  fs::path token_folder;
  hsm::TokenConfig config;
  base::SecretBytes pin;
  base::FixedBytes<3> check_value{};
};

// The officer's way round our programs.
void reset_pin(const hsm::TokenConfig& config, const fs::path& softhsm_config,
               const base::SecretBytes& so_pin, const base::SecretBytes& pin) {
  const hsm::Module module(config.module, softhsm_config);
  auto& p11 = module.functions();
  CK_SESSION_HANDLE session = 0;
  REQUIRE(p11.C_OpenSession(module.slot_of_token(config.label), CKF_SERIAL_SESSION | CKF_RW_SESSION,
                            nullptr, nullptr, &session) == CKR_OK);
  REQUIRE(p11.C_Login(session, CKU_SO, characters(so_pin), so_pin.size()) == CKR_OK);
  REQUIRE(p11.C_InitPIN(session, characters(pin), pin.size()) == CKR_OK);
}

}  // namespace

TEST_CASE("a user PIN that the security officer has reset opens no token of ours, and is undone") {
  const auto so_pin = hsm::random_so_pin();
  const Folder folder(so_pin);
  const auto thief = random_pin();
  reset_pin(folder.config, folder.token_folder / "softhsm2.conf", so_pin, thief);
  CHECK_THROWS_WITH_AS(hsm::Token(folder.config, thief), doctest::Contains("wrong PIN"),
                       base::Error);
  CHECK_FALSE(folder.open().empty());
  CHECK(folder.open().empty());
  const auto other_so_pin = hsm::random_so_pin();
  const hsm::Module module(folder.config.module, folder.token_folder / "softhsm2.conf");
  CK_SESSION_HANDLE session = 0;
  auto& p11 = module.functions();
  REQUIRE(p11.C_OpenSession(module.slot_of_token(folder.config.label),
                            CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr,
                            &session) == CKR_OK);
  CHECK(p11.C_Login(session, CKU_SO, characters(other_so_pin), other_so_pin.size()) ==
        CKR_PIN_INCORRECT);
  CHECK(p11.C_Login(session, CKU_USER, characters(thief), thief.size()) == CKR_PIN_INCORRECT);
}

TEST_CASE("a bit flipped anywhere in the token's store is named and put right") {
  const Folder folder;
  std::size_t flips = 0;
  for (const auto& file : folder.files_under("store"))
    for (const auto bit : folder.bits_of(file)) {
      CAPTURE(file);
      CAPTURE(bit);
      folder.flip(file, bit);
      CHECK("store/" + folder.open().at(0) == file);
      ++flips;
    }
  MESSAGE(flips << " bits flipped");
  CHECK(flips > 50);
}

TEST_CASE("a bit flipped in the snapshot is named, and nothing is restored from it") {
  const Folder folder;
  std::size_t flips = 0;
  for (const auto& file : folder.files_under("snapshots"))
    for (const auto bit : folder.bits_of(file)) {
      CAPTURE(file);
      CAPTURE(bit);
      folder.flip(file, bit);
      const auto inside = fs::path(file).lexically_relative("snapshots/2").string();
      CHECK(hsm::TokenFolder::survey(folder.token_folder).damaged ==
            std::vector<std::string>{inside});
      CHECK(folder.open().empty());
      folder.flip("store/" + inside, 0);
      CHECK(folder.fault() == base::Fault::kTampered);
      folder.put_back();
      ++flips;
    }
  CHECK(flips > 50);
}

TEST_CASE("a bit flipped in the manifest opens nothing, and in the configuration changes nothing") {
  const Folder folder;
  for (const auto bit : folder.bits_of("manifest")) {
    CAPTURE(bit);
    folder.flip("manifest", bit);
    CHECK(folder.fault().has_value());
    folder.put_back();
  }
  for (const auto bit : folder.bits_of("softhsm2.conf")) {
    folder.flip("softhsm2.conf", bit);
    CHECK(folder.open().empty());
  }
}
