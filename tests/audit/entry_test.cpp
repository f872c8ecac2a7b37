// The canonical form of entries, and what cannot enter one.
#include "audit/entry.h"

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "base/core/secret.h"

namespace {

const audit::Stamp kStamp{7, {1795359845}, "provincial-1", base::Mode::kLive};

audit::Entry sample() {
  return {audit::Act::kComponentCommitted,
          {{"leader-2", audit::Role::kLeader}, {"witness-1", audit::Role::kWitness}},
          {audit::hash(crypto::Hash32{0xAB}), audit::index(2), audit::of_total(4)},
          audit::Outcome::kDone,
          "",
          "6f7a4625"};
}

template <typename T>
concept EntersAnItem = requires(const T& secret) {
  audit::text(secret);
}

|| requires(const T& secret) {
  audit::hash(secret);
}

|| requires(const T& secret) {
  audit::device(secret);
}

|| std::is_constructible_v<audit::Item, audit::Field, const T&>;

static_assert(!EntersAnItem<base::SecretBytes>);
static_assert(!EntersAnItem<base::WipedBytes>);
static_assert(!EntersAnItem<base::ByteView>);

}  // namespace

TEST_CASE("an entry has one form: fixed order, no spaces, integers") {
  CHECK(audit::canonical_json(kStamp, sample()) ==
        R"({"v":1,"seq":7,"time":"2026-11-22T15:04:05Z","station":"provincial-1","mode":"live",)"
        R"("by":[{"id":"leader-2","role":"leader"},{"id":"witness-1","role":"witness"}],)"
        R"("act":"component-committed","object":{"index":2,"of":4,"hash":)"
        R"("AB00000000000000000000000000000000000000000000000000000000000000"},)"
        R"("outcome":"done","reason":"","run":"6f7a4625"})");
}

TEST_CASE("an entry that was written is read back, and any other form of it is refused") {
  const std::string bytes = audit::canonical_json(kStamp, sample());
  const audit::Record record = audit::parse_entry(bytes);
  CHECK(record.stamp == kStamp);
  CHECK(audit::canonical_json(record.stamp, record.entry) == bytes);

  struct Row {
    const char* claim;
    const char* from;
    const char* to;
  };

  for (const Row& row : {
           Row{"space", "\"v\":1", "\"v\": 1"},
           Row{"fraction", "\"seq\":7", "\"seq\":7.0"},
           Row{"exponent", "\"seq\":7", "\"seq\":7e0"},
           Row{"other version", "\"v\":1", "\"v\":2"},
           Row{"order", "\"index\":2,\"of\":4", "\"of\":4,\"index\":2"},
           Row{"unknown act", "component-committed", "component-whispered"},
           Row{"unknown field", "\"of\":4", "\"pin\":4"},
           Row{"unknown role", "\"role\":\"leader\"", "\"role\":\"ladder\""},
           Row{"number as text", "\"of\":4", "\"of\":\"4\""},
           Row{"lower-case hex", "\"AB00", "\"ab00"},
           Row{"short hash", "\"AB00", "\"AB"},
           Row{"negative", "\"of\":4", "\"of\":-4"},
           Row{"leap time", "15:04:05Z", "15:04:61Z"},
           Row{"twice", "\"index\":2,", "\"index\":2,\"index\":2,"},
       }) {
    CAPTURE(row.claim);
    std::string other = bytes;
    const std::size_t at = other.find(row.from);
    if (at == std::string::npos) continue;
    other.replace(at, std::string_view(row.from).size(), row.to);
    CHECK_THROWS_AS(audit::parse_entry(other), base::Error);
  }
  CHECK_THROWS_AS(audit::parse_entry(bytes + " "), base::Error);
  CHECK_THROWS_AS(audit::parse_entry(bytes.substr(1)), base::Error);
}

TEST_CASE("nobody answerable, control characters, long texts and double fields are refused") {
  const auto refused = [](auto&& change) {
    audit::Entry entry = sample();
    change(entry);
    CHECK_THROWS_AS(audit::canonical_json(kStamp, entry), base::Error);
  };
  refused([](audit::Entry& e) { e.by.clear(); });
  refused([](audit::Entry& e) { e.by.assign(9, {"a", audit::Role::kClerk}); });
  refused([](audit::Entry& e) { e.by.front().id.clear(); });
  refused([](audit::Entry& e) { e.reason = "two\nlines"; });
  refused([](audit::Entry& e) { e.reason = std::string(513, 'x'); });
  refused([](audit::Entry& e) { e.run = "\xC0\xAF"; });
  refused([](audit::Entry& e) { e.object.push_back(audit::index(3)); });
  CHECK_THROWS_AS(audit::text("bell \a"), base::Error);
  CHECK_THROWS_AS(audit::meter("12 34"), base::Error);
}

TEST_CASE("every act has a name of its own, in both languages") {
  for (const audit::ActRow& row : audit::kActs) {
    CAPTURE(row.name);
    CHECK(audit::parse_act(row.name) == row.act);
    CHECK_FALSE(row.chinese.empty());
    CHECK(std::ranges::count(audit::kActs, row.name, &audit::ActRow::name) == 1);
    CHECK(std::ranges::count(audit::kActs, row.chinese, &audit::ActRow::chinese) == 1);
  }
}

TEST_CASE("a commitment is the hash of salt and value, and the value stays outside") {
  const audit::Disclosure disclosure{base::fixed<16>(base::Bytes(16, 0x11)), "13800138000"};
  audit::Entry entry = sample();
  entry.object = {audit::person(disclosure)};
  const std::string bytes = audit::canonical_json(kStamp, entry);
  // printf '\x11…(16)13800138000' | sha256sum
  CHECK(bytes.find("13800138000") == std::string::npos);
  CHECK(bytes.find(
            R"("person":"6BA33319B9F6E9BB68F5545CC465ED4DE35F29366F1B4A32111D934F96620298")") !=
        std::string::npos);
  CHECK(audit::person_of("x").salt != audit::person_of("x").salt);
}
