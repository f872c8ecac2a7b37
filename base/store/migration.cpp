// Schema steps are kept with their text, so that a step can never change after it was run.
#include "base/store/migration.h"

#include "base/core/error.h"

namespace store {

namespace {

using base::fail;
using base::Fault;

constexpr std::string_view kStepTable =
    "CREATE TABLE IF NOT EXISTS schema_step("
    "number BIGINT PRIMARY KEY, name TEXT NOT NULL, statements TEXT NOT NULL)";

std::string_view text_for(const Migration& step, Engine engine) {
  return engine == Engine::kPostgresql && !step.postgresql_sql.empty() ? step.postgresql_sql
                                                                       : step.sql;
}

void check_numbers(std::span<const Migration> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (std::cmp_not_equal(steps[i].number, i + 1)) {
      fail(Fault::kMalformed, "schema step {} has number {}", i + 1, steps[i].number);
    }
  }
}

[[noreturn]] void fail_newer(std::int64_t number, std::size_t known) {
  fail(Fault::kRefused, "database is at schema step {}, this program knows {} steps", number,
       known);
}

void check_done(Database& database, std::span<const Migration> steps) {
  database.each<std::int64_t, std::string, std::string>(
      "SELECT number, name, statements FROM schema_step ORDER BY number",
      [&](std::int64_t number, const std::string& name, const std::string& statements) {
        if (number < 1 || std::cmp_greater(number, steps.size())) {
          fail_newer(number, steps.size());
        }
        const Migration& step = steps[static_cast<std::size_t>(number - 1)];
        if (text_for(step, database.engine()) != statements) {
          fail(Fault::kTampered, "schema step {} ({}) was run with another text", number, name);
        }
      });
}

void run_step(Database& database, const Migration& step) {
  Transaction change(database);
  // Another program may have run it while this one waited.
  if (schema_number(database) >= step.number) return;
  const std::string_view text = text_for(step, database.engine());
  database.script(text);
  database.run("INSERT INTO schema_step(number, name, statements) VALUES(:number, :name, :text)",
               step.number, step.name, text);
  change.commit();
}

}  // namespace

void refuse_newer(Database& database, std::span<const Migration> steps) {
  const std::int64_t done = schema_number(database);
  if (std::cmp_greater(done, steps.size())) fail_newer(done, steps.size());
}

std::int64_t schema_number(Database& database) {
  return database.value<std::int64_t>("SELECT COALESCE(MAX(number), 0) FROM schema_step");
}

void migrate(Database& database, std::span<const Migration> steps) {
  check_numbers(steps);
  database.script(kStepTable);
  check_done(database, steps);
  const std::int64_t done = schema_number(database);
  if (std::cmp_equal(done, steps.size())) return;
  if (done > 0 && database.engine() == Engine::kSqlite) {
    std::filesystem::path copy = database.path();
    copy += fmt::format(".before-step-{}", done + 1);
    database.backup_to(copy);
  }
  for (const Migration& step : steps) {
    if (step.number > done) run_step(database, step);
  }
}

}  // namespace store
