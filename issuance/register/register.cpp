#include "issuance/register/register.h"

#include <algorithm>
#include <tuple>

#include "issuance/register/events.h"
#include "issuance/register/schema.h"

namespace issuance {

namespace {

using base::Fault;

constexpr std::string_view kCardColumns =
    "serial, state, job, issuer, pair, county, version, generation, tag, number, device, holder, "
    "since";
constexpr std::string_view kPairColumns =
    "id, kind, state, job, county, version, generation, void_entry, lost, since";

std::optional<PairId> pair_of(const audit::Object& object) {
  const std::string hex = text_of(object, audit::Field::kPair);
  if (hex.empty()) return std::nullopt;
  return base::fixed<8>(base::from_hex(hex), "pair id");
}

const audit::Item* find(const audit::Object& object, audit::Field field) {
  for (const audit::Item& item : object) {
    if (item.field() == field) return &item;
  }
  return nullptr;
}

void keep_if_given(std::string& kept, std::string given) {
  if (!given.empty()) kept = std::move(given);
}

void keep_if_given(std::int64_t& kept, std::int64_t given) {
  if (given != 0) kept = given;
}

}  // namespace

std::string text_of(const audit::Object& object, audit::Field field) {
  const audit::Item* item = find(object, field);
  return item == nullptr ? std::string() : std::get<std::string>(item->value());
}

std::int64_t number_of(const audit::Object& object, audit::Field field) {
  const audit::Item* item = find(object, field);
  return item == nullptr ? 0 : std::get<std::int64_t>(item->value());
}

Register Register::open(const std::filesystem::path& path) {
  store::Database database = store::Database::open(path, store::Access::kCreate);
  store::migrate(database, kRegisterSteps);
  return Register(std::move(database));
}

void Register::follow(audit::Archive& log) {
  const auto from = database_.value<std::int64_t>("SELECT size FROM followed");
  const auto size = static_cast<std::int64_t>(log.size());
  if (from > size) {
    base::fail(Fault::kTampered, "the log has {} entries, the register has seen {}", size, from);
  }
  if (from == size) return;
  store::Transaction change(database_);
  std::int64_t seen = from;
  log.each_entry(static_cast<std::uint64_t>(from),
                 [&](std::uint64_t index, std::string_view bytes) {
                   apply(index, audit::parse_entry(bytes));
                   seen = static_cast<std::int64_t>(index) + 1;
                 });
  database_.run("UPDATE followed SET size = :size", seen);
  change.commit();
}

void Register::apply(std::uint64_t index, const audit::Record& record) {
  const audit::Entry& entry = record.entry;
  if (const auto event = pair_event_of(entry.act, entry.outcome)) move_pair(index, record, *event);
  if (const auto event = card_event_of(entry.act, entry.outcome)) move_card(index, record, *event);
}

void Register::move_card(std::uint64_t index, const audit::Record& record, CardEvent event) {
  const audit::Object& object = record.entry.object;
  const std::string serial = text_of(object, audit::Field::kSerial);
  if (serial.empty()) return;
  CardRow row = card(derivation::Serial8::parse(serial));
  const auto to = next(row.state, event);
  if (!to) {
    base::fail(Fault::kTampered, "log entry {}: {} for a card that is {}", index,
               audit::row_of(record.entry.act).name, name_of(row.state));
  }
  row.state = *to;
  // The run of a ceremony is the job of its pair alone: with the pair, only that becomes void.
  if (event == CardEvent::kServe) {
    if (row.state == CardState::kIssued) write(row);
    return;
  }
  keep_if_given(row.job, record.entry.run);
  if (event == CardEvent::kReserve) row.issuer = pair_of(object);
  if (event == CardEvent::kFinish) {
    if (const auto job_pair =
            database_.row<PairId>("SELECT id FROM pair WHERE job = :job", record.entry.run)) {
      row.pair = std::get<0>(*job_pair);
    }
    row.holder = record.entry.by.front().id;
    row.since = record.stamp.time.seconds;
  }
  keep_if_given(row.county, text_of(object, audit::Field::kCounty));
  keep_if_given(row.version, number_of(object, audit::Field::kKeyVersion));
  keep_if_given(row.generation, number_of(object, audit::Field::kGeneration));
  keep_if_given(row.tag, text_of(object, audit::Field::kTag));
  keep_if_given(row.number, text_of(object, audit::Field::kCard));
  keep_if_given(row.device, text_of(object, audit::Field::kDevice));
  if (event == CardEvent::kRelease || event == CardEvent::kWithdraw) {
    CardRow blank{.serial = row.serial, .state = row.state, .job = row.job};
    row = std::move(blank);
  }
  write(row);
}

void Register::move_pair(std::uint64_t index, const audit::Record& record, PairEvent event) {
  const audit::Object& object = record.entry.object;
  const auto id = pair_of(object);
  if (!id) return;
  PairRow row = pair(*id).value_or(PairRow{.id = *id});
  // A ceremony makes the first pair of a scheme and reports its birth alone.
  if (row.state == PairState::kNone && event == PairEvent::kFinish) row.state = PairState::kMaking;
  const auto to = next(row.state, event);
  if (!to) {
    base::fail(Fault::kTampered, "log entry {}: {} for a pair that is {}", index,
               audit::row_of(record.entry.act).name, name_of(row.state));
  }
  row.state = *to;
  if (event == PairEvent::kVoid) {
    row.void_entry = static_cast<std::int64_t>(index);
    row.lost = text_of(object, audit::Field::kText);
    void_cards_of(index, row);
  } else {
    if (event == PairEvent::kFinish) row.since = record.stamp.time.seconds;
    keep_if_given(row.job, record.entry.run);
    keep_if_given(row.county, text_of(object, audit::Field::kCounty));
    keep_if_given(row.version, number_of(object, audit::Field::kKeyVersion));
    keep_if_given(row.generation, number_of(object, audit::Field::kGeneration));
    const std::string kind = text_of(object, audit::Field::kKind);
    if (!kind.empty()) row.kind = derivation::kind_of_byte(base::from_hex(kind).at(0));
  }
  write(row);
}

void Register::void_cards_of(std::uint64_t index, const PairRow& pair) {
  for (CardRow& half : cards_of_job(pair.job)) {
    const auto to = next(half.state, CardEvent::kVoid);
    if (!to) {
      base::fail(Fault::kTampered, "log entry {}: a card of the pair is {}", index,
                 name_of(half.state));
    }
    half.state = *to;
    write(half);
  }
}

void Register::write(const CardRow& row) {
  database_.run(
      "INSERT OR REPLACE INTO card(serial, state, job, issuer, pair, county, version, generation, "
      "tag, number, device, holder, since) VALUES(:serial, :state, :job, :issuer, :pair, :county, "
      ":version, :generation, :tag, :number, :device, :holder, :since)",
      base::ByteView(row.serial.bytes()), name_of(row.state), row.job,
      row.issuer ? std::optional<base::ByteView>(*row.issuer) : std::nullopt,
      row.pair ? std::optional<base::ByteView>(*row.pair) : std::nullopt, row.county, row.version,
      row.generation, row.tag, row.number, row.device, row.holder, row.since);
}

void Register::write(const PairRow& row) {
  database_.run(
      "INSERT OR REPLACE INTO pair(id, kind, state, job, county, version, generation, void_entry, "
      "lost, since) VALUES(:id, :kind, :state, :job, :county, :version, :generation, :void_entry, "
      ":lost, :since)",
      base::ByteView(row.id), derivation::byte_of(row.kind), name_of(row.state), row.job,
      row.county, row.version, row.generation, row.void_entry, row.lost, row.since);
}

std::vector<CardRow> Register::cards_where(std::string_view condition, const std::string& value) {
  std::vector<CardRow> found;
  using std::int64_t;
  using std::string;
  database_.each<base::FixedBytes<8>, string, string, std::optional<PairId>, std::optional<PairId>,
                 string, int64_t, int64_t, string, string, string, string, int64_t>(
      fmt::format("SELECT {} FROM card WHERE {} :value ORDER BY serial", kCardColumns, condition),
      [&](const base::FixedBytes<8>& serial, const string& state, string job,
          std::optional<PairId> issuer, std::optional<PairId> pair, string county, int64_t version,
          int64_t generation, string tag, string number, string device, string holder,
          int64_t since) {
        found.push_back(CardRow{derivation::Serial8::of_bytes(serial), card_state_of(state),
                                std::move(job), issuer, pair, std::move(county), version,
                                generation, std::move(tag), std::move(number), std::move(device),
                                std::move(holder), since});
      },
      value);
  return found;
}

CardRow Register::card(const derivation::Serial8& serial) {
  auto found = cards_where("serial =", base::to_hex(serial.bytes(), base::HexCase::kLower));
  if (found.empty()) return CardRow{.serial = serial};
  return std::move(found.front());
}

std::vector<CardRow> Register::cards() {
  return cards_where("serial <>", std::string());
}

std::vector<CardRow> Register::cards_of_job(const std::string& job) {
  return cards_where("job =", job);
}

std::vector<CardRow> Register::pending_cards() {
  std::vector<CardRow> found;
  for (const CardStateName& row : kCardStates) {
    if (!is_pending(row.state)) continue;
    for (CardRow& card : cards_where("state =", std::string(row.name))) {
      found.push_back(std::move(card));
    }
  }
  return found;
}

std::vector<PairRow> Register::pairs() {
  std::vector<PairRow> found;
  using std::int64_t;
  using std::string;
  database_.each<PairId, int64_t, string, string, string, int64_t, int64_t, std::optional<int64_t>,
                 string, int64_t>(
      fmt::format("SELECT {} FROM pair ORDER BY kind, county, generation", kPairColumns),
      [&](const PairId& id, int64_t kind, const string& state, string job, string county,
          int64_t version, int64_t generation, std::optional<int64_t> void_entry, string lost,
          int64_t since) {
        found.push_back(PairRow{id, derivation::kind_of_byte(static_cast<std::uint8_t>(kind)),
                                pair_state_of(state), std::move(job), std::move(county), version,
                                generation, void_entry, std::move(lost), since});
      });
  return found;
}

std::optional<PairRow> Register::pair(const PairId& id) {
  for (PairRow& row : pairs()) {
    if (row.id == id) return std::move(row);
  }
  return std::nullopt;
}

std::int64_t Register::last_generation(derivation::CardKind mother, const std::string& county) {
  std::int64_t last = 0;
  for (const PairRow& row : pairs()) {
    if (row.kind == mother && row.county == county) last = std::max(last, row.generation);
  }
  return last;
}

std::int64_t Register::last_version(derivation::CardKind mother, const std::string& county) {
  std::int64_t last = 0;
  for (const PairRow& row : pairs()) {
    if (row.kind != mother || row.county != county || row.state == PairState::kAbandoned) continue;
    last = std::max(last, row.version);
  }
  return last;
}

bool Register::number_is_issued(const std::string& card_number) {
  const auto cards = cards_where("number =", card_number);
  return std::any_of(cards.begin(), cards.end(),
                     [](const CardRow& row) { return row.state != CardState::kPending; });
}

}  // namespace issuance
