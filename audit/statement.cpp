#include "audit/statement.h"

#include <algorithm>
#include <optional>

#include "audit/entry.h"
#include "base/core/error.h"
#include "base/core/format_version.h"

namespace audit {

namespace {

using base::Fault;

constexpr std::string_view kFormatName = "wellkey statement";
constexpr std::int64_t kFormat = 1;
constexpr std::string_view kSigned = "signed ";
constexpr std::string_view kHashLabel = "WK/statement1";
constexpr std::size_t kLeastLines = 2 + 2 * kStatementOfficers;

template <std::size_t N>
std::string lower_hex(const base::FixedBytes<N>& bytes) {
  return base::to_hex(bytes, base::HexCase::kLower);
}

void require_line(const Fact& fact) {
  const auto is_printed = [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte >= 0x20 && byte != 0x7F;
  };
  const bool named = !fact.name.empty() && fact.name.find(' ') == std::string::npos;
  if (named && !fact.value.empty() && std::ranges::all_of(fact.name, is_printed) &&
      std::ranges::all_of(fact.value, is_printed)) {
    return;
  }
  base::fail(Fault::kMalformed, "statement: a fact is a name and a value on one line");
}

std::string body_of(const Statement& statement) {
  std::string body =
      fmt::format("{} {}\nact {}\n", kFormatName, kFormat, row_of(statement.act).name);
  for (const Fact& fact : statement.facts) {
    require_line(fact);
    body += fmt::format("{} {}\n", fact.name, fact.value);
  }
  for (const StatementOfficer& officer : statement.officers) {
    body += fmt::format("officer {} {} {}\n", base::to_hex(officer.card), lower_hex(officer.point),
                        lower_hex(officer.plan_id));
  }
  return body;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) base::fail(Fault::kMalformed, "statement: no last newline");
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

Fact fact_of(const std::string& line) {
  const std::size_t space = line.find(' ');
  if (space == std::string::npos) {
    base::fail(Fault::kMalformed, "statement: expected a name and a value in '{}'", line);
  }
  return {line.substr(0, space), line.substr(space + 1)};
}

StatementOfficer officer_of(const std::string& line) {
  const Fact officer = fact_of(line);
  const Fact card = fact_of(officer.value);
  const Fact keys = fact_of(card.value);
  return {base::fixed<8>(base::from_hex(card.name), "role card"),
          crypto::point_of_bytes(base::from_hex(keys.name)),
          base::fixed<32>(base::from_hex(keys.value), "plan id")};
}

bool names_officers(const Entry& entry, const Statement& statement) {
  return std::ranges::all_of(statement.officers, [&](const StatementOfficer& officer) {
    return std::ranges::any_of(entry.by, [&](const Person& person) {
      return person.id == base::to_hex(officer.card) && person.role == Role::kKeyOfficer;
    });
  });
}

}  // namespace

crypto::Hash32 hash_of(const Statement& statement) {
  return crypto::sha256(base::bytes_of(std::string(kHashLabel) + body_of(statement)));
}

std::string format(const Statement& statement) {
  std::string text = body_of(statement);
  for (const auto& signature : statement.signatures) {
    text += fmt::format("{}{}\n", kSigned, lower_hex(signature));
  }
  return text;
}

Statement parse_statement(std::string_view text) {
  const std::vector<std::string> lines = lines_of(text);
  base::require_first_line(lines.empty() ? std::string() : lines.front(), kFormatName, kFormat);
  if (lines.size() < kLeastLines) base::fail(Fault::kMalformed, "statement: it is cut off");
  Statement statement;
  statement.act = parse_act(fact_of(lines.at(1)).value);
  const std::size_t officers = lines.size() - 2 * kStatementOfficers;
  for (std::size_t at = 2; at < officers; ++at) statement.facts.push_back(fact_of(lines.at(at)));
  for (std::size_t at = 0; at < kStatementOfficers; ++at) {
    statement.officers.at(at) = officer_of(lines.at(officers + at));
    const Fact signature = fact_of(lines.at(officers + kStatementOfficers + at));
    statement.signatures.at(at) = base::fixed<64>(base::from_hex(signature.value), "signature");
  }
  if (format(statement) != text) {
    base::fail(Fault::kMalformed, "statement: not in the form in which it is written");
  }
  return statement;
}

void require_signed(const Statement& statement) {
  const auto& [one, other] = statement.officers;
  if (one.card == other.card || one.point == other.point) {
    base::fail(Fault::kRefused, "statement: one card signs twice, expected two officers");
  }
  const crypto::Hash32 hash = hash_of(statement);
  for (std::size_t at = 0; at < kStatementOfficers; ++at) {
    const StatementOfficer& officer = statement.officers.at(at);
    const auto digest =
        crypto::sha256(base::Writer().bytes(officer.plan_id).u8(kStatementStep).bytes(hash).view());
    if (crypto::verify_digest(officer.point, digest, statement.signatures.at(at))) continue;
    base::fail(Fault::kTampered, "statement: the signature of role card {} does not hold",
               base::to_hex(officer.card));
  }
}

std::uint64_t entry_of(Archive& archive, const Statement& statement) {
  const Item wanted = hash(hash_of(statement));
  std::optional<std::uint64_t> found;
  archive.each_entry(0, [&](std::uint64_t index, std::string_view bytes) {
    const Entry entry = parse_entry(bytes).entry;
    if (entry.act != statement.act || entry.outcome != Outcome::kDone) return;
    if (std::ranges::find(entry.object, wanted) == entry.object.end()) return;
    if (names_officers(entry, statement)) found = index;
  });
  if (!found) base::fail(Fault::kTampered, "no entry of the log carries this statement");
  return *found;
}

}  // namespace audit
