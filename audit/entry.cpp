// Writing an entry in its one form, and reading it back by writing it again.
#include "audit/entry.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "audit/utf8.h"
#include "base/core/error.h"
#include "base/core/format_version.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kEntryVersion = 1;
constexpr std::size_t kMostPersons = 8;
constexpr std::size_t kMostNameBytes = 64;
constexpr std::size_t kMostReasonBytes = 512;

enum class Need { kRequired, kOptional };

const std::string& checked(const std::string& text, std::string_view what, std::size_t most,
                           Need need) {
  if ((text.empty() && need == Need::kRequired) || text.size() > most || !is_utf8(text) ||
      !has_no_controls(text)) {
    fail(Fault::kMalformed, "{} is empty, above {} bytes, or no plain text", what, most);
  }
  return text;
}

Json json_of(const std::vector<Person>& by) {
  if (by.empty() || by.size() > kMostPersons) {
    fail(Fault::kMalformed, "entry names {} persons, expected 1 to {}", by.size(), kMostPersons);
  }
  Json list = Json::array();
  for (const Person& person : by) {
    list.push_back({{"id", checked(person.id, "person", kMostNameBytes, Need::kRequired)},
                    {"role", row_of(person.role).name}});
  }
  return list;
}

Json json_of(Object object) {
  std::ranges::sort(object, {}, &Item::field);
  Json fields = Json::object();
  for (const Item& item : object) {
    const std::string name(row_of(item.field()).name);
    if (fields.contains(name)) fail(Fault::kMalformed, "field {} stands twice", name);
    std::visit([&](const auto& value) { fields[name] = value; }, item.value());
  }
  return fields;
}

template <typename Table, typename Name>
std::size_t position_of(const Table& table, const std::string& name, Name name_of,
                        std::string_view what) {
  const auto row = std::ranges::find(table, name, name_of);
  if (row == table.end()) fail(Fault::kMalformed, "{} '{}' is not in the list", what, name);
  return static_cast<std::size_t>(row - table.begin());
}

std::vector<Person> persons_of(const Json& list) {
  std::vector<Person> by;
  for (const Json& person : list) {
    const auto row = position_of(
        kRoles, person.at("role").get<std::string>(), [](const RoleRow& role) { return role.name; },
        "role");
    by.push_back({person.at("id").get<std::string>(), kRoles.at(row).role});
  }
  return by;
}

Object object_of(const Json& fields) {
  Object object;
  for (const auto& [name, value] : fields.items()) {
    const auto row = position_of(
        kFields, name, [](const FieldRow& field) { return field.name; }, "field");
    const Field field = kFields.at(row).field;
    object.push_back(value.is_number_integer() ? Item::parse(field, value.get<std::int64_t>())
                                               : Item::parse(field, value.get<std::string>()));
  }
  return object;
}

Record record_of(const Json& json) {
  base::require_format("entry", json.at("v").get<std::int64_t>(), kEntryVersion);
  Stamp stamp{
      json.at("seq").get<std::uint64_t>(), base::parse_utc(json.at("time").get<std::string>()),
      json.at("station").get<std::string>(), base::parse_mode(json.at("mode").get<std::string>())};
  const auto outcome = position_of(
      kOutcomeNames, json.at("outcome").get<std::string>(),
      [](std::string_view name) { return name; }, "outcome");
  Entry entry{parse_act(json.at("act").get<std::string>()),
              persons_of(json.at("by")),
              object_of(json.at("object")),
              static_cast<Outcome>(outcome),
              json.at("reason").get<std::string>(),
              json.at("run").get<std::string>()};
  return {std::move(stamp), std::move(entry)};
}

}  // namespace

std::string canonical_json(const Stamp& stamp, const Entry& entry) {
  Json json;
  json["v"] = kEntryVersion;
  json["seq"] = stamp.sequence;
  json["time"] = base::format(stamp.time);
  json["station"] = checked(stamp.station, "station", kMostNameBytes, Need::kRequired);
  json["mode"] = base::name_of(stamp.mode);
  json["by"] = json_of(entry.by);
  json["act"] = row_of(entry.act).name;
  json["object"] = json_of(entry.object);
  json["outcome"] = kOutcomeNames.at(static_cast<std::size_t>(entry.outcome));
  json["reason"] = checked(entry.reason, "reason", kMostReasonBytes, Need::kOptional);
  json["run"] = checked(entry.run, "run", kMostNameBytes, Need::kOptional);
  std::string bytes = json.dump();
  if (bytes.size() > kMostEntryBytes)
    fail(Fault::kMalformed, "entry above {} bytes", kMostEntryBytes);
  return bytes;
}

Record parse_entry(std::string_view bytes) {
  if (bytes.size() > kMostEntryBytes)
    fail(Fault::kMalformed, "entry above {} bytes", kMostEntryBytes);
  try {
    Record record = record_of(Json::parse(bytes));
    if (canonical_json(record.stamp, record.entry) != bytes) {
      fail(Fault::kMalformed, "entry is not in canonical form");
    }
    return record;
  } catch (const Json::exception&) {
    fail(Fault::kMalformed, "entry has not the form of an entry");
  }
}

}  // namespace audit
