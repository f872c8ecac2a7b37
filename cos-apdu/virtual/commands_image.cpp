// new and inspect.
#include "cos-apdu/virtual/commands_image.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/whole_number.h"
#include "cos-apdu/layout/file_header.h"
#include "cos-apdu/virtual/chip.h"
#include "cos-apdu/virtual/interoperability.h"
#include "cos-apdu/virtual/key_slot.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

using base::Fault;
using nlohmann::json;

// A user card of the tdes2 interoperability profile, whatever suite is said.
constexpr std::string_view kInteroperabilityKind = "user-interop";

json describe_keys(const Nvm& memory) {
  struct Place {
    RecordId first;
    const char* state;
  };

  constexpr Place kPlaces[] = {
      {record::kSlot, "active"},
      {record::kStagedSlot, "staged"},
      {record::kPreviousSlot, "previous"},
  };
  auto keys = json::array();
  for (const auto& place : kPlaces) {
    for (const auto& purpose : derivation::kPurposes) {
      const auto slot = load_slot(memory, slot_record(purpose.purpose, place.first));
      if (!slot) continue;
      keys.push_back({{"purpose", purpose.id},
                      {"state", place.state},
                      {"version", slot->version},
                      {"generation", slot->generation},
                      {"suite", crypto::suite(slot->suite).name},
                      {"live", (slot->flags & kSlotLive) != 0},
                      {"tries", slot->tries_left}});
    }
  }
  return keys;
}

json describe_created_files(const Nvm& memory) {
  auto files = json::array();
  for (const RecordId id : memory.ids(record::kFileHeader, record::kFileHeaderLast)) {
    base::Reader in(memory.get(id), "file header");
    in.u8();
    const auto file_id = in.u16();
    const auto header = layout::decode_creation(file_id, in.rest());
    files.push_back({{"file", fmt::format("{:04X}", file_id)}, {"bytes", layout::room_of(header)}});
  }
  return files;
}

json describe_files(const Nvm& memory) {
  if (is_interoperability(memory)) return describe_created_files(memory);
  auto files = json::array();
  for (const RecordId id : memory.ids(record::kFile, record::kFile + 0xFF)) {
    files.push_back(
        {{"file", fmt::format("{:02X}", id - record::kFile)}, {"bytes", memory.get(id).size()}});
  }
  return files;
}

json describe(const Nvm& memory) {
  const auto identity = load_identity(memory);
  const auto& kind = derivation::row_of(identity.kind());
  return {{"kind", kind.english},
          {"kind_chinese", kind.chinese},
          {"serial", format(identity.serial)},
          {"suite", crypto::suite(identity.suite).name},
          {"life_cycle", layout::format(identity.life_cycle)},
          {"live", (identity.flags & layout::kFlagLive) != 0},
          {"control", (identity.flags & layout::kFlagControlRole) != 0},
          {"has_pin", memory.holds(record::kPin)},
          {"has_transport_key", memory.holds(record::kStockTransportKey)},
          {"blocked", memory.holds(record::kBlocked)},
          {"keys", describe_keys(memory)},
          {"files", describe_files(memory)}};
}

void print_fields(const json& fields, const std::string& indent) {
  for (const auto& [name, value] : fields.items()) {
    if (!value.is_array()) {
      fmt::print("{}{}: {}\n", indent, name,
                 value.is_string() ? value.get<std::string>() : value.dump());
      continue;
    }
    fmt::print("{}{}: {}\n", indent, name, value.size());
    for (const auto& row : value) {
      std::string line;
      for (const auto& [field, cell] : row.items()) {
        line +=
            fmt::format("  {} {}", field, cell.is_string() ? cell.get<std::string>() : cell.dump());
      }
      fmt::print("{} {}\n", indent, line);
    }
  }
}

std::optional<Transport> parse_transport(const std::string& name) {
  if (name.empty()) return std::nullopt;
  if (name == "t0") return Transport::kT0;
  if (name == "t1") return Transport::kT1;
  if (name == "contactless") return Transport::kContactless;
  base::fail(Fault::kMalformed, "transport: {}, expected t0, t1 or contactless", name);
}

Making making_of(const NewOptions& options) {
  Making making{.transport = parse_transport(options.transport)};
  for (const auto& row : options.profile_rows) making.profile.set(row);
  return making;
}

}  // namespace

int make_card(const NewOptions& options) {
  const bool interoperability = options.kind == kInteroperabilityKind;
  const auto kind =
      interoperability ? derivation::CardKind::kUser : derivation::parse_kind(options.kind);
  const auto serial =
      derivation::Serial8::of(kind, base::parse_whole_number(options.serial, "serial"));
  const auto suite = crypto::parse_suite(options.suite);
  if (std::filesystem::exists(options.image)) {
    base::fail(Fault::kConflict, "{} exists: a card image is never written over", options.image);
  }
  const Bytes image =
      interoperability ? interoperability_image(serial, usual_transport_key(), making_of(options))
                       : manufactured_image(serial, suite, making_of(options));
  base::write_durably(options.image, image);
  fmt::print("{} {}: {}\n", derivation::row_of(serial.kind()).english, format(serial),
             options.image);
  return 0;
}

int inspect_card(const std::string& image, Output output) {
  const auto fields = describe(Nvm(std::make_unique<FileStorage>(image)));
  if (output == Output::kJson) {
    fmt::print("{}\n", fields.dump());
  } else {
    print_fields(fields, "");
  }
  return 0;
}

}  // namespace card::chip
