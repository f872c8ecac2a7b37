// What a card tells anybody who asks, without a PIN and without changing it.
#pragma once

#include <optional>
#include <vector>

#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/layout/field_card.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/session.h"
#include "cos-apdu/user_card.h"

namespace card::show {

// Of a user card. Unset is what it does not hold yet, or does not tell while it is blocked.
struct PurseFacts {
  std::optional<layout::ApplicationInfo> application;
  std::optional<layout::Holder> holder;
  std::optional<layout::IrrigationData> irrigation;
  std::optional<base::Amount> balance;
  std::optional<LockProof> lock;
  std::vector<TransactionRecord> transactions;  // newest first
  bool blocked = false;                         // by APPLICATION BLOCK, until it is unblocked
};

// Of a PSAM or ESAM.
struct ModuleFacts {
  std::optional<TerminalNumber> terminal;
  std::optional<layout::SamCounters> counters;  // of a PSAM
  std::optional<layout::LoadCeiling> ceiling;   // of a PSAM
};

// Of a tool, key modify or key restore card.
struct FieldFacts {
  std::optional<layout::Grant> grant;
  std::optional<layout::UseCounters> counters;
};

struct CardFacts {
  layout::CardStatus status;
  PurseFacts purse{};
  ModuleFacts module{};
  FieldFacts field{};
};

// nullopt for a card that does not answer GET CARD STATUS as cards of this system do. Errors of the
// link pass through.
std::optional<CardFacts> look(Session& session);

}  // namespace card::show
