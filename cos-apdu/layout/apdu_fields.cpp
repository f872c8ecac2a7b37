// Reading field lists.
#include "cos-apdu/layout/apdu_fields.h"

#include <fmt/format.h>

namespace card::layout {
namespace {

struct Item {
  std::string_view name;
  Shown shown = Shown::kBytes;
  std::size_t bytes = 0;
  bool takes_the_rest = false;
};

constexpr std::size_t number_of(std::string_view digits) {
  std::size_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::size_t>(digit - '0');
  return number;
}

// Takes the first item off the list.
constexpr Item next_item(std::string_view& list) {
  const auto end = std::min(list.find(' '), list.size());
  const auto word = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  const auto colon = word.find(':');
  const auto length = word.substr(colon + 1);
  Item item{.name = word.substr(0, colon)};
  if (item.name.ends_with('!')) {
    item.name.remove_suffix(1);
    item.shown = Shown::kNothing;
  }
  item.takes_the_rest = length == "*";
  if (!item.takes_the_rest) item.bytes = number_of(length);
  return item;
}

// "name:7", "name!:7" or "name:*", one blank between, one "*" at most.
constexpr bool is_list(std::string_view list) {
  int open_ends = 0;
  while (!list.empty()) {
    const auto colon = list.find(':');
    if (colon == 0 || colon == std::string_view::npos || list.find(' ') < colon) return false;
    const auto item = next_item(list);
    if (item.name.empty() || (item.bytes == 0 && !item.takes_the_rest)) return false;
    if (item.takes_the_rest) ++open_ends;
  }
  return open_ends <= 1;
}

static_assert([] {
  for (const auto& row : kApduFields)
    if (!is_list(row.command) || !is_list(row.answer)) return false;
  return true;
}());

std::string byte_text(std::uint16_t value) {
  if (value == kSelectedFile) return "00–7F";
  return value == kAnyByte ? "xx" : fmt::format("{:02X}", value);
}

std::string list_text(std::string_view list) {
  if (list.empty()) return "-";
  std::string out;
  while (!list.empty()) {
    const auto item = next_item(list);
    const auto length = item.takes_the_rest ? std::string("…") : fmt::format("{}", item.bytes);
    const auto text = fmt::format("{} {}", item.name, length);
    if (!out.empty()) out += ", ";
    out += item.shown == Shown::kBytes ? text : "*" + text + "*";
  }
  return out;
}

}  // namespace

const ApduFields* find_fields(Byte cla, Byte ins, Byte p1, Byte p2) {
  for (const auto& row : kApduFields)
    if (row.is_of(cla, ins, p1, p2)) return &row;
  return nullptr;
}

ListLength length_of(std::string_view list) {
  ListLength length;
  while (!list.empty()) {
    const auto item = next_item(list);
    length.least += item.bytes;
    length.open_ended = length.open_ended || item.takes_the_rest;
  }
  return length;
}

std::vector<Field> cut_fields(std::string_view list, ByteView data) {
  const auto [least, open_ended] = length_of(list);
  if (data.size() < least || (data.size() > least && !open_ended)) return {};
  const std::size_t rest = data.size() - least;
  std::vector<Field> cut;
  while (!list.empty()) {
    const auto item = next_item(list);
    const std::size_t bytes = item.takes_the_rest ? rest : item.bytes;
    cut.push_back({item.name, data.first(bytes), item.shown});
    data = data.subspan(bytes);
  }
  return cut;
}

std::string printed_apdu_fields() {
  std::string out =
      "# Fields of commands and answers\n\n"
      "Printed from `cos-apdu/layout/apdu_fields.h`: names and lengths in bytes, as `virtual-card "
      "trace`\n"
      "shows them; … takes what the others leave. What stands in *italics* is a secret or a "
      "person's data\n"
      "and is never shown.\n\n"
      "| CLA INS P1 P2 | command | data | answer |\n| --- | --- | --- | --- |\n";
  for (const auto& row : kApduFields)
    out +=
        fmt::format("| {:02X} {:02X} {} {} | {} | {} | {} |\n", row.cla, row.ins, byte_text(row.p1),
                    byte_text(row.p2), row.name, list_text(row.command), list_text(row.answer));
  return out;
}

}  // namespace card::layout
