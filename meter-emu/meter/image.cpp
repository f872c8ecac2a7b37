// Every field of the state, there and back.
#include "meter-emu/meter/image.h"

#include <nlohmann/json.hpp>

#include "base/core/error.h"
#include "base/core/format_version.h"

namespace meter {
namespace {

using base::Fault;
using nlohmann::json;

template <std::size_t N>
base::FixedBytes<N> bytes_at(const json& from, const char* name) {
  return base::fixed<N>(base::from_hex(from.at(name).get<std::string>(), name), name);
}

UtcTime time_at(const json& from, const char* name) {
  return base::parse_utc(from.at(name).get<std::string>());
}

Amount amount_at(const json& from, const char* name) {
  return Amount::fen(from.at(name).get<std::int64_t>());
}

CardNumber card_at(const json& from) {
  return CardNumber::parse(from.at("card").get<std::string>());
}

// Throws kMalformed for a number outside the enumeration.
template <typename Enum>
Enum enum_at(const json& from, const char* name, Enum most) {
  const auto value = from.at(name).get<unsigned>();
  if (value > static_cast<unsigned>(most)) {
    base::fail(Fault::kMalformed, "{} is {}, expected at most {}", name, value,
               static_cast<unsigned>(most));
  }
  return static_cast<Enum>(value);
}

template <typename Value, typename Encode>
json optional_json(const std::optional<Value>& value, Encode encode) {
  return value ? json(encode(*value)) : json(nullptr);
}

template <typename Decode>
auto optional_at(const json& from, const char* name, Decode decode)
    -> std::optional<decltype(decode(from))> {
  const auto& value = from.at(name);
  if (value.is_null()) return std::nullopt;
  return decode(value);
}

template <typename Record>
std::string check_text(const Record& record) {
  return fmt::format("{:04X}", check_of(record));
}

json json_of(const Release& release) {
  return {{"offline_sn", release.offline_sn},
          {"terminal_sn", release.terminal_sn},
          {"gmac", base::to_hex(release.gmac)},
          {"sam_tac", base::to_hex(release.sam_tac)}};
}

Release release_of(const json& from) {
  return {from.at("offline_sn").get<card::CardSn>(), from.at("terminal_sn").get<card::TerminalSn>(),
          bytes_at<4>(from, "gmac"), bytes_at<4>(from, "sam_tac")};
}

json json_of(const UsageRecord& record) {
  return {{"seq", record.seq},
          {"card", record.card.digits()},
          {"start", base::format(record.start)},
          {"end", base::format(record.end)},
          {"used_fen", record.used.fen()},
          {"left_fen", record.left.fen()},
          {"card_sn", record.card_sn},
          {"pulses", record.pulses},
          {"energy_centi_kwh", record.energy},
          {"zero_crossing_centi_kwh", record.zero_crossing},
          {"price", record.price},
          {"end_state", static_cast<unsigned>(record.end_state)},
          {"payment", static_cast<unsigned>(record.payment)},
          {"check", check_text(record)}};
}

template <typename Record>
void require_check(const Record& record, const json& from) {
  if (from.at("check").get<std::string>() != check_text(record)) {
    base::fail(Fault::kTampered, "record {}: its check is {}, expected {}", from.at("seq").dump(),
               from.at("check").dump(), check_text(record));
  }
}

UsageRecord usage_of(const json& from) {
  UsageRecord record{from.at("seq").get<std::uint32_t>(),
                     card_at(from),
                     time_at(from, "start"),
                     time_at(from, "end"),
                     amount_at(from, "used_fen"),
                     amount_at(from, "left_fen"),
                     from.at("card_sn").get<card::CardSn>(),
                     from.at("pulses").get<std::uint64_t>(),
                     from.at("energy_centi_kwh").get<std::uint64_t>(),
                     from.at("zero_crossing_centi_kwh").get<std::uint64_t>(),
                     from.at("price").get<std::uint32_t>(),
                     enum_at(from, "end_state", EndState::kNoMoney),
                     enum_at(from, "payment", Payment::kReleased)};
  require_check(record, from);
  return record;
}

json json_of(const SuspendedRecord& record) {
  auto fields = json_of(record.usage);
  fields["release"] = optional_json(record.release, [](const auto& one) { return json_of(one); });
  return fields;
}

SuspendedRecord suspended_of(const json& from) {
  return {usage_of(from), optional_at(from, "release", release_of)};
}

json json_of(const SwipeFault& fault) {
  json fields = {{"seq", fault.seq},
                 {"card", fault.card.digits()},
                 {"end", base::format(fault.at)},
                 {"used_fen", 0},
                 {"left_fen", fault.left.fen()},
                 {"cause", static_cast<unsigned>(fault.cause)},
                 {"check", check_text(fault)}};
  fields["locked_at"] =
      optional_json(fault.locked_at, [](const auto& where) { return base::to_hex(where); });
  return fields;
}

SwipeFault swipe_fault_of(const json& from) {
  const auto where = [](const json& text) {
    return base::fixed<6>(base::from_hex(text.get<std::string>()));
  };
  SwipeFault fault{from.at("seq").get<std::uint32_t>(),
                   card_at(from),
                   time_at(from, "end"),
                   amount_at(from, "left_fen"),
                   enum_at(from, "cause", FaultCause::kMeterInUse),
                   optional_at(from, "locked_at", where)};
  require_check(fault, from);
  return fault;
}

json json_of(const Session& session) {
  json fields = {{"phase", static_cast<unsigned>(session.phase)},
                 {"card", session.card.digits()},
                 {"balance_fen", session.balance.fen()},
                 {"lock_sn", session.lock_sn},
                 {"terminal_sn", session.terminal_sn},
                 {"start", base::format(session.start)},
                 {"price", session.price},
                 {"pulses", session.pulses},
                 {"end_state", static_cast<unsigned>(session.end_state)},
                 {"amount_fen", session.amount.fen()},
                 {"end", base::format(session.end)}};
  fields["release"] = optional_json(session.release, [](const auto& one) { return json_of(one); });
  return fields;
}

Session session_of(const json& from) {
  return {enum_at(from, "phase", Phase::kSettling),
          card_at(from),
          amount_at(from, "balance_fen"),
          from.at("lock_sn").get<card::CardSn>(),
          from.at("terminal_sn").get<card::TerminalSn>(),
          time_at(from, "start"),
          from.at("price").get<std::uint32_t>(),
          from.at("pulses").get<std::uint64_t>(),
          enum_at(from, "end_state", EndState::kNoMoney),
          amount_at(from, "amount_fen"),
          time_at(from, "end"),
          optional_at(from, "release", release_of)};
}

json json_of(const Debt& debt) {
  return {{"card", debt.card.digits()}, {"amount_fen", debt.amount.fen()}};
}

template <typename List>
json list_json(const List& list) {
  auto records = json::array();
  for (const auto& record : list) records.push_back(json_of(record));
  return records;
}

template <typename List, typename Decode>
void read_list(const json& from, const char* name, List& list, Decode decode) {
  for (const auto& record : from.at(name)) list.push_back(decode(record));
}

Meter meter_of(const json& from) {
  const auto& tariff = from.at("tariff");
  const Tariff rates{tariff.at("constant").get<std::uint32_t>(),
                     tariff.at("ratio").get<std::uint32_t>(),
                     tariff.at("price").get<std::uint32_t>()};
  require_sane(rates);
  Meter meter{from.at("number").get<std::string>(), bytes_at<6>(from, "terminal"),
              base::CountyCode::parse(from.at("area").get<std::string>()), rates};
  meter.relay = enum_at(from, "relay", Relay::kClosed);
  meter.total_pulses = from.at("total_pulses").get<std::uint64_t>();
  meter.fault_pulses = from.at("fault_pulses").get<std::uint64_t>();
  meter.closed_pulses = from.at("closed_pulses").get<std::uint64_t>();
  meter.session = optional_at(from, "session", session_of);
  read_list(from, "usage", meter.usage, usage_of);
  read_list(from, "suspended", meter.suspended, suspended_of);
  read_list(from, "swipe_faults", meter.swipe_faults, swipe_fault_of);
  read_list(from, "debts", meter.debts, [](const json& debt) {
    return Debt{card_at(debt), amount_at(debt, "amount_fen")};
  });
  meter.usage_seq = from.at("usage_seq").get<std::uint32_t>();
  meter.suspended_seq = from.at("suspended_seq").get<std::uint32_t>();
  meter.swipe_fault_seq = from.at("swipe_fault_seq").get<std::uint32_t>();
  if (!adds_up(meter)) base::fail(Fault::kTampered, "meter image: the pulses do not add up");
  return meter;
}

}  // namespace

std::string encode_image(const Image& image) {
  const auto& meter = image.meter;
  json fields;
  fields["format"] = kImageFormat;
  fields["esam"] = image.esam_path;
  fields["number"] = meter.number;
  fields["terminal"] = base::to_hex(meter.terminal);
  fields["area"] = meter.area.digits();
  fields["tariff"]["constant"] = meter.tariff.constant;
  fields["tariff"]["ratio"] = meter.tariff.ratio;
  fields["tariff"]["price"] = meter.tariff.price;
  fields["relay"] = static_cast<unsigned>(meter.relay);
  fields["total_pulses"] = meter.total_pulses;
  fields["fault_pulses"] = meter.fault_pulses;
  fields["closed_pulses"] = meter.closed_pulses;
  fields["session"] = optional_json(meter.session, [](const auto& one) { return json_of(one); });
  fields["usage"] = list_json(meter.usage);
  fields["suspended"] = list_json(meter.suspended);
  fields["swipe_faults"] = list_json(meter.swipe_faults);
  fields["debts"] = list_json(meter.debts);
  fields["usage_seq"] = meter.usage_seq;
  fields["suspended_seq"] = meter.suspended_seq;
  fields["swipe_fault_seq"] = meter.swipe_fault_seq;
  return fields.dump(1) + "\n";
}

Image decode_image(std::string_view text) {
  try {
    const auto from = json::parse(text);
    base::require_format("meter image", from.at("format").get<std::int64_t>(), kImageFormat);
    return {meter_of(from), from.at("esam").get<std::string>()};
  } catch (const json::exception& error) {
    base::fail(Fault::kMalformed, "meter image: {}", error.what());
  }
}

std::string encode_harvest(const Meter& meter) {
  auto lists = json::array();
  const auto add = [&](const char* name, json records, auto name_state) {
    for (auto& record : records) name_state(record);
    lists.push_back({{"format", kHarvestFormat},
                     {"meter", meter.number},
                     {"list", name},
                     {"records", std::move(records)}});
  };
  const auto name_payment = [](json& record) {
    record["state"] = name_of(enum_at(record, "payment", Payment::kReleased));
    record["end_state"] = name_of(enum_at(record, "end_state", EndState::kNoMoney));
    record.erase("payment");
  };
  add("usage", list_json(meter.usage), name_payment);
  add("suspended", list_json(meter.suspended), name_payment);
  add("swipe-faults", list_json(meter.swipe_faults), [](json& record) {
    record["state"] = name_of(enum_at(record, "cause", FaultCause::kMeterInUse));
  });
  return lists.dump(1) + "\n";
}

}  // namespace meter
