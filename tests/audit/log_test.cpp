// Appending, proving and forgetting.
#include "audit/log.h"

#include <doctest/doctest.h>

#include "audit/proof.h"
#include "base/core/durable_file.h"
#include "tests/audit/log_fixture.h"

using base::Fault;
using support::append_some;
using support::entry_of;
using support::error_of;
using support::LogFixture;
using support::without_triggers;

TEST_CASE("entries are numbered, checkpointed one by one, and verify from their bytes") {
  LogFixture f;
  audit::Log log = f.open();
  CHECK(log.head() == audit::Head());
  CHECK(log.append(entry_of(0)) == 0);
  const std::vector<audit::Entry> three = {entry_of(1), entry_of(2), entry_of(3)};
  CHECK(log.append(three) == 1);
  CHECK(log.append(entry_of(4)) == 4);

  const audit::Findings findings = f.verify();
  CHECK(findings.faults.empty());
  CHECK(findings.head == log.head());
  CHECK(findings.head.size == 5);
  CHECK(findings.checkpoints == 4);
  CHECK(audit::open_checkpoint(log.checkpoint(), f.key).head == log.head());
  CHECK(base::read_text_file(f.remembered) == log.checkpoint());
  const audit::Record record = audit::parse_entry(log.archive().entry(3));
  CHECK(record.stamp.sequence == 3);
  CHECK(record.stamp.station == "test-station");
}

TEST_CASE("a refused entry leaves nothing of its batch") {
  LogFixture f;
  audit::Log log = f.open();
  log.append(entry_of(0));
  std::vector<audit::Entry> batch = {entry_of(1), entry_of(2)};
  batch[1].by.clear();
  CHECK(error_of([&] { log.append(batch); }).fault() == Fault::kMalformed);
  CHECK(error_of([&] { log.append(std::span<const audit::Entry>()); }).fault() ==
        Fault::kMalformed);
  CHECK(log.append(entry_of(1)) == 1);
  CHECK(f.verify().faults.empty());
}

TEST_CASE("a signer that fails, or signs with another key, leaves nothing in the log") {
  LogFixture f;
  f.open().append(entry_of(0));
  const crypto::Ed25519Pair other = crypto::Ed25519Pair::generate();
  audit::Signer wrong = f.signer();
  wrong.sign = [&other](base::ByteView text) { return crypto::sign(other.seed, text); };
  const audit::Place place{f.path, "test-station", base::Mode::kRehearsal};
  audit::Log log = audit::Log::open(place, wrong, [] { return base::UtcTime{1}; });
  CHECK(error_of([&] { log.append(entry_of(1)); }).fault() == Fault::kTampered);
  wrong.key = other.point;
  CHECK(error_of([&] {
          audit::Log::open(place, wrong, [] { return base::UtcTime{1}; });
        }).fault() == Fault::kTampered);
  CHECK(f.open().head().size == 1);
}

TEST_CASE("two programs append in turn to one log") {
  LogFixture f;
  audit::Log first = f.open();
  audit::Log second = f.open();
  for (std::uint64_t i = 0; i < 6; ++i) {
    CHECK((i % 2 == 0 ? first : second).append(entry_of(i)) == i);
  }
  CHECK(f.verify().faults.empty());
}

TEST_CASE("each entry is proved by a file, and by no other entry's bytes") {
  LogFixture f;
  audit::Log log = f.open();
  append_some(log, 7);
  for (std::uint64_t i = 0; i < 7; ++i) {
    CAPTURE(i);
    const audit::ProofFile proof =
        audit::parse_proof(audit::format(audit::prove(log.archive(), i)));
    const std::string entry = log.archive().entry(i);
    audit::require_proves(proof, base::bytes_of(entry), f.key);
    const std::string other = log.archive().entry((i + 1) % 7);
    CHECK_THROWS_AS(audit::require_proves(proof, base::bytes_of(other), f.key), base::Error);
  }
  CHECK(error_of([&] { audit::prove(log.archive(), 7); }).fault() == Fault::kNotFound);
}

TEST_CASE("a person is forgotten and the proof stays") {
  LogFixture f;
  audit::Log log = f.open();
  const audit::Disclosure disclosure = audit::person_of("李四 13800138000");
  audit::Entry entry = entry_of(0);
  entry.act = audit::Act::kAccountOpened;
  entry.object = {audit::person(disclosure)};
  log.append(entry);
  const crypto::Hash32 commitment = audit::commitment(disclosure);
  CHECK(log.archive().disclosure(commitment) == disclosure);
  log.forget(commitment, {"officer-07", audit::Role::kSecurityOfficer});
  CHECK_FALSE(log.archive().disclosure(commitment).has_value());
  CHECK(error_of([&] {
          log.forget(commitment, {"officer-07", audit::Role::kSecurityOfficer});
        }).fault() == Fault::kNotFound);
  CHECK(f.verify().faults.empty());
  for (const auto& file : std::filesystem::directory_iterator(f.folder.path())) {
    if (!file.is_regular_file()) continue;
    CAPTURE(file.path().string());
    CHECK(base::read_text_file(file.path()).find("13800138000") == std::string::npos);
  }
}

TEST_CASE("a witness's line is kept with its checkpoint and judged by verify") {
  LogFixture f;
  audit::Log log = f.open();
  append_some(log, 3);
  const crypto::Ed25519Pair pair = crypto::Ed25519Pair::generate();
  const audit::VerifierKey witness{"witness.example/w1", audit::KeyType::kCosignature, pair.point};
  audit::Note note = audit::parse_note(log.checkpoint());
  const base::UtcTime time{1795359845};
  const auto signature =
      crypto::sign(pair.seed, base::bytes_of(audit::cosigned_bytes(note.text, time)));
  note.lines.push_back(audit::witness_line(witness, time, signature));
  CHECK(audit::cosigned_at(note, witness) == time);
  log.add_cosignature(note, witness);
  log.append(entry_of(3));

  audit::Archive archive = audit::Archive::open(f.path);
  CHECK(audit::verify(archive, {f.key, {witness}, {}, std::nullopt}).cosignatures == 1);
  CHECK(audit::parse_note(archive.cosigned_checkpoint(3)) == note);
  without_triggers(f.path).run(
      "UPDATE cosignature SET line = :line",
      audit::format(audit::witness_line(witness, {1795359846}, signature)));
  const audit::Findings findings = audit::verify(archive, {f.key, {witness}, {}, std::nullopt});
  REQUIRE(findings.faults.size() == 1);
  CHECK(findings.faults[0] == "checkpoint 3: cosignature of witness.example/w1 does not hold");

  note.text = "other\n";
  CHECK(error_of([&] { log.add_cosignature(note, witness); }).fault() == Fault::kTampered);
}
