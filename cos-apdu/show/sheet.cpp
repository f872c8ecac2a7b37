// Lines and objects.
#include "cos-apdu/show/sheet.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace card::show {
namespace {

using nlohmann::json;

constexpr std::size_t kShownDigits = 4;
constexpr std::size_t kShownTransactions = 10;

struct TypeName {
  TransactionType type;
  std::string_view english;
  std::string_view chinese;
};

constexpr std::array kTypeNames = {
    TypeName{TransactionType::kLoadDeposit, "load", "圈存"},
    TypeName{TransactionType::kLoadWallet, "load", "圈存"},
    TypeName{TransactionType::kUnload, "unload", "圈提"},
    TypeName{TransactionType::kCash, "cash", "取现"},
    TypeName{TransactionType::kPurchaseDeposit, "purchase", "消费"},
    TypeName{TransactionType::kPurchaseWallet, "purchase", "消费"},
    TypeName{TransactionType::kOverdraft, "overdraft limit", "修改透支限额"},
    TypeName{TransactionType::kComposite, "composite purchase", "复合消费"},
    TypeName{TransactionType::kGreyLockDeposit, "grey lock", "灰锁"},
    TypeName{TransactionType::kGreyLockWallet, "grey lock", "灰锁"},
    TypeName{TransactionType::kUnlockDeposit, "debit for unlock", "解扣"},
    TypeName{TransactionType::kUnlockWallet, "debit for unlock", "解扣"},
    TypeName{TransactionType::kGreyUnlockDeposit, "grey unlock", "联机解灰"},
    TypeName{TransactionType::kGreyUnlockWallet, "grey unlock", "联机解灰"},
};

std::string words_of(TransactionType type) {
  for (const auto& row : kTypeNames)
    if (row.type == type) return fmt::format("{} {}", row.english, row.chinese);
  return fmt::format("type {:02X}", byte_of(type));
}

// 20260715 as 2026-07-15
std::string date_text(const FixedBytes<4>& date) {
  const auto digits = base::to_hex(date);
  return fmt::format("{}-{}-{}", digits.substr(0, 4), digits.substr(4, 2), digits.substr(6, 2));
}

std::string time_text(const base::CardTime& at) {
  const auto digits = base::to_hex(at.time);
  return fmt::format("{} {}:{}:{}", date_text(at.date), digits.substr(0, 2), digits.substr(2, 2),
                     digits.substr(4, 2));
}

std::string masked_serial(const layout::CardStatus& status) {
  std::string serial = format(status.serial);
  if (status.kind() != derivation::CardKind::kUser) return serial;
  return "…" + serial.substr(serial.size() - kShownDigits);
}

std::string_view lock_words(LockState state) {
  switch (state) {
    case LockState::kClear:
      return "not locked 未锁";
    case LockState::kGrey:
      return "grey 灰锁";
    case LockState::kTacUnread:
      return "settled, TAC unread 已解扣，TAC未读";
  }
  return "";
}

bool was_ever_locked(const LockProof& proof) {
  return proof.terminal != TerminalNumber{};
}

class Lines {
 public:
  void add(std::string_view label, const std::string& value) {
    text_ += fmt::format("{}: {}\n", label, value);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_status(Lines& lines, const layout::CardStatus& status) {
  const auto& kind = derivation::row_of(status.kind());
  const auto& life = layout::life_cycle_of_byte(static_cast<Byte>(status.life_cycle));
  lines.add("card 卡", fmt::format("{} {} {}", kind.english, kind.chinese, masked_serial(status)));
  lines.add("life cycle 生命周期",
            fmt::format("{} {}, {}", life.name, life.chinese,
                        status.has(layout::kFlagLive) ? "live 正式" : "rehearsal 演练"));
  if (status.county != FixedBytes<3>{}) lines.add("county 县", base::to_hex(status.county));
  if (status.version != 0) lines.add("key version 密钥版本", fmt::format("{}", status.version));
  if (status.pair_id != FixedBytes<8>{})
    lines.add("pair 卡对",
              fmt::format("{}, generation 代 {}", base::to_hex(status.pair_id), status.generation));
  lines.add("PIN 密码", status.pin_tries == layout::kNoPin
                            ? "none 未设"
                            : fmt::format("{} tries left 剩余次数", status.pin_tries));
}

void add_lock(Lines& lines, const LockProof& proof) {
  std::string value(lock_words(proof.state));
  if (proof.state == LockState::kGrey)
    value += fmt::format(", terminal 终端 {} since 自 {}", base::to_hex(proof.terminal),
                         time_text(proof.at));
  else if (was_ever_locked(proof))
    value +=
        fmt::format(", last 上次 terminal 终端 {}, {} yuan 元, {}", base::to_hex(proof.terminal),
                    base::format(proof.amount), time_text(proof.at));
  lines.add("lock 锁", value);
}

void add_purse(Lines& lines, const PurseFacts& purse) {
  if (purse.application) {
    lines.add("number 卡号", purse.application->number.masked());
    lines.add("valid 有效期", fmt::format("{} to 至 {}", date_text(purse.application->valid_from),
                                          date_text(purse.application->valid_until)));
  }
  if (purse.holder && !purse.holder->name.empty()) lines.add("holder 持卡人", purse.holder->name);
  if (purse.irrigation && purse.irrigation->well_group != 0)
    lines.add("well group 井组", fmt::format("{}", purse.irrigation->well_group));
  if (purse.balance)
    lines.add("balance 余额", fmt::format("{} yuan 元", base::format(*purse.balance)));
  if (purse.lock) add_lock(lines, *purse.lock);
  std::size_t shown = 0;
  for (const auto& record : purse.transactions) {
    if (++shown > kShownTransactions) break;
    lines.add("transaction 交易",
              fmt::format("{} {}, {} yuan 元, terminal 终端 {}, number 序号 {}",
                          time_text(record.at), words_of(record.type), base::format(record.amount),
                          base::to_hex(record.terminal), record.sn));
  }
}

void add_module(Lines& lines, const ModuleFacts& module) {
  if (module.terminal) lines.add("terminal 终端", base::to_hex(*module.terminal));
  if (!module.counters || !module.ceiling) return;
  lines.add("ceiling used 已用限额",
            fmt::format("{} of {} yuan 元, {} of {} loads 次",
                        base::format(module.counters->loaded), base::format(module.ceiling->money),
                        module.counters->loads, module.ceiling->count));
  lines.add("valid 有效期", fmt::format("{} to 至 {}", date_text(module.ceiling->valid_from),
                                        date_text(module.ceiling->valid_until)));
}

void add_field(Lines& lines, const FieldFacts& field) {
  if (!field.grant) return;
  if (field.grant->subtype != layout::ToolSubtype::kNone) {
    const auto& tool = layout::tool_of_byte(static_cast<Byte>(field.grant->subtype));
    lines.add("tool 工具", fmt::format("{} {}", tool.english, tool.chinese));
  }
  lines.add("valid 有效期", fmt::format("{} to 至 {}", date_text(field.grant->valid_from),
                                        date_text(field.grant->valid_until)));
  if (field.counters)
    lines.add("uses 使用次数", fmt::format("{} of {}", field.counters->used, field.grant->uses));
}

json transactions_of(const PurseFacts& purse) {
  auto rows = json::array();
  for (const auto& record : purse.transactions)
    rows.push_back({{"at", time_text(record.at)},
                    {"type", fmt::format("{:02X}", byte_of(record.type))},
                    {"fen", record.amount.fen()},
                    {"terminal", base::to_hex(record.terminal)},
                    {"number", record.sn}});
  return rows;
}

json lock_of(const LockProof& proof) {
  json lock{{"state", fmt::format("{:02X}", static_cast<Byte>(proof.state))}};
  if (!was_ever_locked(proof)) return lock;
  lock["terminal"] = base::to_hex(proof.terminal);
  lock["at"] = time_text(proof.at);
  lock["fen"] = proof.amount.fen();
  return lock;
}

void add_purse(json& object, const PurseFacts& purse) {
  if (purse.application) {
    object["number"] = purse.application->number.digits();
    object["valid_until"] = date_text(purse.application->valid_until);
  }
  if (purse.holder && !purse.holder->name.empty()) object["holder"] = purse.holder->name;
  if (purse.balance) object["balance_fen"] = purse.balance->fen();
  if (purse.lock) object["lock"] = lock_of(*purse.lock);
  object["transactions"] = transactions_of(purse);
}

void add_module(json& object, const ModuleFacts& module) {
  if (module.terminal) object["terminal"] = base::to_hex(*module.terminal);
  if (!module.counters || !module.ceiling) return;
  object["ceiling"] = {{"fen", module.ceiling->money.fen()},
                       {"fen_used", module.counters->loaded.fen()},
                       {"loads", module.ceiling->count},
                       {"loads_used", module.counters->loads},
                       {"valid_until", date_text(module.ceiling->valid_until)}};
}

void add_field(json& object, const FieldFacts& field) {
  if (!field.grant) return;
  object["valid_until"] = date_text(field.grant->valid_until);
  object["uses"] = field.grant->uses;
  if (field.counters) object["uses_used"] = field.counters->used;
}

}  // namespace

std::string text_of(const Sight& sight) {
  Lines lines;
  lines.add("reader 读卡器", sight.reader);
  if (sight.facts) {
    add_status(lines, sight.facts->status);
    add_purse(lines, sight.facts->purse);
    add_module(lines, sight.facts->module);
    add_field(lines, sight.facts->field);
  } else {
    lines.add("ATR", base::to_hex(sight.atr));
  }
  const ConditionRow& row = row_of(sight.condition);
  lines.add("condition 状态", fmt::format("{} {}", row.english, row.chinese));
  lines.add("what to do 怎么办", fmt::format("{}\n  {}", row.next, row.next_chinese));
  return lines.take();
}

json json_of(const Sight& sight) {
  json object{{"reader", sight.reader},
              {"atr", base::to_hex(sight.atr)},
              {"condition", row_of(sight.condition).id}};
  if (!sight.facts) return object;
  const layout::CardStatus& status = sight.facts->status;
  object["kind"] = derivation::row_of(status.kind()).id;
  object["serial"] = format(status.serial);
  object["life_cycle"] = layout::format(status.life_cycle);
  object["live"] = status.has(layout::kFlagLive);
  object["county"] = base::to_hex(status.county);
  object["key_version"] = status.version;
  if (status.pin_tries != layout::kNoPin) object["pin_tries"] = status.pin_tries;
  if (status.pair_id != FixedBytes<8>{}) object["pair"] = base::to_hex(status.pair_id);
  if (status.kind() == derivation::CardKind::kUser) add_purse(object, sight.facts->purse);
  add_module(object, sight.facts->module);
  add_field(object, sight.facts->field);
  return object;
}

}  // namespace card::show
