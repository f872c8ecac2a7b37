// Conversations with a card of the interoperability profile, written by hand from the card reference.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cos-apdu/secure_messaging.h"

namespace completeness {

// Blanks in commands and answers do not count.
struct Conversation {
  std::string_view row;    // as in cases.h
  std::string_view draws;  // what the card draws next
  std::vector<std::string_view> before;
  std::string_view apdu;
  std::string_view answer;
  std::string_view after{};  // shows what the command did
  std::string_view after_answer{};
  std::string_view key{};  // secure messaging of the command, under a fresh challenge
  card::Protection protection = card::Protection::kPlain;
};

// One for each row that only these cards have, and for the rows that accept nothing on a native card.
std::span<const Conversation> accepting_conversations();

// Words that no gate answers.
std::span<const Conversation> refusing_conversations();

struct Said {
  std::string answer;
  std::string after;  // empty when nothing was asked
};

// On a card of its own, whose directory has a key of each type and a file of each protection.
Said converse(const Conversation& conversation);

// Without its blanks.
std::string joined(std::string_view spaced);

}  // namespace completeness
