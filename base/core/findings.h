// All that is wrong with a file that people write, so that one reading names everything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/core/error.h"

namespace base {

// What was expected of a value, for officers of both languages: "from 1 to 9", "1 到 9".
struct Expected {
  std::string english;
  std::string chinese;
};

class Findings {
 public:
  explicit Findings(std::string file) : file_(std::move(file)) {}

  // Lines count from 1.
  void add(unsigned line, std::string_view field, const Expected& expected);

  bool empty() const { return rows_.empty(); }

  // Throws `fault` when there are any: one line each, "file:line: field: expected …; 应为…", in
  // the order of the file, after a first line with their number when there are several.
  void refuse(Fault fault) const;

 private:
  struct Row {
    unsigned line;
    std::string text;
  };

  std::string file_;
  std::vector<Row> rows_;
};

}  // namespace base
