// Entries one a line, notes and proofs as they are.
#include "audit/commands/read.h"

#include "audit/entry.h"
#include "audit/proof.h"
#include "audit/statement.h"
#include "audit/tiles.h"
#include "base/core/durable_file.h"
#include "base/core/error.h"

namespace audit::commands {

namespace {

std::string line_of(std::uint64_t index, const Record& record) {
  const Entry& entry = record.entry;
  const ActRow& act = row_of(entry.act);
  std::string line =
      fmt::format("{:>6} {} {} {} {}", index, base::format(record.stamp.time), act.name,
                  act.chinese, kOutcomeNames.at(static_cast<std::size_t>(entry.outcome)));
  for (const Person& person : entry.by) {
    line += fmt::format(" by={}/{}", row_of(person.role).name, person.id);
  }
  for (const Item& item : entry.object) {
    std::visit(
        [&](const auto& value) { line += fmt::format(" {}={}", row_of(item.field()).name, value); },
        item.value());
  }
  if (!entry.run.empty()) line += " run=" + entry.run;
  if (!entry.reason.empty()) line += " reason=" + entry.reason;
  return line;
}

}  // namespace

void show(const ShowOptions& options) {
  Archive archive = open_log(options.log);
  const std::string wanted(options.act.empty() ? "" : row_of(parse_act(options.act)).name);
  archive.each_entry(parse_decimal(options.from), [&](std::uint64_t index, std::string_view bytes) {
    const Record record = parse_entry(bytes);
    if (!wanted.empty() && row_of(record.entry.act).name != wanted) return;
    fmt::print("{}\n",
               options.output == Output::kJson ? std::string(bytes) : line_of(index, record));
  });
}

void print_checkpoint(const std::string& log) {
  Archive archive = open_log(log);
  const auto newest = archive.newest();
  if (!newest) base::fail(base::Fault::kNotFound, "the log has no checkpoint");
  fmt::print("{}", archive.cosigned_checkpoint(newest->range.size()));
}

void print_proof(const std::string& log, const std::string& index) {
  Archive archive = open_log(log);
  fmt::print("{}", format(prove(archive, parse_decimal(index))));
}

void write_tile_files(const std::string& log, const std::string& folder) {
  std::error_code absent;
  if (std::filesystem::equivalent(folder, log_path(log).replace_extension(), absent)) {
    base::fail(base::Fault::kRefused, "{} is the log's own folder", folder);
  }
  Archive archive = open_log(log);
  fmt::print("{} tiles written\n", write_tiles(archive, folder));
}

void check_proof(const CheckOptions& options) {
  const ProofFile proof = parse_proof(base::read_text_file(options.proof));
  std::string entry = base::read_text_file(options.entry);
  if (entry.ends_with('\n')) entry.pop_back();
  require_proves(proof, base::bytes_of(entry), key_of(options.key));
  fmt::print("entry {} is in the log\n", proof.index);
}

void check_statement(const StatementOptions& options) {
  const Statement statement = parse_statement(base::read_text_file(options.statement));
  require_signed(statement);
  Archive archive = open_log(options.log);
  const std::uint64_t index = entry_of(archive, statement);
  require_proves(prove(archive, index), base::bytes_of(archive.entry(index)), key_of(options.key));
  for (const Fact& fact : statement.facts) fmt::print("{} {}\n", fact.name, fact.value);
  fmt::print("the statement holds: {}, log entry {}, signed by role cards {} and {}\n",
             row_of(statement.act).name, index, base::to_hex(statement.officers.at(0).card),
             base::to_hex(statement.officers.at(1).card));
}

}  // namespace audit::commands
