#include "keyceremony/journal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"
#include "base/core/whole_number.h"

namespace keyceremony {

namespace {

using base::Fault;

constexpr std::size_t kChainBytes = 16;
constexpr std::size_t kFixedFields = 4;
constexpr std::int64_t kFormat = 1;

std::string chain_after(const std::string& before, std::string_view line) {
  const auto digest = crypto::sha256({base::bytes_of(before), base::bytes_of(line)});
  return base::to_hex(base::ByteView(digest).first(kChainBytes), base::HexCase::kLower);
}

State state_of(std::string_view id) {
  for (const auto& row : kStates) {
    if (row.id == id) return row.state;
  }
  base::fail(Fault::kTampered, "journal: state '{}' is not known", id);
}

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> fields;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t bar = std::min(line.find('|', at), line.size());
    fields.emplace_back(line.substr(at, bar - at));
    at = bar + 1;
  }
  return fields;
}

Record parse(std::string_view line, unsigned number) {
  const auto fields = split(line);
  if (fields.size() < kFixedFields + 1 || fields[0] != std::to_string(number)) {
    base::fail(Fault::kTampered, "journal, line {}: not a record", number);
  }
  Record record{number, base::parse_utc(fields[1]), state_of(fields[2]), fields[3], {}, {}};
  for (std::size_t at = kFixedFields; at + 1 < fields.size(); ++at) {
    const std::size_t equals = fields[at].find('=');
    if (equals == std::string::npos) {
      base::fail(Fault::kTampered, "journal, line {}: a fact without a value", number);
    }
    record.facts.emplace_back(fields[at].substr(0, equals), fields[at].substr(equals + 1));
  }
  record.line = line;
  return record;
}

// Before the parse: what a newer journal says in its records is not known here.
void require_known_format(std::string_view first_line) {
  constexpr std::string_view kName = "format=";
  constexpr std::uint64_t kMost = 999;
  std::optional<std::int64_t> format;
  const auto fields = split(first_line);
  if (fields.size() > kFixedFields && fields[kFixedFields].starts_with(kName)) {
    const std::string number = fields[kFixedFields].substr(kName.size());
    format =
        static_cast<std::int64_t>(base::parse_whole_number(number, "journal format", 1, kMost));
  }
  base::require_format("journal", format, kFormat);
}

// Cuts off what follows the last line break.
std::string whole_lines(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return {};
  std::string text = base::read_text_file(path);
  const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  if (whole != text.size()) {
    std::filesystem::resize_file(path, whole);
    text.resize(whole);
  }
  return text;
}

}  // namespace

std::string as_in_journal(std::string value) {
  std::ranges::replace_if(
      value, [](char c) { return c == '|' || c == '\n' || c == '\r'; }, '/');
  return value;
}

const std::string& Record::fact(std::string_view key) const {
  const auto found = std::ranges::find(facts, key, &Facts::value_type::first);
  if (found == facts.end()) {
    base::fail(Fault::kNotFound, "journal, line {}: no fact '{}'", number, key);
  }
  return found->second;
}

void append_line_durably(const std::filesystem::path& path, std::string_view line) {
  const bool is_new = !std::filesystem::exists(path);
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    base::fail(Fault::kUnavailable, "the journal cannot be opened: {}", std::strerror(errno));
  }
  const std::string whole = std::string(line) + "\n";
  const bool written =
      ::write(file, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()) &&
      ::fsync(file) == 0;
  const int reason = errno;
  ::close(file);
  if (!written) {
    base::fail(Fault::kUnavailable, "the journal cannot be made durable: {}",
               std::strerror(reason));
  }
  if (is_new) base::sync_folder(path.parent_path());
}

Journal::Journal(std::filesystem::path path, const crypto::Hash32& plan_id, AppendLine append)
    : path_(std::move(path)),
      append_(std::move(append)),
      chain_(base::to_hex(plan_id, base::HexCase::kLower)) {
  const std::string text = whole_lines(path_);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string_view line = std::string_view(text).substr(at, end - at);
    const std::size_t bar = line.rfind('|');
    const auto number = static_cast<unsigned>(records_.size() + 1);
    if (bar == std::string_view::npos ||
        chain_after(chain_, line.substr(0, bar)) != line.substr(bar + 1)) {
      base::fail(Fault::kTampered, "journal, line {}: its chain does not hold", number);
    }
    if (number == 1) require_known_format(line);
    records_.push_back(parse(line, number));
    chain_ = line.substr(bar + 1);
    at = end + 1;
  }
}

const Record& Journal::write(base::UtcTime time, State state, std::string_view event, Facts facts) {
  if (is_end(this->state())) {
    base::fail(Fault::kWrongState, "the ceremony is {}: its journal is finished",
               row_of(this->state()).english);
  }
  if (records_.empty()) facts.insert(facts.begin(), {"format", std::to_string(kFormat)});
  Record record{static_cast<unsigned>(records_.size() + 1),
                time,
                state,
                std::string(event),
                std::move(facts),
                {}};
  std::string line =
      fmt::format("{}|{}|{}|{}", record.number, base::format(time), row_of(state).id, event);
  for (auto& [key, value] : record.facts) {
    value = as_in_journal(std::move(value));
    line += fmt::format("|{}={}", key, value);
  }
  const std::string chain = chain_after(chain_, line);
  record.line = fmt::format("{}|{}", line, chain);
  append_(path_, record.line);
  chain_ = chain;
  records_.push_back(std::move(record));
  return records_.back();
}

const Record* Journal::find(std::string_view event,
                            const std::optional<std::pair<std::string, std::string>>& fact) const {
  const auto found = std::find_if(records_.rbegin(), records_.rend(), [&](const Record& record) {
    return record.event == event &&
           (!fact || std::ranges::find(record.facts, *fact) != record.facts.end());
  });
  return found == records_.rend() ? nullptr : &*found;
}

std::string Journal::text() const {
  std::string out;
  for (const auto& record : records_) out += record.line + "\n";
  return out;
}

}  // namespace keyceremony
