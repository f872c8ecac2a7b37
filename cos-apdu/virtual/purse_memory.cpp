// Storage of the purse application and its shared checks.
#include "cos-apdu/virtual/purse_memory.h"

#include "base/core/error.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

RecordId purse_record(Purse purse) {
  return static_cast<RecordId>(record::kPurse + static_cast<Byte>(purse));
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
  base::WipedBytes bytes(proof.begin(), proof.end());
  bytes.push_back(record.tries_left);
  const ByteView key = record.session_key.reveal(ChipMemoryDoor::open());
  bytes.insert(bytes.end(), key.begin(), key.end());
  nvm.put(record::kGreyLock, bytes);
}

Random4 draw_random(Context& card) {
  return base::fixed<4>(card.random(4), "random number");
}

StatusWord check_not_grey(const Nvm& nvm) {
  const bool grey = load_grey(nvm).proof.state == LockState::kGrey;
  return grey ? status::kConditionNotSatisfied : status::kOk;
}

StatusWord check_debit_right(Context& card, Purse purse) {
  return purse == Purse::kDeposit ? check_pin_gate(card) : status::kOk;
}

Mac4 tac_of(Context& card, ByteView input) {
  const auto key = find_key(card, KeyUse::kTac);
  if (!key.is_ok()) base::fail(base::Fault::kNotFound, "the card has no TAC key");
  return crypto::tac4(key.suite, key.key, input);
}

Bytes key_answer(const FoundKey& key) {
  return {key.version, key.algorithm};
}

StatusWord check_money_order(Context& card, KeyUse use, KeyIndex index, ByteView expected,
                             ByteView claimed) {
  const auto holds = [&](const FoundKey&) {
    return base::equal_in_constant_time(expected, claimed);
  };
  const StatusWord word = check_with_key(card, use, index, holds, status::kMacInvalid);
  if (word == status::kMacInvalid && tries_left(card, use, index) == 0) {
    card.nvm.put(record::kBlocked, Bytes{0x01});
    card.commit_now();
  }
  return word;
}

}  // namespace card::chip
