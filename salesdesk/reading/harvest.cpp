#include "salesdesk/reading/harvest.h"

#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"
#include "base/crypto/hash.h"
#include "salesdesk/trade/books.h"
#include "salesdesk/trade/shift.h"

namespace desk {

namespace {

using base::Fault;
using nlohmann::json;

constexpr std::int64_t kHarvestFormat = 1;
constexpr std::string_view kSettled = "settled";
constexpr std::string_view kSuspendedList = "suspended";

// One record with what the books need of it; `content` keeps the whole.
struct Use {
  std::string meter;
  std::string list;
  std::int64_t seq = 0;
  base::CardNumber card;
  std::string ended;
  base::Amount used;
  base::Amount left;
  bool settled = false;
  base::UtcTime started;      // of a session: settled, or in the list of the suspended
  std::uint16_t card_sn = 0;  // of a settled one
  std::string content;
  std::string digest;

  Consumption consumption() const { return {meter, card, started, used}; }
};

template <typename T>
T field(const json& object, const char* name, std::string_view where) {
  const auto found = object.find(name);
  if (found == object.end()) base::fail(Fault::kMalformed, "{}: '{}' is missing", where, name);
  const bool fits =
      std::is_same_v<T, std::string> ? found->is_string() : found->is_number_integer();
  if (!fits) base::fail(Fault::kMalformed, "{}: '{}' has another type", where, name);
  return found->template get<T>();
}

std::uint16_t card_sn_of(const json& record, std::string_view where) {
  const auto sn = field<std::int64_t>(record, "card_sn", where);
  if (sn < 0 || sn > 0xFFFF) base::fail(Fault::kMalformed, "{}: 'card_sn' is {}", where, sn);
  return static_cast<std::uint16_t>(sn);
}

Use use_of(const std::string& meter, const std::string& list, const json& record,
           std::size_t position) {
  const std::string where = fmt::format("meter {} list {} record {}", meter, list, position);
  if (!record.is_object()) base::fail(Fault::kMalformed, "{}: an object is expected", where);
  const std::string content = record.dump();
  const std::string ended = field<std::string>(record, "end", where);
  base::parse_utc(ended);
  const bool settled = field<std::string>(record, "state", where) == kSettled;
  const bool has_start = settled || list == kSuspendedList;
  return {meter,
          list,
          field<std::int64_t>(record, "seq", where),
          base::CardNumber::parse(field<std::string>(record, "card", where)),
          ended,
          base::Amount::fen(field<std::int64_t>(record, "used_fen", where)),
          base::Amount::fen(field<std::int64_t>(record, "left_fen", where)),
          settled,
          has_start ? base::parse_utc(field<std::string>(record, "start", where)) : base::UtcTime{},
          settled ? card_sn_of(record, where) : std::uint16_t{0},
          content,
          base::to_hex(crypto::sha256(base::bytes_of(content)), base::HexCase::kLower)};
}

void append_uses(const json& part, std::vector<Use>& uses) {
  if (!part.is_object()) base::fail(Fault::kMalformed, "harvest: an object is expected");
  const auto format = part.find("format");
  const bool numbered = format != part.end() && format->is_number_integer();
  base::require_format("harvest",
                       numbered ? std::optional(format->get<std::int64_t>()) : std::nullopt,
                       kHarvestFormat);
  const auto meter = field<std::string>(part, "meter", "harvest");
  const auto list = field<std::string>(part, "list", "harvest");
  const auto records = part.find("records");
  if (records == part.end() || !records->is_array()) {
    base::fail(Fault::kMalformed, "harvest of meter {}: 'records' is no array", meter);
  }
  for (const json& record : *records) {
    uses.push_back(use_of(meter, list, record, uses.size() + 1));
  }
}

std::vector<Use> uses_of(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded()) base::fail(Fault::kMalformed, "harvest: not JSON");
  std::vector<Use> uses;
  if (parsed.is_array()) {
    for (const json& part : parsed) append_uses(part, uses);
  } else {
    append_uses(parsed, uses);
  }
  return uses;
}

std::int64_t keep(Desk& desk, const Use& use) {
  store::Database& books = desk.database();
  const auto id = books.value<std::int64_t>("SELECT coalesce(max(id), 0) + 1 FROM records");
  books.run(
      "INSERT INTO records(id, meter, list, seq, digest, card, content, imported) "
      "VALUES(:id, :meter, :list, :seq, :digest, :card, :content, :imported)",
      id, use.meter, use.list, use.seq, use.digest, use.card.digits(), use.content,
      base::format(desk.now()));
  return id;
}

void import_settled(Desk& desk, const Use& use, HarvestSum& sum) {
  const Consumption session = use.consumption();
  const Booked before = booked(desk, session);
  if (before == Booked::kOtherAmount) {
    raise_other_amount(desk, session);
    ++sum.alarms;
    return;
  }
  const base::UtcTime ended = base::parse_utc(use.ended);
  const std::int64_t record = keep(desk, use);
  note_sight(desk, {use.card, use.left, ended, "meter", use.card_sn});
  if (before == Booked::kSame) {
    ++sum.known;
    return;
  }
  book_consumption(desk, session, ended, record);
  ++sum.imported;
  sum.consumed_fen += use.used.fen();
}

void import_new(Desk& desk, const Use& use, HarvestSum& sum) {
  if (use.settled) return import_settled(desk, use, sum);
  keep(desk, use);
  ++sum.imported;
}

void import(Desk& desk, const Use& use, HarvestSum& sum) {
  ++sum.records;
  const auto known = desk.database().row<std::string>(
      "SELECT digest FROM records WHERE meter = :meter AND list = :list AND seq = :seq", use.meter,
      use.list, use.seq);
  if (!known) {
    import_new(desk, use, sum);
  } else if (std::get<0>(*known) == use.digest) {
    ++sum.known;
  } else {
    ++sum.alarms;
    raise_alarm(desk, "record differs",
                fmt::format("meter {} list {} seq {} was imported with other content: now {}",
                            use.meter, use.list, use.seq, use.content));
  }
}

}  // namespace

HarvestSum harvest(Desk& desk, const std::filesystem::path& file) {
  const std::string text = base::read_text_file(file);
  const std::vector<Use> uses = uses_of(text);
  const Shift shift = require_shift(desk);
  HarvestSum sum;
  store::Transaction change(desk.database());
  for (const Use& use : uses) import(desk, use, sum);
  desk.acts().record(desk.now(),
                     {.act = audit::Act::kHarvestImported,
                      .by = {person_of(shift)},
                      .object = {audit::count(static_cast<std::uint64_t>(sum.imported)),
                                 audit::file(crypto::sha256(base::bytes_of(text)))},
                      .outcome = sum.alarms == 0 ? audit::Outcome::kDone : audit::Outcome::kFailed,
                      .reason = sum.alarms == 0 ? "" : fmt::format("{} records differ", sum.alarms),
                      .run = {}});
  change.commit();
  desk.acts().flush();
  return sum;
}

}  // namespace desk
