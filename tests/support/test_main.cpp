// Runs the cases of one test binary; a run in which no case ran has failed.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <tuple>

#include <doctest/doctest.h>

namespace {
int cases_run = 0;

struct Counter : doctest::IReporter {
  explicit Counter(const doctest::ContextOptions&) {}

  void report_query(const doctest::QueryData&) override {}

  void test_run_start() override {}

  void test_run_end(const doctest::TestRunStats&) override {}

  void test_case_start(const doctest::TestCaseData&) override { ++cases_run; }

  void test_case_reenter(const doctest::TestCaseData&) override {}

  void test_case_end(const doctest::CurrentTestCaseStats&) override {}

  void test_case_exception(const doctest::TestCaseException&) override {}

  void subcase_start(const doctest::SubcaseSignature&) override {}

  void subcase_end() override {}

  void log_assert(const doctest::AssertData&) override {}

  void log_message(const doctest::MessageData&) override {}

  void test_case_skipped(const doctest::TestCaseData&) override {}
};

REGISTER_LISTENER("counter", 1, Counter);
}  // namespace

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  const int status = context.run();
  if (context.shouldExit()) return status;
  if (cases_run == 0) {
    std::ignore = std::fputs("no test case ran\n", stderr);
    return 1;
  }
  return status;
}
