#include "audit/token_state.h"

#include <algorithm>
#include <variant>

#include "base/core/error.h"

namespace audit {

namespace {

template <typename Value>
Value value_of(const Entry& entry, Field field) {
  const auto found = std::ranges::find(entry.object, field, &Item::field);
  if (found == entry.object.end()) {
    base::fail(base::Fault::kTampered, "an entry of act {} without its fields",
               row_of(entry.act).name);
  }
  return std::get<Value>(found->value());
}

}  // namespace

Entry token_committed(std::string_view token, const TokenState& state) {
  return {Act::kTokenCommitted,
          {{"keyceremony", Role::kProgram}},
          {index(state.commit), device(token), hash(state.manifest)},
          Outcome::kDone,
          {},
          {}};
}

std::optional<TokenState> recorded_state(Archive& archive, std::string_view token) {
  std::optional<TokenState> last;
  archive.each_entry(0, [&](std::uint64_t, std::string_view bytes) {
    const Entry entry = parse_entry(bytes).entry;
    if (entry.act != Act::kTokenCommitted || entry.outcome != Outcome::kDone) return;
    if (value_of<std::string>(entry, Field::kDevice) != token) return;
    last = {static_cast<std::uint64_t>(value_of<std::int64_t>(entry, Field::kIndex)),
            base::fixed<32>(base::from_hex(value_of<std::string>(entry, Field::kHash)),
                            "hash of a manifest")};
  });
  return last;
}

void require_not_older(Archive& archive, std::string_view token, const TokenState& found) {
  const auto recorded = recorded_state(archive, token);
  if (!recorded || found == *recorded || found.commit > recorded->commit) return;
  base::fail(base::Fault::kTampered,
             "token {}: its folder is at commit {}, and the log knows commit {}: an older folder, "
             "or another one, was put in its place",
             token, found.commit, recorded->commit);
}

}  // namespace audit
