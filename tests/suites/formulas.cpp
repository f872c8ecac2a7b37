// Answers cases of another implementation, line by line, with what the product computes:
//   in   formula suite field field …   hexadecimal, "-" for an empty field; suite "none"
//   out  hexadecimal, or "refused: " and why
// With the argument "list" it prints the names of its formulas instead.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "tests/suites/card_formulas.h"
#include "tests/suites/interoperability_formulas.h"
#include "tests/suites/key_formulas.h"
#include "tests/suites/message_formulas.h"
#include "tests/suites/transaction_formulas.h"

namespace {

template <std::size_t... kCounts>
constexpr auto joined(const std::array<suites::Formula, kCounts>&... groups) {
  std::array<suites::Formula, (kCounts + ...)> all{};
  auto at = all.begin();
  ((at = std::copy(groups.begin(), groups.end(), at)), ...);
  return all;
}

constexpr auto kFormulas =
    joined(suites::kKeyFormulas, suites::kTransactionFormulas, suites::kMessageFormulas,
           suites::kInteroperabilityFormulas, suites::kCardFormulas);

std::string answer_to(std::string_view line) {
  suites::CaseFields in(line);
  const auto name = in.word();
  const auto* const formula = std::find_if(kFormulas.begin(), kFormulas.end(),
                                           [&](const auto& row) { return row.name == name; });
  if (formula == kFormulas.end())
    base::fail(base::Fault::kMalformed, "no formula of the name {}", name);
  const auto suite = in.word();
  const auto id = suite == "none" ? crypto::SuiteId::kAes128 : crypto::parse_suite(suite);
  const auto answer = formula->compute(id, in);
  in.finish();
  return base::to_hex(answer, base::HexCase::kLower);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "list") {
    for (const auto& formula : kFormulas) std::cout << formula.name << '\n';
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << answer_to(line) << '\n';
    } catch (const base::Error& error) {
      std::cout << "refused: " << error.what() << '\n';
    }
  }
  return 0;
}
