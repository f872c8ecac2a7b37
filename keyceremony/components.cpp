#include "keyceremony/components.h"

#include <algorithm>
#include <cmath>

#include "base/core/error.h"
#include "base/crypto/hex_groups.h"
#include "base/terminal/alphabet.h"
#include "base/terminal/tries.h"

namespace keyceremony {

namespace {

using base::Fault;

constexpr std::size_t kComponentBytes = 16;
constexpr std::size_t kShortestWord = 4;
constexpr std::size_t kLongestWord = 8;
constexpr unsigned kWordBits = 10;

// Each of these happens to a fair die less than once in a million entries of kLeastRolls.
constexpr std::size_t kLeastFaces = 5;
constexpr std::size_t kLongestRun = 10;
constexpr double kDeviations = 5.5;

// The same of 32 hex digits.
constexpr std::size_t kLeastDifferentDigits = 8;
constexpr std::size_t kLongestRunOfDigits = 6;
constexpr std::size_t kMostOfOneDigit = 12;

bool same_secret(const base::SecretBytes& one, const base::SecretBytes& other) {
  return crypto::sha256_of_secret({}, one) == crypto::sha256_of_secret({}, other);
}

// The greatest count of one face among `rolls` rolls that still passes for chance.
std::size_t most_of_one_face(std::size_t rolls) {
  const double count = static_cast<double>(rolls);
  return static_cast<std::size_t>(count / 6 + kDeviations * std::sqrt(count * 5 / 36));
}

terminal::SecretQuestion word_question(const std::string& prefix, const std::string& name,
                                       std::size_t position) {
  return {fmt::format("{}word-{:02}", prefix, position),
          {fmt::format("{}: word {} of {}", name, position, crypto::kComponentWords),
           fmt::format("{}：第 {} 个单词，共 {} 个", name, position, crypto::kComponentWords)},
          terminal::Alphabet::kLetters,
          kShortestWord,
          kLongestWord};
}

terminal::SecretQuestion group_question(const std::string& prefix, const std::string& name,
                                        std::size_t position) {
  return {
      fmt::format("{}group-{}", prefix, position),
      {fmt::format("{}: group {} of {}, four digits and the check character", name, position,
                   crypto::kHexGroups),
       fmt::format("{}：第 {} 组，共 {} 组，四位数字加校验位", name, position, crypto::kHexGroups)},
      terminal::Alphabet::kHex,
      crypto::kHexGroupCharacters,
      crypto::kHexGroupCharacters};
}

std::string prefix_of(const Person& leader) {
  return id_of(leader) + ".";
}

// The same questions once more, for what was typed to be read back.
std::string again(const std::string& prefix) {
  return prefix + "again.";
}

std::string read_back(const std::string& name) {
  return name + " (read-back)";
}

int ask_word(terminal::Terminal& terminal, const terminal::SecretQuestion& question,
             std::size_t position) {
  const auto typed = terminal.ask_secret(question);
  const int number = crypto::word_number(typed.text);
  if (number < 0) base::fail(Fault::kRefused, "word {} is not in the list", position);
  return number;
}

}  // namespace

crypto::ComponentHeader header_of(const Plan& plan, unsigned leader) {
  crypto::ComponentHeader header;
  header.set_tag = crypto::set_tag_of(plan.set_id);
  header.live = plan.mode == base::Mode::kLive;
  header.index = static_cast<std::uint8_t>(leader);
  header.total = kLeaders;
  header.suite = static_cast<std::uint8_t>(plan.suite);
  return header;
}

base::SecretBytes component_of_rolls(const terminal::SecretAnswer& rolls) {
  const std::size_t count = rolls.text.size();
  if (count < kLeastRolls) {
    base::fail(Fault::kRefused, "{} rolls, expected at least {}", count, kLeastRolls);
  }
  const terminal::Shape& shape = rolls.shape;
  if (shape.distinct < kLeastFaces || shape.longest_run > kLongestRun ||
      shape.most_of_one > most_of_one_face(count) || shape.period * 2 <= count) {
    base::fail(Fault::kRefused,
               "these rolls are no chance (bias alarm): take another die and roll again");
  }
  base::SecretBytes component = crypto::secret_sha256(rolls.text);
  while (component.size() > kComponentBytes) component.pop_back();
  return component;
}

base::SecretBytes component_of_own_digits(const base::SecretBytes& digits) {
  base::SecretBytes component = crypto::component_of_digits(digits);
  const auto shape = terminal::shape_of(digits);
  if (shape.distinct < kLeastDifferentDigits || shape.longest_run > kLongestRunOfDigits ||
      shape.longest_stair > kLongestRunOfDigits || shape.most_of_one > kMostOfOneDigit ||
      shape.period * 2 <= digits.size()) {
    base::fail(Fault::kRefused, "these digits are no chance (bias alarm): choose them by chance");
  }
  return component;
}

void check_header(const crypto::ComponentHeader& found, const crypto::ComponentHeader& expected) {
  if (found.set_tag != expected.set_tag) {
    base::fail(Fault::kRefused, "this component belongs to another set");
  }
  if (found.live != expected.live) {
    base::fail(Fault::kRefused, "this is a {} component, the ceremony is {}",
               found.live ? "live" : "rehearsal", expected.live ? "live" : "a rehearsal");
  }
  if (found.index != expected.index || found.total != expected.total) {
    base::fail(Fault::kRefused, "this is component {} of {}, expected {} of {}", found.index,
               found.total, expected.index, expected.total);
  }
  if (!(found == expected)) {
    base::fail(Fault::kRefused, "this component is of another version or suite");
  }
}

void check_not_weak(const base::SecretBytes& component) {
  for (unsigned first = 0; first <= 0xFF; ++first) {
    for (const unsigned step : {0x00U, 0x01U, 0x11U, 0xFFU}) {
      base::FixedBytes<kComponentBytes> pattern{};
      for (std::size_t at = 0; at < pattern.size(); ++at) {
        pattern.at(at) = static_cast<base::Byte>(first + step * at);
      }
      if (crypto::sha256(pattern) == crypto::sha256_of_secret({}, component)) {
        base::fail(Fault::kRefused, "this value is no randomness: its bytes repeat or count");
      }
    }
  }
}

base::SecretBytes EntryDesk::enter(const Person& leader) {
  return terminal::with_tries(terminal_, [&] { return enter_once(leader); });
}

base::SecretBytes EntryDesk::enter_once(const Person& leader) {
  base::SecretBytes component;
  switch (leader.source) {
    case Source::kCard:
    case Source::kParts:
      base::fail(Fault::kWrongState, "{}: nothing is typed for his component", id_of(leader));
    case Source::kWords:
      component = enter_words(leader);
      break;
    case Source::kDice:
      component = enter_rolls(leader);
      break;
    case Source::kHex:
      component = enter_groups(leader);
      break;
  }
  check_not_weak(component);
  check_new(leader, component);
  return component;
}

base::SecretBytes EntryDesk::enter_words(const Person& leader) {
  const std::string prefix = prefix_of(leader);
  const auto header = header_of(plan_, leader.index);
  const base::SecretBytes numbers = ask_words(prefix, leader.name, header);
  auto worded = crypto::component_of_words(numbers);
  check_header(worded.header, header);
  read_back_words(prefix, leader.name, numbers, header);
  return std::move(worded.value);
}

base::SecretBytes EntryDesk::enter_rolls(const Person& leader) {
  const std::string prefix = prefix_of(leader);
  base::SecretBytes component = ask_rolls(prefix, leader.name);
  if (!same_secret(component, ask_rolls(again(prefix), read_back(leader.name)))) {
    base::fail(Fault::kRefused, "the rolls that were read back differ");
  }
  return component;
}

base::SecretBytes EntryDesk::enter_groups(const Person& leader) {
  const std::string prefix = prefix_of(leader);
  base::SecretBytes component = ask_groups(prefix, leader.name);
  read_back_groups(prefix, leader.name, component);
  return component;
}

base::SecretBytes EntryDesk::ask_words(const std::string& prefix, const std::string& name,
                                       const crypto::ComponentHeader& expected) {
  base::SecretBytes numbers;
  unsigned first = 0;
  for (std::size_t position = 1; position <= crypto::kComponentWords; ++position) {
    const auto question = word_question(prefix, name, position);
    const auto number = static_cast<unsigned>(
        terminal::with_tries(terminal_, [&] { return ask_word(terminal_, question, position); }));
    // The first two words are the set's tag and no secret.
    if (position == 1) first = number;
    if (position == 2 && (first << kWordBits | number) != expected.set_tag) {
      base::fail(Fault::kRefused, "these words belong to another set (words 1 and 2)");
    }
    numbers.push_back(static_cast<base::Byte>(number >> 8U));
    numbers.push_back(static_cast<base::Byte>(number));
  }
  return numbers;
}

void EntryDesk::read_back_words(const std::string& prefix, const std::string& name,
                                const base::SecretBytes& numbers,
                                const crypto::ComponentHeader& header) {
  terminal_.say({name + ": read the words back from the paper", name + "：请对照纸面再次输入"});
  if (!same_secret(numbers, ask_words(again(prefix), read_back(name), header))) {
    base::fail(Fault::kRefused, "the words that were read back differ");
  }
}

base::SecretBytes EntryDesk::ask_groups(const std::string& prefix, const std::string& name) {
  base::SecretBytes digits;
  for (std::size_t position = 1; position <= crypto::kHexGroups; ++position) {
    const auto question = group_question(prefix, name, position);
    terminal::with_tries(terminal_, [&] {
      crypto::add_hex_group(digits, position, terminal_.ask_secret(question).text);
    });
  }
  return component_of_own_digits(digits);
}

void EntryDesk::read_back_groups(const std::string& prefix, const std::string& name,
                                 const base::SecretBytes& component) {
  terminal_.say({name + ": read the groups back from the paper", name + "：请对照纸面再次输入"});
  if (!same_secret(component, ask_groups(again(prefix), read_back(name)))) {
    base::fail(Fault::kRefused, "the groups that were read back differ");
  }
}

base::SecretBytes EntryDesk::ask_rolls(const std::string& prefix, const std::string& name) {
  return component_of_rolls(terminal_.ask_secret(
      {prefix + "dice",
       {fmt::format("{}: the dice, {} rolls or more, one digit each", name, kLeastRolls),
        fmt::format("{}：骰子点数，至少 {} 次，每次一位", name, kLeastRolls)},
       terminal::Alphabet::kDice,
       1,
       kMostRolls}));
}

void EntryDesk::check_new(const Person& leader, const base::SecretBytes& component) {
  const auto hash = crypto::sha256_of_secret({}, component);
  for (const auto& [index, other] : entered_) {
    if (index == leader.index || other != hash) continue;
    base::fail(Fault::kRefused, "this component was entered before: each leader has his own");
  }
  entered_[leader.index] = hash;
}

}  // namespace keyceremony
