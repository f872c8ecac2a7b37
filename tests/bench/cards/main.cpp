// bench_cards: how fast the emulated cards are, beside what bounds them. Every answer is checked.
#define DOCTEST_CONFIG_IMPLEMENT  // the cards' maker is shared with tests
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/bench/cards/bench.h"

namespace bench {

void print_heading(std::string_view title) {
  fmt::print("\n{}\n", title);
}

void print_row(const Measured& row) {
  fmt::print("  {:<52} {:>12.0f} /s\n", row.name, row.per_second);
}

void print_ratio(std::string_view what, double ratio, double target) {
  fmt::print("  {:<52} {:>12.2f}    target {:.2f}, {}\n", what, ratio, target,
             ratio >= target ? "met" : "NOT MET");
}

}  // namespace bench

int main(int count, char** words) {
  try {
    const std::string_view mode = count > 1 ? words[1] : "";
    if (mode == "--echo" && count == 4)
      return bench::serve_echo(words[2], base::from_hex(words[3]));
    if (mode == "--vpcd" && count == 4) return bench::serve_vpcd(words[2], words[3]);
    bench::run_in_process();
    bench::run_session();
    bench::run_durable();
    bench::run_through_pcscd();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_cards: {}\n", error.what());
    return 1;
  }
}
