// Storage of the purse application and its shared checks.
#include "cos-apdu/virtual/purse_memory.h"

#include "base/core/error.h"
#include "cos-apdu/virtual/cos_choice.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/file_system.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

RecordId purse_record(Purse purse) {
  return static_cast<RecordId>(record::kPurse + static_cast<Byte>(purse));
}

Random4 draw_random(Context& card) {
  return base::fixed<4>(card.random(4), "random number");
}

// keyVersion1 algorithm1
Bytes key_answer(const FoundKey& key) {
  return {key.version, key.algorithm};
}

}  // namespace

PurseRecord load_purse(const Nvm& nvm, Purse purse) {
  const ByteView bytes = nvm.get(purse_record(purse));
  if (bytes.empty()) return {};
  base::Reader in(bytes, "purse record");
  PurseRecord out;
  out.balance = base::Amount::of_card(in.take(4));
  out.offline_sn = in.u16();
  out.online_sn = in.u16();
  out.overdraft = in.u24();
  in.finish();
  return out;
}

void store_purse(Nvm& nvm, Purse purse, const PurseRecord& record) {
  base::Writer out;
  out.bytes(record.balance.card_bytes()).u16(record.offline_sn).u16(record.online_sn);
  nvm.put(purse_record(purse), out.u24(record.overdraft).view());
}

std::optional<ProofRecord> load_proof(const Nvm& nvm) {
  const ByteView bytes = nvm.get(record::kProof);
  if (bytes.empty()) return std::nullopt;
  base::Reader in(bytes, "proof record");
  ProofRecord out;
  out.type = static_cast<TransactionType>(in.u8());
  out.sn = in.u16();
  out.mac = in.fixed<4>();
  out.tac = in.fixed<4>();
  in.finish();
  return out;
}

void store_proof(Nvm& nvm, const ProofRecord& record) {
  base::Writer out;
  out.u8(byte_of(record.type)).u16(record.sn).bytes(record.mac).bytes(record.tac);
  nvm.put(record::kProof, out.view());
}

GreyRecord load_grey(const Nvm& nvm) {
  const ByteView bytes = nvm.get(record::kGreyLock);
  GreyRecord out;
  if (bytes.empty()) return out;
  base::Reader in(bytes, "grey lock record");
  out.proof = decode_lock_proof(in.take(kLockProofBytes));
  out.tries_left = in.u8();
  out.session_key = base::SecretBytes::copy_of(in.rest());
  return out;
}

void store_grey(Nvm& nvm, const GreyRecord& record) {
  const Bytes proof = encode(record.proof);
  const ByteView key = record.session_key.reveal(ChipMemoryDoor::open());
  base::WipedBytes bytes;
  bytes.reserve(proof.size() + 1 + key.size());
  bytes.insert(bytes.end(), proof.begin(), proof.end());
  bytes.push_back(record.tries_left);
  bytes.insert(bytes.end(), key.begin(), key.end());
  nvm.put(record::kGreyLock, std::move(bytes));
}

StatusWord check_not_grey(const Nvm& nvm) {
  const bool grey = load_grey(nvm).proof.state == LockState::kGrey;
  return grey ? status::kConditionNotSatisfied : status::kOk;
}

StatusWord check_purse(Context& card, Purse purse) {
  if (!is_interoperability(card.nvm)) return status::kOk;
  const auto file = find_by_id(card, static_cast<Byte>(purse));
  if (!file || file->type != FileType::kPurse) return status::kFileNotFound;
  return is_permitted(card, file->read_access) ? status::kOk : status::kSecurityNotSatisfied;
}

StatusWord check_debit_right(Context& card, Purse purse) {
  if (const auto word = check_purse(card, purse); !word.is_ok()) return word;
  return purse == Purse::kDeposit ? check_pin_gate(card) : status::kOk;
}

Pending read_order(const CommandApdu& command, PendingKind kind, KeyUse use, TransactionType type) {
  base::Reader in(command.data, "INITIALIZE");
  Pending pending{.kind = kind, .use = use, .key_index = in.u8(), .purse = purse_of(command)};
  pending.order.amount = base::Amount::of_card(in.take(4));
  pending.order.type = type;
  pending.order.terminal = in.fixed<6>();
  return pending;
}

Pending read_terminal(const CommandApdu& command, PendingKind kind, KeyUse use,
                      TransactionType type) {
  base::Reader in(command.data, "INITIALIZE");
  Pending pending{.kind = kind, .use = use, .key_index = in.u8(), .purse = purse_of(command)};
  pending.order.type = type;
  pending.order.terminal = in.fixed<6>();
  return pending;
}

FoundKey open_online(Context& card, const PurseRecord& record, Pending& pending) {
  if (const auto word = check_purse(card, pending.purse); !word.is_ok()) return {.status = word};
  auto key = find_key(card, pending.use, pending.key_index);
  if (!key.is_ok()) return key;
  if (record.online_sn == kLastSn) {
    key.status = status::kCounterAtMaximum;
    return key;
  }
  pending.random = draw_random(card);
  pending.sn = record.online_sn;
  pending.suite = key.suite;
  pending.session_key = purse::online_session_key(key.suite, key.key, pending.random, pending.sn);
  return key;
}

Answer offer_online(Context& card, Pending pending, const FoundKey& key, ByteView head,
                    ByteView mac1_input) {
  const auto mac1 = crypto::mac4(key.suite, pending.session_key, mac1_input);
  Bytes answer = base::concat({head, key_answer(key), pending.random, mac1});
  card.ram.of<PurseState>().leave(std::move(pending));
  return done(std::move(answer));
}

Answer offer_offline(Context& card, Pending pending, const PurseRecord& record) {
  if (const auto word = check_purse(card, pending.purse); !word.is_ok()) return refused(word);
  const auto key = find_key(card, pending.use, pending.key_index);
  if (!key.is_ok()) return refused(key.status);
  if (record.offline_sn == kLastSn) return refused(status::kCounterAtMaximum);
  pending.random = draw_random(card);
  pending.sn = record.offline_sn;
  base::Writer out;
  out.bytes(record.balance.card_bytes()).u16(record.offline_sn).u24(record.overdraft);
  out.bytes(key_answer(key)).bytes(pending.random);
  card.ram.of<PurseState>().leave(std::move(pending));
  return done(out.take());
}

Mac4 tac_of(Context& card, ByteView input) {
  const auto key = find_key(card, KeyUse::kTac);
  if (!key.is_ok()) base::fail(base::Fault::kNotFound, "the card has no TAC key");
  return crypto::tac4(key.suite, key.key, input);
}

StatusWord check_host_mac(Context& card, const Pending& pending, ByteView expected,
                          ByteView claimed) {
  const bool equal = base::equal_in_constant_time(expected, claimed);
  if (cos_choice<MacTries>(card.nvm) == MacTries::kUnlimited)
    return equal ? status::kOk : status::kMacInvalid;
  // The last try blocks in the commit that counts it, and a right MAC opens in the commit that gives
  // the tries back: a cut must not part the two.
  const bool is_last = tries_left(card, pending.use, pending.key_index) == 1;
  if (is_last) card.nvm.put(record::kBlocked, Bytes{0x01});
  const auto holds = [&](const FoundKey&) {
    if (is_last && equal) card.nvm.erase(record::kBlocked);
    return equal;
  };
  return check_with_key(card, pending.use, pending.key_index, holds, status::kMacInvalid);
}

void book(Context& card, const PurseRecord& after, CardSn sn_before, const purse::Order& order,
          const base::CardTime& at) {
  const bool counted = cos_choice<RecordSn>(card.nvm) == RecordSn::kAfter;
  append_detail(
      card, encode(TransactionRecord{.sn = static_cast<CardSn>(counted ? sn_before + 1 : sn_before),
                                     .overdraft = after.overdraft,
                                     .amount = order.amount,
                                     .type = order.type,
                                     .terminal = order.terminal,
                                     .at = at}));
}

}  // namespace card::chip
