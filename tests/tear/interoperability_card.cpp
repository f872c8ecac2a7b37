#include "tests/tear/interoperability_card.h"

namespace tear {

namespace {

constexpr Byte kSecured = 0x04;

// In a key's record: header7 number1 value, the counter in the header.
constexpr std::size_t kCounterAt = 6;
constexpr Byte kTypeMask = 0x3F;

}  // namespace

std::vector<Placed> one(const interoperability::Card& card) {
  return {{"user card", card.image()}};
}

card::CommandApdu under(Protection protection, card::CommandApdu command) {
  if (protection != Protection::kPlain) command.cla |= kSecured;
  return command;
}

void check(const card::CommandApdu& sent, card::StatusWord word) {
  if (!word.is_ok()) card::refuse(sent, word);
}

void enter_purse(card::Session& session) {
  try {
    interoperability::select(session, Directory::kPurse);
  } catch (const card::Refusal& refusal) {  // selected all the same
    if (refusal.status() != card::status::kNotSupported) throw;
  }
}

card::StatusWord send_with(card::Session& session, KeyType type, const card::CommandApdu& command,
                           Protection protection) {
  return interoperability::send(session, interoperability::key_of(Directory::kPurse, type), command,
                                protection);
}

unsigned tries_of(Table& table, card::chip::RecordId file, KeyType type) {
  const Dump dump = table.card(0).dump();
  for (auto at = dump.lower_bound(file); at != dump.end() && at->first <= file + 0xFF; ++at)
    if ((at->second.at(0) & kTypeMask) == static_cast<Byte>(type))
      return at->second.at(kCounterAt) & 0x0FU;
  return 0;
}

std::vector<Placed> after(const std::vector<Placed>& cards,
                          const std::function<void(Table&)>& act) {
  Table table(cards, sound_memory);
  act(table);
  std::vector<Placed> out;
  for (std::size_t at = 0; at < table.size(); ++at)
    out.push_back({table.card(at).name(), table.card(at).image()});
  return out;
}

}  // namespace tear
