#include "keyceremony/approvals.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/error.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"

namespace keyceremony {

namespace {

using base::Fault;

constexpr std::string_view kDomain = "WK/approve1";
constexpr std::size_t kRequestFacts = 2;  // operation and nonce, before the parameters

const OperationRow* operation_of(const Record& record) {
  const auto* const found = std::ranges::find(kOperations, record.event, &OperationRow::id);
  return found == kOperations.end() ? nullptr : found;
}

const std::string* fact_of(const Record& record, std::string_view key) {
  const auto found = std::ranges::find(record.facts, key, &Facts::value_type::first);
  return found == record.facts.end() ? nullptr : &found->second;
}

bool is_used(const Journal& journal, const std::string& nonce, unsigned before) {
  return std::ranges::any_of(journal.records(), [&](const Record& record) {
    const auto* const named = fact_of(record, "approval");
    return record.number < before && named != nullptr && *named == nonce;
  });
}

// What a journal does to a value must not tell two requests apart.
bool same_parameters(const Record& asked, const Facts& parameters) {
  return std::ranges::equal(
      asked.facts.begin() + kRequestFacts, asked.facts.end(), parameters.begin(), parameters.end(),
      [](const auto& written, const auto& meant) {
        return written.first == meant.first && written.second == as_in_journal(meant.second);
      });
}

// The parameters of an operation's line stand before the nonce.
Facts parameters_of(const Record& done) {
  const auto end = std::ranges::find(done.facts, "approval", &Facts::value_type::first);
  return {done.facts.begin(), end};
}

const Person* person_named(const Plan& plan, const std::string& id) {
  const auto found = std::ranges::find(plan.people, id, [](const Person& p) { return id_of(p); });
  return found == plan.people.end() ? nullptr : &*found;
}

void check_signature(const Journal& journal, const Plan& plan, const Record& asked,
                     const Record& approval) {
  const auto signature =
      base::fixed<64>(base::from_hex(approval.fact("signature"), "signature"), "signature");
  const auto digest = card::layout::signed_digest(plan.id(), kStepApproval, approval_hash(asked));
  if (!crypto::verify_digest(point_of(journal, approval.fact("by")), digest, signature)) {
    base::fail(Fault::kTampered, "{}: line {} is not signed by his card", approval.fact("by"),
               approval.number);
  }
}

bool is_bag_operation(Operation operation) {
  return operation == Operation::kBag || operation == Operation::kAdministratorBag ||
         operation == Operation::kWitnessBag;
}

std::string approvers_of(const OperationRow& row) {
  return fmt::format(
      "{} and {} witness",
      row.first == First::kAdministrator ? "the administrator" : "an internal witness",
      row.second == Second::kExternalWitness ? "an external" : "a");
}

}  // namespace

bool may_give(const Record& asked, std::size_t place, const Person& person) {
  const auto row = std::ranges::find(kOperations, asked.fact("operation"), &OperationRow::id);
  if (row == kOperations.end() || !may_approve(row->operation, place, person.role)) return false;
  const auto* const holder = fact_of(asked, "holder");
  return holder == nullptr || *holder != id_of(person);
}

Operation bag_operation_of(std::string_view holder) {
  const auto is_of = [&](Role role) {
    return holder.starts_with(fmt::format("{}-", row_of(role).id));
  };
  if (is_of(Role::kAdministrator)) return Operation::kAdministratorBag;
  return is_of(Role::kExternalWitness) ? Operation::kWitnessBag : Operation::kBag;
}

Facts facts_of_request(Operation operation, const std::string& nonce, const Facts& parameters) {
  Facts facts{{"operation", std::string(row_of(operation).id)}, {"nonce", nonce}};
  facts.insert(facts.end(), parameters.begin(), parameters.end());
  return facts;
}

Facts facts_of_operation(const std::string& nonce, const Facts& parameters) {
  Facts facts = parameters;
  facts.emplace_back("approval", nonce);
  return facts;
}

crypto::Hash32 approval_hash(const Record& asked) {
  if (asked.event != event::kApprovalAsked || asked.facts.size() < kRequestFacts) {
    base::fail(Fault::kTampered, "journal, line {}: asks for no approval", asked.number);
  }
  std::string text(kDomain);
  for (const auto& [key, value] : asked.facts) text += fmt::format("|{}={}", key, value);
  return crypto::sha256(base::bytes_of(text));
}

const Record* open_request(const Journal& journal, Operation operation, const Facts& parameters) {
  const auto& records = journal.records();
  const auto found = std::find_if(records.rbegin(), records.rend(), [&](const Record& record) {
    return record.event == event::kApprovalAsked &&
           record.fact("operation") == row_of(operation).id &&
           same_parameters(record, parameters) &&
           !is_used(journal, record.fact("nonce"), records.back().number + 1);
  });
  return found == records.rend() ? nullptr : &*found;
}

void check_approved(const Journal& journal, const Plan& plan, const Record& done) {
  const auto* const row = operation_of(done);
  const auto* const nonce = fact_of(done, "approval");
  if (row == nullptr || nonce == nullptr) {
    base::fail(Fault::kRefused, "journal, line {}: nobody approved it", done.number);
  }
  const Record* const asked = journal.find(event::kApprovalAsked, {{"nonce", *nonce}});
  if (asked == nullptr || asked->number > done.number || asked->fact("operation") != row->id ||
      !same_parameters(*asked, parameters_of(done))) {
    base::fail(Fault::kRefused, "journal, line {}: what was approved is not this", done.number);
  }
  if (is_bag_operation(row->operation) && bag_operation_of(done.fact("holder")) != row->operation) {
    base::fail(Fault::kRefused, "journal, line {}: the bag of {} is not its matter", done.number,
               done.fact("holder"));
  }
  if (is_used(journal, *nonce, done.number)) {
    base::fail(Fault::kRefused, "journal, line {}: its approval was used before", done.number);
  }
  std::array<bool, kApprovers> given{};
  for (const Record& record : journal.records()) {
    if (record.event != event::kApproval || record.fact("nonce") != *nonce) continue;
    if (record.number > done.number) break;
    const Person* const by = person_named(plan, record.fact("by"));
    check_signature(journal, plan, *asked, record);
    for (std::size_t place = 0; by != nullptr && place < kApprovers; ++place) {
      given.at(place) = given.at(place) || may_give(*asked, place, *by);
    }
  }
  if (!std::ranges::all_of(given, [](bool place) { return place; })) {
    base::fail(Fault::kRefused, "journal, line {}: '{}' wants {}", done.number, row->english,
               approvers_of(*row));
  }
}

void check_all_approvals(const Journal& journal, const Plan& plan) {
  for (const Record& record : journal.records()) {
    if (operation_of(record) != nullptr) check_approved(journal, plan, record);
  }
}

}  // namespace keyceremony
