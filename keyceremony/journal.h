// The journal of one ceremony: each arrow is on disk before the screen says so.
//
// One line per record, in order:
//   <number>|<UTC time>|<state>|<event>|<key>=<value>|…|<chain>
// The facts of the first record begin with format=1. chain is the first 16 bytes, in hex, of SHA-256(chain before | this line up to its last bar); the
// first line's chain before is the plan id. Values hold no bar and no line break. Records are never
// changed; a last line that a power cut tore is dropped on opening, because nothing was said or done
// on the strength of it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/clock.h"
#include "base/crypto/hash.h"
#include "keyceremony/transitions.h"

namespace keyceremony {

using Facts = std::vector<std::pair<std::string, std::string>>;

struct Record {
  unsigned number = 0;
  base::UtcTime time;
  State state = State::kPlanned;  // after it
  std::string event;              // "set-made", "signature", "exception", …
  Facts facts;
  std::string line;  // as on disk, without the line break

  // Throws kNotFound.
  const std::string& fact(std::string_view key) const;
};

// The value as it stands in the journal: no bar and no line break.
std::string as_in_journal(std::string value);

// Puts `line` at the end of the file and comes back when it is durable.
using AppendLine = std::function<void(const std::filesystem::path&, std::string_view line)>;

void append_line_durably(const std::filesystem::path& path, std::string_view line);

class Journal {
 public:
  // Opens or creates; throws kRefused for a newer format, kTampered when the chain does not hold.
  Journal(std::filesystem::path path, const crypto::Hash32& plan_id,
          AppendLine append = append_line_durably);

  // Throws kWrongState after the end, kUnavailable when it cannot be made durable.
  const Record& write(base::UtcTime time, State state, std::string_view event, Facts facts);

  State state() const { return records_.empty() ? State::kPlanned : records_.back().state; }

  const std::vector<Record>& records() const { return records_; }

  // The newest record of this event (and, where given, with this fact); nullptr when there is none.
  const Record* find(std::string_view event,
                     const std::optional<std::pair<std::string, std::string>>& fact = {}) const;

  // Every line with its line break.
  std::string text() const;

 private:
  std::filesystem::path path_;
  AppendLine append_;
  std::string chain_;
  std::vector<Record> records_;
};

}  // namespace keyceremony
