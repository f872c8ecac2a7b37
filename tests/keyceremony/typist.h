// Whoever types a ceremony of an emulated room at a pseudo-terminal: sees the screen and nothing else.
#pragma once

#include <string>
#include <string_view>

#include "tests/keyceremony/emulated_room.h"

namespace room {

inline constexpr std::string_view kTypedPin = "739164";

// What comes after `before` on the screen, up to a blank or a sign.
inline std::string word_after(const std::string& screen, std::string_view before) {
  const std::size_t at = screen.rfind(before);
  if (at == std::string::npos) return {};
  const std::string_view rest = std::string_view(screen).substr(at + before.size());
  return std::string(rest.substr(0, rest.find_first_of(" )\r\n")));
}

// A question whose answer is shown while it is typed; a PIN is never the answer to one.
inline bool asks_openly(std::string_view text) {
  return text.find("(type ") != std::string_view::npos ||
         text.find("number of the ") != std::string_view::npos;
}

inline std::string typed_answer_to(const std::string& screen, const EmulatedRoom& given) {
  if (auto word = word_after(screen, "(type "); !word.empty()) return word;
  if (const auto holder = word_after(screen, "number of the bag of "); !holder.empty()) {
    return given.answer_to(holder + ".bag");
  }
  if (const auto holder = word_after(screen, "number of the new bag that "); !holder.empty()) {
    return given.answer_to(holder + ".seal");
  }
  if (screen.find("the dice") != std::string::npos) return given.answer_to("leader-2.dice");
  if (const auto number = word_after(screen, ": word "); !number.empty()) {
    const std::string padded = number.size() == 1 ? "0" + number : number;
    return given.answer_to("leader-1.word-" + padded);
  }
  if (const auto number = word_after(screen, ": group "); !number.empty()) {
    return given.answer_to("leader-3.group-" + number);
  }
  return std::string(kTypedPin);
}

}  // namespace room
