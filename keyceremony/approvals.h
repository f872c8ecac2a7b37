// What two people approve with their cards, who they are, and what they sign.
//
// The line "approval-asked" of the journal holds the operation, a nonce that the station draws, and
// the operation's parameters. Each approver's card signs
//   planId | 02 | SHA-256("WK/approve1|" | the facts of that line, with bars between)
// The operation's own line repeats the parameters and names the nonce: an approval is good for one
// operation with these parameters, once.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto/hash.h"
#include "keyceremony/journal.h"
#include "keyceremony/plan.h"
#include "keyceremony/roles.h"

namespace keyceremony {

inline constexpr base::Byte kStepApproval = 0x02;

class Scene;

enum class Operation : std::uint8_t {
  kException,
  kBreak,
  kBreakEnd,
  kDeputy,
  kBag,
  kAdministratorBag,
  kWitnessBag,
  kAbort,
};

// The two approvers. Nobody approves his own bag.
enum class First : std::uint8_t { kAdministrator, kInternalWitness };
enum class Second : std::uint8_t { kEitherWitness, kExternalWitness };

struct OperationRow {
  Operation operation;
  std::string_view id;  // and the event of its line
  std::string_view english;
  std::string_view chinese;
  First first;
  Second second;
};

// Who sits and what lay in a bag are told to strangers, so that a stranger saw it.
inline constexpr std::array kOperations = {
    OperationRow{Operation::kException, "exception-accepted", "go on after an exception",
                 "异常后继续", First::kAdministrator, Second::kEitherWitness},
    OperationRow{Operation::kBreak, "break", "take a break", "暂停仪式", First::kAdministrator,
                 Second::kEitherWitness},
    OperationRow{Operation::kBreakEnd, "break-ended", "go on after a break", "暂停后继续",
                 First::kAdministrator, Second::kEitherWitness},
    OperationRow{Operation::kDeputy, "deputy-seated", "a deputy takes a seat", "候补入席",
                 First::kAdministrator, Second::kExternalWitness},
    OperationRow{Operation::kBag, "bag-accepted", "accept a bag of another number",
                 "接受不同编号的封袋", First::kAdministrator, Second::kExternalWitness},
    OperationRow{Operation::kAdministratorBag, "administrator-bag-accepted",
                 "accept another number on the administrator's bag", "接受管理员不同编号的封袋",
                 First::kInternalWitness, Second::kExternalWitness},
    OperationRow{Operation::kWitnessBag, "witness-bag-accepted",
                 "accept another number on an external witness's bag",
                 "接受外部见证人不同编号的封袋", First::kAdministrator, Second::kEitherWitness},
    OperationRow{Operation::kAbort, "aborted", "give the ceremony up", "中止仪式",
                 First::kAdministrator, Second::kEitherWitness},
};

constexpr const OperationRow& row_of(Operation operation) {
  return kOperations.at(static_cast<std::size_t>(operation));
}

static_assert([] {
  for (std::size_t at = 0; at < kOperations.size(); ++at) {
    if (static_cast<std::size_t>(kOperations.at(at).operation) != at) return false;
  }
  return true;
}());

inline constexpr std::size_t kApprovers = 2;

// Whether this role may be the first (0) or the second (1) approver.
constexpr bool may_approve(Operation operation, std::size_t place, Role role) {
  if (place == 0) {
    return role == (row_of(operation).first == First::kAdministrator ? Role::kAdministrator
                                                                     : Role::kInternalWitness);
  }
  return role == Role::kExternalWitness ||
         (role == Role::kInternalWitness && row_of(operation).second == Second::kEitherWitness);
}

// The same for the line that asks: whoever's bag it is about is no approver.
bool may_give(const Record& asked, std::size_t place, const Person& person);

// Which of the three bag operations takes another number for this holder.
Operation bag_operation_of(std::string_view holder);

// The facts of the line that asks, and of the operation's line.
Facts facts_of_request(Operation operation, const std::string& nonce, const Facts& parameters);
Facts facts_of_operation(const std::string& nonce, const Facts& parameters);

// Asks the two approvers for their cards, unless a cut left the same request half
// answered, and journals each signature. Gives the facts of the operation's line. Their bags are
// opened for it when they still are closed.
Facts approve(Scene& scene, Operation operation, const Facts& parameters);

// Over the facts of a line "approval-asked". Throws kTampered for another line.
crypto::Hash32 approval_hash(const Record& asked);

// The newest request for this operation with these parameters that nothing has used yet; nullptr
// when there is none.
const Record* open_request(const Journal& journal, Operation operation, const Facts& parameters);

// Throws kRefused when the line `done` of an operation names no approval, one of another operation or
// of other parameters, a holder whose bag is not its matter, one that an earlier line used, or one without two people who may give it;
// kTampered when a signature is not that of the approver's card.
void check_approved(const Journal& journal, const Plan& plan, const Record& done);

// The same for every operation in the journal.
void check_all_approvals(const Journal& journal, const Plan& plan);

}  // namespace keyceremony
