// Drives the real cards through chosen and random sessions and prints what happened as traces for the
// models.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdlib>
#include <exception>
#include <iostream>

#include <doctest/doctest.h>

#include "tests/model/trace.h"

int main() {
  // The cards of the other tests check themselves while they are made.
  doctest::Context checks;
  checks.setAsDefaultForAssertsOutOfTestCases();
  checks.setAssertHandler([](const doctest::AssertData& data) {
    if (data.m_failed)
      std::cerr << data.m_file << ":" << data.m_line << ": " << data.m_expr << '\n';
    if (data.m_failed) std::exit(EXIT_FAILURE);
  });
  try {
    model::print_grey_traces();
    model::print_pair_traces();
  } catch (const std::exception& error) {
    std::cerr << "model_traces_program: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
