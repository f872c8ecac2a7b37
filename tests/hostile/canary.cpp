// Windows of secrets.
#include "tests/hostile/canary.h"

#include <bitset>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "cos-apdu/virtual/door.h"
#include "tests/hostile/nvm_rules.h"

namespace hostile {
namespace {

constexpr std::size_t kWindow = 8;
constexpr std::size_t kKey = 16;

std::uint64_t number_of(ByteView eight) {
  std::uint64_t number = 0;
  std::memcpy(&number, eight.data(), kWindow);
  return number;
}

// The mapping around one secret of our own is the arena of all.
ByteView arena() {
  static const ByteView whole = [] {
    const base::SecretBytes probe(kKey);
    const auto at =
        reinterpret_cast<std::uintptr_t>(probe.reveal(card::ChipMemoryDoor::open()).data());
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      std::istringstream in(line);
      std::uintptr_t first = 0;
      std::uintptr_t last = 0;
      char dash = 0;
      in >> std::hex >> first >> dash >> last;
      if (first <= at && at < last)
        // NOLINTNEXTLINE(performance-no-int-to-ptr): an address as the kernel writes it
        return ByteView(reinterpret_cast<const Byte*>(first), last - first);
    }
    throw std::logic_error("the arena of secrets is not in /proc/self/maps");
  }();
  return whole;
}

}  // namespace

Records records_of(const base::WipedBytes& image) {
  const card::chip::Nvm nvm(
      std::make_unique<card::chip::MemoryStorage>(std::make_shared<base::WipedBytes>(image)));
  Records records;
  for (const RecordId id : nvm.ids(0, 0xFFFF)) {
    const ByteView value = nvm.get(id);
    records[id].assign(value.begin(), value.end());
  }
  return records;
}

void Canary::learn_window(ByteView eight) {
  std::bitset<256> different;
  for (const Byte byte : eight) different.set(byte);
  constexpr std::size_t kFewest = 3;
  if (different.count() >= kFewest) windows_.insert(number_of(eight));
}

void Canary::learn_half(ByteView eight) {
  learn_window(eight);
  learn_window(base::reversed(eight));
}

void Canary::learn(ByteView secret) {
  for (std::size_t at = 0; at + kWindow <= secret.size(); at += kWindow)
    learn_half(secret.subspan(at, kWindow));
  if (secret.size() > kWindow) learn_half(secret.last(kWindow));
  for (std::size_t at = 0; at + kKey <= secret.size(); at += kKey) {
    Bytes sum(kWindow);
    for (std::size_t i = 0; i < kWindow; ++i)
      sum[i] = static_cast<Byte>(secret[at + i] ^ secret[at + kWindow + i]);
    learn_half(sum);
  }
}

void Canary::learn(const Records& records) {
  for (const auto& [id, value] : records) learn(secret_part(records, id));
}

void Canary::learn_arena() {
  constexpr std::size_t kPage = 4096;
  static const Bytes none(kPage);
  const auto all_zero = [](ByteView bytes) {
    return std::memcmp(bytes.data(), none.data(), bytes.size()) == 0;
  };
  for (ByteView rest = arena(); !rest.empty(); rest = rest.subspan(kPage)) {
    const ByteView page = rest.first(kPage);
    if (all_zero(page)) continue;
    for (std::size_t at = 0; at < kPage; at += kKey)
      if (const ByteView cell = page.subspan(at, kKey); !all_zero(cell) && !knows(cell))
        learn(cell);
  }
}

bool Canary::knows(ByteView sixteen) const {
  return windows_.contains(number_of(sixteen.first(kWindow))) &&
         windows_.contains(number_of(sixteen.last(kWindow)));
}

void Canary::excuse(ByteView told) {
  for (std::size_t at = 0; at + kWindow <= told.size(); ++at)
    excused_.insert(number_of(told.subspan(at, kWindow)));
}

bool Canary::finds(ByteView said) const {
  for (std::size_t at = 0; at + kWindow <= said.size(); ++at) {
    const auto number = number_of(said.subspan(at, kWindow));
    if (windows_.contains(number) && !excused_.contains(number)) return true;
  }
  return false;
}

}  // namespace hostile
