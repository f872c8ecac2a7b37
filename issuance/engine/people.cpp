#include "issuance/engine/people.h"

#include <fmt/format.h>

namespace issuance {

using base::Fault;

People ask_people(terminal::Terminal& terminal, unsigned count, audit::Role role) {
  People people;
  for (unsigned number = 1; number <= count; ++number) {
    const std::string id =
        terminal.ask({.id = fmt::format("person-{}", number),
                      .prompt = {fmt::format("staff number of person {} of {}", number, count),
                                 fmt::format("第{}人（共{}人）工号", number, count)}});
    if (id.empty()) base::fail(Fault::kMalformed, "person {}: a staff number was expected", number);
    for (const audit::Person& other : people) {
      if (other.id == id) {
        base::fail(Fault::kRefused,
                   "person {} is person 1 again: two different people were expected", number);
      }
    }
    people.push_back({id, role});
  }
  return people;
}

std::string question_stem(std::string_view id, const std::string& county) {
  return county.empty() ? std::string(id) : fmt::format("{}-{}", id, county);
}

}  // namespace issuance
