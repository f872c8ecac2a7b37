#include "base/crypto/words.h"

#include <algorithm>
#include <array>

#include "base/core/error.h"
#include "base/crypto/door.h"
#include "base/crypto/hash.h"
#include "base/crypto/rs1024.h"
#include "base/crypto/word_lists.h"

namespace crypto {

namespace {

constexpr std::string_view kCustomisation = "wellkey";
constexpr std::size_t kDataWords = 17;
constexpr std::size_t kValueBytes = 16;
constexpr unsigned kWordBits = 10;
constexpr std::size_t kShortestPrefix = 4;

// Words of a component, wiped when they go.
struct Numbers {
  std::array<std::uint16_t, kComponentWords> word{};

  Numbers() = default;
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  ~Numbers() {
    base::wipe({reinterpret_cast<base::Byte*>(word.data()), word.size() * sizeof(word[0])});
  }
};

// Writes and reads bit fields of the 170 data bits, most significant first.
class Bits {
 public:
  explicit Bits(Numbers& numbers) : numbers_(numbers) {}

  void put(std::uint32_t value, unsigned count) {
    for (unsigned bit = count; bit-- > 0; ++at_) {
      if ((value >> bit & 1U) != 0) slot() = static_cast<std::uint16_t>(slot() | mask());
    }
  }

  std::uint32_t get(unsigned count) {
    std::uint32_t value = 0;
    for (unsigned bit = 0; bit < count; ++bit, ++at_) {
      value = value << 1U | ((slot() & mask()) != 0 ? 1U : 0U);
    }
    return value;
  }

 private:
  std::uint16_t& slot() { return numbers_.word.at(at_ / kWordBits); }

  std::uint16_t mask() const {
    return static_cast<std::uint16_t>(1U << (kWordBits - 1 - at_ % kWordBits));
  }

  Numbers& numbers_;
  unsigned at_ = 0;
};

void load(const base::SecretBytes& packed, Numbers& numbers) {
  const base::ByteView plain = packed.reveal(SecretDoor::open());
  if (plain.size() != kComponentWords * 2) {
    base::fail(base::Fault::kMalformed, "component: {} words, expected {}", plain.size() / 2,
               kComponentWords);
  }
  for (std::size_t at = 0; at < kComponentWords; ++at) {
    numbers.word.at(at) = static_cast<std::uint16_t>(plain[2 * at] << 8U | plain[2 * at + 1]);
    if (numbers.word.at(at) >= kComponentWordList.size()) {
      base::fail(base::Fault::kMalformed, "component: word {} is not in the list", at + 1);
    }
  }
}

base::SecretBytes pack(const Numbers& numbers) {
  base::SecretBytes out;
  for (const std::uint16_t word : numbers.word) {
    out.push_back(static_cast<base::Byte>(word >> 8U));
    out.push_back(static_cast<base::Byte>(word));
  }
  return out;
}

}  // namespace

std::string hash_words(base::ByteView bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto& list = at % 2 == 0 ? kEvenHashWords : kOddHashWords;
    if (at > 0) out.push_back(' ');
    out.append(list.at(bytes[at]));
  }
  return out;
}

std::uint32_t set_tag_of(base::ByteView set_id) {
  const Hash32 digest = sha256(set_id);
  return static_cast<std::uint32_t>(digest[0] << 12U | digest[1] << 4U | digest[2] >> 4U);
}

base::SecretBytes component_words(const ComponentHeader& header, const base::SecretBytes& value) {
  if (value.size() != kValueBytes) {
    base::fail(base::Fault::kMalformed, "component of {} bytes, expected {}", value.size(),
               kValueBytes);
  }
  Numbers numbers;
  Bits bits(numbers);
  bits.put(header.set_tag, 20);
  bits.put(header.version, 4);
  bits.put(header.live ? 1 : 0, 1);
  bits.put(header.index, 4);
  bits.put(header.total, 4);
  bits.put(header.suite, 4);
  bits.put(0, 3);
  bits.put(0, 2);
  for (const base::Byte byte : value.reveal(SecretDoor::open())) bits.put(byte, 8);
  const auto checksum =
      rs1024_checksum(kCustomisation, WordNumbers(numbers.word).first(kDataWords));
  std::copy(checksum.begin(), checksum.end(), numbers.word.begin() + kDataWords);
  return pack(numbers);
}

int word_number(const base::SecretBytes& typed) {
  const base::ByteView plain = typed.reveal(SecretDoor::open());
  const std::string_view text(reinterpret_cast<const char*>(plain.data()), plain.size());
  if (text.size() < kShortestPrefix) return -1;
  const auto* const found = std::ranges::find_if(kComponentWordList, [&](std::string_view word) {
    return word == text || (text.size() == kShortestPrefix && word.starts_with(text));
  });
  return found == kComponentWordList.end() ? -1
                                           : static_cast<int>(found - kComponentWordList.begin());
}

std::string_view word_text(std::size_t number) {
  return kComponentWordList.at(number);
}

WordedComponent component_of_words(const base::SecretBytes& packed) {
  Numbers numbers;
  load(packed, numbers);
  if (!rs1024_holds(kCustomisation, numbers.word)) {
    base::fail(base::Fault::kTampered, "component: the checksum words do not fit the other words");
  }
  Bits bits(numbers);
  WordedComponent out;
  out.header.set_tag = bits.get(20);
  out.header.version = static_cast<std::uint8_t>(bits.get(4));
  out.header.live = bits.get(1) != 0;
  out.header.index = static_cast<std::uint8_t>(bits.get(4));
  out.header.total = static_cast<std::uint8_t>(bits.get(4));
  out.header.suite = static_cast<std::uint8_t>(bits.get(4));
  if (bits.get(3) != 0 || bits.get(2) != 0) {
    base::fail(base::Fault::kMalformed, "component: a newer format, or not a component");
  }
  for (std::size_t at = 0; at < kValueBytes; ++at) {
    out.value.push_back(static_cast<base::Byte>(bits.get(8)));
  }
  return out;
}

base::SecretBytes printed_words(const base::SecretBytes& packed) {
  Numbers numbers;
  load(packed, numbers);
  base::SecretBytes out;
  const auto put = [&](std::string_view text) {
    for (const char letter : text) out.push_back(static_cast<base::Byte>(letter));
  };
  for (std::size_t at = 0; at < kComponentWords; ++at) {
    put(fmt::format("{:2} ", at + 1));
    put(kComponentWordList.at(numbers.word.at(at)));
    put("\n");
  }
  return out;
}

}  // namespace crypto
