// The witness's rules, and the exchange as people run it.
#include "audit/witness.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "tests/audit/log_fixture.h"
#include "tests/support/shell.h"

using base::Fault;
using support::entry_of;
using support::LogFixture;

namespace {

const base::UtcTime kNow{1795359845};

struct Fixture : LogFixture {
  std::filesystem::path place = folder.path() / "witness";
  audit::Witness witness = audit::Witness::create(place, "witness.example/w1");
  audit::Log log = open();

  void grow(int count) {
    for (int i = 0; i < count; ++i) log.append(entry_of(0));
  }

  Fault refusal(const audit::WitnessRequest& request) {
    try {
      audit::Witness::open(place).cosign(request, key, kNow);
    } catch (const base::Error& error) {
      return error.fault();
    }
    FAIL("no error was thrown");
    return Fault::kMalformed;
  }
};

}  // namespace

TEST_CASE("a witness signs growth, and the log keeps its line") {
  Fixture f;
  f.grow(3);
  for (const std::uint64_t old : {0U, 3U, 8U, 8U}) {
    CAPTURE(old);
    if (old == 3) f.grow(5);
    const auto request = audit::parse_request(audit::format(request_of(f.log.archive(), old)));
    audit::Note note = audit::parse_note(request.checkpoint);
    note.lines.push_back(f.witness.cosign(request, f.key, kNow));
    CHECK(audit::cosigned_at(note, f.witness.key()) == kNow);
    f.log.add_cosignature(note, f.witness.key());
  }
  CHECK(audit::verify(f.log.archive(), {f.key, {f.witness.key()}, {}, std::nullopt}).cosignatures ==
        2);
}

TEST_CASE("a witness refuses what does not extend the last tree it signed") {
  Fixture f;
  f.grow(3);
  const audit::WitnessRequest first = request_of(f.log.archive(), 0);
  f.grow(4);
  f.witness.cosign(request_of(f.log.archive(), 0), f.key, kNow);
  f.grow(2);
  const audit::WitnessRequest good = request_of(f.log.archive(), 7);

  CHECK(f.refusal(first) == Fault::kConflict);
  CHECK(f.refusal(request_of(f.log.archive(), 3)) == Fault::kConflict);
  audit::WitnessRequest request = good;
  request.old_size = 10;
  CHECK(f.refusal(request) == Fault::kMalformed);
  request = good;
  request.proof.pop_back();
  CHECK(f.refusal(request) == Fault::kTampered);
  request = good;
  request.proof.front()[0] ^= 1;
  CHECK(f.refusal(request) == Fault::kTampered);
  request = first;
  request.old_size = 7;
  CHECK(f.refusal(request) == Fault::kMalformed);
  request = good;
  request.checkpoint.replace(request.checkpoint.find("\n9\n"), 3, "\n8\n");
  CHECK(f.refusal(request) == Fault::kTampered);
  // Nothing of this was remembered.
  f.witness.cosign(good, f.key, kNow);
}

TEST_CASE("a witness that signed one history refuses another of the same size") {
  Fixture f;
  f.grow(2);
  f.witness.cosign(request_of(f.log.archive(), 0), f.key, kNow);
  const audit::Head other{2, audit::empty_root()};
  const std::string text = audit::format(audit::Checkpoint{f.key.name, other, {}});
  const auto signature = crypto::sign(f.pair->seed, base::bytes_of(text));
  const audit::Note forked{text, {audit::log_line(f.key, signature)}};
  CHECK(f.refusal({2, {}, audit::format(forked)}) == Fault::kTampered);
}

TEST_CASE("requests are parsed strictly") {
  for (const char* text :
       {"", "old 1", "old 01\n\nx", "new 1\n\nx", "old 1\nAAAA\n\nx", "old 1\n"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(audit::parse_request(text), base::Error);
  }
}

TEST_CASE("a witness's key file is its owner's alone, and is not made twice") {
  Fixture f;

  struct stat state {};

  REQUIRE(stat((f.place / "key").c_str(), &state) == 0);
  CHECK((state.st_mode & 0777) == 0600);
  CHECK_THROWS_AS(audit::Witness::create(f.place, "witness.example/w1"), base::Error);
  CHECK_THROWS_AS(audit::Witness::create(f.folder.path() / "w2", "two words"), base::Error);
}

TEST_CASE("the exchange by files gives a log that verifies with its witness") {
  Fixture f;
  f.grow(4);
  const std::string at = f.folder.path().string();
  const std::string program = std::string(WELLKEY_BINARY_DIR) + "/bin/audit ";
  const std::string witness = "'" + audit::format(f.witness.key()) + "'";
  const std::string log = "'" + audit::format(f.key) + "'";
  for (const std::string& line : {
           fmt::format("witness request --log {0} > {0}/request", at),
           fmt::format("witness cosign --folder {0}/witness --key {1} {0}/request > {0}/cosigned",
                       at, log),
           fmt::format("witness import --log {0} --key {1} {0}/cosigned", at, witness),
       }) {
    const auto run = support::shell(program + line);
    CAPTURE(run.output);
    CHECK(run.status == 0);
  }
  const auto verified =
      support::shell(program + "verify --log " + at + " --key " + log + " --witness " + witness);
  CHECK(verified.output.find("1 cosignatures") != std::string::npos);
  CHECK(verified.status == 0);
  // The witness stands at size 4 now: the same request again starts from the wrong size.
  CHECK(support::shell(program + "witness cosign --folder " + at + "/witness --key " + log + " " +
                       at + "/request")
            .status == 14);
}
