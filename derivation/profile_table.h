// One table of a scheme profile while it is read: every value is checked where it stands, and a
// field that nobody asked for is refused.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include <toml++/toml.h>

#include "base/core/bytes.h"
#include "derivation/profile.h"

namespace derivation {

class ProfileTable {
 public:
  // `path` is the table's own name, "" for the root.
  ProfileTable(const toml::table& table, std::string source, std::string path);

  std::string text(std::string_view field);
  std::string text_or_empty(std::string_view field);
  std::uint64_t number(std::string_view field, std::uint64_t least, std::uint64_t most);
  ProfileTable table(std::string_view field);
  const toml::array& array(std::string_view field);

  // { value = "hex", sample = true|false }, the value not all zeros.
  template <std::size_t N>
  Marked<base::FixedBytes<N>> marked(std::string_view field) {
    auto inner = table(field);
    Marked<base::FixedBytes<N>> out;
    out.value = base::fixed<N>(inner.hex("value", N), "value");
    out.state = inner.state();
    inner.finish();
    return out;
  }

  // Throws for the first field that was not asked for.
  void finish() const;

  // Throws kMalformed: "source:line: path.field: expected …".
  [[noreturn]] void refuse(std::string_view field, std::string_view expected) const;

  const std::string& source() const { return source_; }

 private:
  const toml::node& need(std::string_view field, std::string_view expected);
  base::Bytes hex(std::string_view field, std::size_t count);
  ValueState state();
  std::string name_of(std::string_view field) const;

  const toml::table& table_;
  std::string source_;
  std::string path_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace derivation
