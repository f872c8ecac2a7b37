// The medium of a card image at fault: full, cut short, or changed.
#include <csignal>
#include <filesystem>
#include <tuple>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "tests/support/temp_folder.h"
#include "tests/tear/sequences.h"

using namespace tear;

namespace {

using base::Amount;
using card::chip::Storage;

constexpr std::int64_t kBefore = 1000;

// A medium with room for so many bytes more, which it fills before it refuses.
class FullMemory : public Storage {
 public:
  FullMemory(Medium medium, const std::size_t& room) : medium_(std::move(medium)), room_(room) {}

  base::WipedBytes read_all() override { return *medium_; }

 private:
  [[noreturn]] static void refuse() {
    base::fail(base::Fault::kUnavailable, "no space left on the medium");
  }

  void append_durably(ByteView frame) override {
    const auto fits = frame.first(std::min(room_, frame.size()));
    medium_->insert(medium_->end(), fits.begin(), fits.end());
    if (fits.size() < frame.size()) refuse();
  }

  void replace_durably(ByteView image) override {
    if (image.size() > room_) refuse();
    medium_->assign(image.begin(), image.end());
  }

  Medium medium_;
  const std::size_t& room_;
};

constexpr std::size_t kPlenty = 1U << 20U;

Medium medium_of(const base::WipedBytes& image) {
  return std::make_shared<base::WipedBytes>(image);
}

std::string sent(card::chip::Chip& chip, std::string_view hex) {
  return base::to_hex(chip.transmit(base::from_hex(hex)));
}

bool opens(const base::WipedBytes& image) {
  try {
    dump_of(image, sound_memory);
  } catch (const base::Error& error) {
    CHECK(error.fault() != base::Fault::kUnavailable);
    return false;
  }
  return true;
}

// Files may grow up to this size, and a write beyond is cut short as on a full disk.
class RoomForFiles {
 public:
  explicit RoomForFiles(std::uintmax_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    auto limit = before_;
    limit.rlim_cur = bytes;
    std::ignore = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
  }

  ~RoomForFiles() { setrlimit(RLIMIT_FSIZE, &before_); }

  RoomForFiles(const RoomForFiles&) = delete;
  RoomForFiles& operator=(const RoomForFiles&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE(
    "a medium that is full at any byte of any write refuses with 6581, and the card goes on when "
    "there is room again [R179]") {
  const auto user = loaded_card(kBefore);
  const auto psam = test::issue_psam(county(), test::usual_ceiling());
  REQUIRE(card::verify_pin(psam->session(), test::secret(test::kPsamPin)).right());
  const auto number = test::user_number(county());
  int refused = 0;
  for (std::size_t room = 0;; room += 7) {
    CAPTURE(room);
    auto medium = medium_of(*user->medium());
    std::size_t left = kPlenty;
    card::chip::Chip chip(std::make_unique<FullMemory>(medium, left));
    card::chip::DirectLink link(chip);
    card::Session session(link);
    left = room;  // NOLINT(clang-analyzer-deadcode.DeadStores): the medium reads it
    bool is_refused = false;
    try {
      test::load(session, psam->session(), number, Amount::fen(7));
    } catch (const card::Refusal& refusal) {
      is_refused = true;
      CHECK(refusal.status() == card::status::kMemoryFailure);
      CHECK(wallet_of(session) == Amount::fen(kBefore));
    }
    left = kPlenty;  // NOLINT(clang-analyzer-deadcode.DeadStores)
    refused += is_refused ? 1 : 0;
    if (is_refused) test::load(session, psam->session(), number, Amount::fen(7));
    CHECK(wallet_of(session) == Amount::fen(kBefore + 7));
    CHECK(card::read_transactions(session).size() == 2);
    const auto reopened =
        std::make_unique<Table>(std::vector<Placed>{{"user card", *medium}}, sound_memory);
    CHECK(wallet_of(reopened->session(0)) == Amount::fen(kBefore + 7));
    if (!is_refused) break;
  }
  CHECK(refused > 10);
}

TEST_CASE("after 6581 a PIN that was just found right counts for nothing") {
  Medium medium = medium_of(*test::issue_psam(county(), test::usual_ceiling())->medium());
  std::size_t room = kPlenty;
  card::chip::Chip chip(std::make_unique<FullMemory>(medium, room));
  chip.power_on();
  room = 60;  // the count before the comparison fits, the one after it does not
  for (; sent(chip, "0020000003314159") == "6581"; room += 7) {
    CHECK(sent(chip, base::to_hex(Bytes{0x80, 0x72, 0x00, 0x00, 0x04, 1, 2, 3, 4})) == "6982");
  }
}

TEST_CASE("a full disk leaves a card's file as it was, byte for byte, and nothing beside it") {
  const support::TempFolder folder;
  const auto path = folder.path() / "card.wkc";
  const auto serial = derivation::Serial8::of(derivation::CardKind::kPsam, 1);
  base::write_durably(path, card::chip::manufactured_image(serial, crypto::SuiteId::kAes128));
  const Bytes before = base::read_file(path);
  card::chip::Chip chip(std::make_unique<card::chip::FileStorage>(path));
  chip.power_on();
  for (const std::size_t room : {0U, 1U, 11U, 12U, 13U, 60U}) {
    CAPTURE(room);
    const RoomForFiles files(before.size() + room);
    CHECK(sent(chip, "0046000041") == "6581");
    CHECK(base::equal(base::read_file(path), before));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  }
  CHECK(sent(chip, "0046000041").size() == 2 * 67);
  const Bytes after = base::read_file(path);
  CHECK(dump_of(after, sound_memory).contains(card::chip::RecordId{0x0004}));
}

TEST_CASE("a full disk refuses a commit that erases, and both records stand") {
  const support::TempFolder folder;
  const auto path = folder.path() / "card.wkc";
  base::write_durably(path, card::chip::empty_image());
  card::chip::Nvm nvm(std::make_unique<card::chip::FileStorage>(path));
  nvm.put(1, Bytes(50, 0xAA));
  nvm.put(2, Bytes(50, 0xBB));
  nvm.commit();
  const Bytes before = base::read_file(path);
  nvm.erase(1);
  {
    const RoomForFiles files(40);
    CHECK_THROWS_AS(nvm.commit(), base::Error);
  }
  CHECK(base::equal(base::read_file(path), before));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  nvm.rollback();
  CHECK(nvm.holds(1));
  nvm.erase(1);
  nvm.commit();
  CHECK(dump_of(base::read_file(path), sound_memory) == Dump{{2, Bytes(50, 0xBB)}});
}

TEST_CASE(
    "an image that ends at any byte of its last commit opens as it was before that commit, whole "
    "as "
    "after it [R179]") {
  const auto user = loaded_card(kBefore);
  const base::WipedBytes before = *user->medium();
  const auto esam = test::issue_esam(county());
  test::start(user->session(), esam->session(), test::user_number(county()));
  const base::WipedBytes after = *user->medium();
  REQUIRE(after.size() > before.size());
  const Dump old_records = dump_of(before, sound_memory);
  for (std::size_t length = before.size(); length < after.size(); ++length) {
    CAPTURE(length);
    const base::WipedBytes cut(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(length));
    CHECK(dump_of(cut, sound_memory) == old_records);
  }
  CHECK(dump_of(after, sound_memory) != old_records);
}

TEST_CASE("no single changed byte of an image gives a card other records than it had") {
  const auto user = loaded_card(kBefore);
  const base::WipedBytes image = *user->medium();
  const Dump records = dump_of(image, sound_memory);
  std::size_t found = 0;
  for (std::size_t at = 0; at < image.size(); ++at) {
    CAPTURE(at);
    auto changed = image;
    changed[at] ^= 0x01;
    if (opens(changed))
      CHECK(dump_of(changed, sound_memory) == records);
    else
      ++found;
  }
  CHECK(found == image.size());
}
