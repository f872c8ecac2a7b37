// Who answers for a job, and how its cards are called when their PINs are asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/entry.h"
#include "base/terminal/terminal.h"

namespace issuance {

using People = std::vector<audit::Person>;

// Questions person-1, person-2: the staff numbers of the people answerable. Throws kRefused when
// the same number is given twice: two persons are two people.
People ask_people(terminal::Terminal& terminal, unsigned count, audit::Role role);

// "provincial", "county-130109": how a pair's questions begin.
std::string question_stem(std::string_view id, const std::string& county);

}  // namespace issuance
