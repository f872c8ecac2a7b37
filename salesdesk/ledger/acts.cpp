#include "salesdesk/ledger/acts.h"

#include <charconv>
#include <vector>

#include "base/core/error.h"

namespace desk {

namespace {

constexpr std::string_view kRunPrefix = "act-";

// The number of an act in its own log entry, if the entry is one of ours.
std::optional<std::int64_t> number_of(std::string_view run) {
  if (!run.starts_with(kRunPrefix)) return std::nullopt;
  const std::string_view digits = run.substr(kRunPrefix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

Acts::Acts(store::Database& database, audit::Log log, audit::Stamp stamp)
    : database_(&database), log_(std::move(log)), stamp_(std::move(stamp)) {}

void Acts::record(base::UtcTime at, audit::Entry entry) {
  const auto number = database_->value<std::int64_t>("SELECT coalesce(max(id), 0) + 1 FROM acts");
  entry.run = fmt::format("{}{}", kRunPrefix, number);
  audit::Stamp stamp = stamp_;
  stamp.time = at;
  database_->run("INSERT INTO acts(id, at, act, content) VALUES(:id, :at, :act, :content)", number,
                 base::format(at), audit::row_of(entry.act).name,
                 audit::canonical_json(stamp, entry));
}

void Acts::recognise_logged() {
  const auto next =
      database_->value<std::int64_t>("SELECT coalesce(max(leaf), -1) + 1 FROM acts_logged");
  std::vector<std::pair<std::int64_t, std::uint64_t>> found;
  log_.archive().each_entry(static_cast<std::uint64_t>(next),
                            [&](std::uint64_t leaf, std::string_view bytes) {
                              const auto number = number_of(audit::parse_entry(bytes).entry.run);
                              if (number) found.emplace_back(*number, leaf);
                            });
  for (const auto& [number, leaf] : found) {
    database_->run("INSERT INTO acts_logged(act, leaf) VALUES(:act, :leaf)", number, leaf);
  }
}

void Acts::flush() {
  recognise_logged();
  std::vector<audit::Entry> waiting;
  std::vector<std::int64_t> numbers;
  const auto rows = database_->rows<std::int64_t, std::string>(
      "SELECT id, content FROM acts WHERE id NOT IN (SELECT act FROM acts_logged) ORDER BY id");
  for (const auto& [number, content] : rows) {
    numbers.push_back(number);
    waiting.push_back(audit::parse_entry(content).entry);
  }
  if (waiting.empty()) return;
  std::uint64_t leaf = log_.append(waiting);
  store::Transaction change(*database_);
  for (const std::int64_t number : numbers) {
    database_->run("INSERT INTO acts_logged(act, leaf) VALUES(:act, :leaf)", number, leaf++);
  }
  change.commit();
}

}  // namespace desk
