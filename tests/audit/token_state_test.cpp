// Which commit of a token's folder is the newest, as the log knows it.
#include "audit/token_state.h"

#include <doctest/doctest.h>

#include "tests/audit/log_fixture.h"

using base::Fault;
using support::append_some;
using support::error_of;
using support::LogFixture;

namespace {

audit::TokenState state(std::uint64_t commit, base::Byte manifest) {
  audit::TokenState made{commit, {}};
  made.manifest.fill(manifest);
  return made;
}

}  // namespace

TEST_CASE(
    "a folder older than the log, or another of the same number, is found; a newer one is not") {
  LogFixture f;
  audit::Log log = f.open();
  append_some(log, 2);
  const auto judged = [&](std::string_view token, const audit::TokenState& found) {
    return error_of([&] { audit::require_not_older(log.archive(), token, found); }).fault();
  };
  CHECK_FALSE(audit::recorded_state(log.archive(), "key").has_value());
  CHECK_NOTHROW(audit::require_not_older(log.archive(), "key", state(1, 0x11)));

  log.append(audit::token_committed("key", state(4, 0x44)));
  log.append(audit::token_committed("other", state(9, 0x99)));
  CHECK(audit::recorded_state(log.archive(), "key") == state(4, 0x44));
  CHECK(judged("key", state(3, 0x33)) == Fault::kTampered);
  CHECK(judged("key", state(4, 0x45)) == Fault::kTampered);
  CHECK_NOTHROW(audit::require_not_older(log.archive(), "key", state(4, 0x44)));
  CHECK_NOTHROW(audit::require_not_older(log.archive(), "key", state(5, 0x55)));

  // A token that was made anew begins again.
  log.append(audit::token_committed("key", state(1, 0x01)));
  CHECK_NOTHROW(audit::require_not_older(log.archive(), "key", state(1, 0x01)));
  CHECK(judged("other", state(1, 0x01)) == Fault::kTampered);
}
