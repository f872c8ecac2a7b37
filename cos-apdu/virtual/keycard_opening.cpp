// Opening a mother card by its control card, and the control card's word for each act.
//
// Both prove K_open over both ephemeral points and both random numbers; then the control card's
// share travels under the agreed key. Nothing of it can be used again: the ephemerals are erased.
#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_memory.h"

namespace card::chip::keycard {
namespace {

constexpr std::size_t kPairBytes = layout::kPairNameBytes;
constexpr std::size_t kRandomBytes = 16;

using layout::OpeningExchange;
using Side = layout::PairSide;

OpeningExchange seen_by(Side side, const Opening& opening) {
  if (side == Side::kMother)
    return {opening.ephemeral.point, opening.peer, opening.random, opening.peer_random};
  return {opening.peer, opening.ephemeral.point, opening.peer_random, opening.random};
}

FixedBytes<16> proof(const Context& card, Side of, const OpeningExchange& exchange) {
  const auto pair = load_pair(card);
  return crypto::cmac16(transport_suite_of(card), pair.open,
                        layout::opening_message(of, pair.name, exchange));
}

Opening new_opening(const Context& card, ByteView order_and_count) {
  Opening opening;
  opening.ephemeral = crypto::P256Pair::generate();
  opening.random = base::fixed<kRandomBytes>(card.random(kRandomBytes));
  opening.context = base::concat({layout::encode(load_pair(card).name), order_and_count});
  opening.count = base::Reader(order_and_count.last(2)).u16();
  return opening;
}

void take_peer(Opening& opening, base::Reader& in) {
  opening.peer = crypto::point_of_bytes(in.take(layout::kPointBytes));
  opening.peer_random = in.fixed<kRandomBytes>();
}

Opening& running(Context& card) {
  auto& opening = keycard_ram(card).opening;
  if (!opening) base::fail(base::Fault::kWrongState, "no opening is under way");
  return *opening;
}

layout::Sealing sealing_of(const Opening& opening) {
  return {opening.ephemeral.scalar, opening.peer, layout::seal_name::kOpen, opening.context};
}

void become_open(Context& card, base::SecretBytes session) {
  auto& ram = keycard_ram(card);
  ram.session = std::move(session);
  ram.opening.reset();
  card.ram.pair_open = true;
}

void close(Context& card) {
  auto& ram = keycard_ram(card);
  ram.session.clear();
  ram.pair_key.clear();
  card.ram.pair_open = false;
}

}  // namespace

Answer open_begin(Context& card, const CommandApdu& command) {
  close(card);
  if (card.nvm.get(record::kOpenTries).front() == 0) return refused(status::kAuthenticationBlocked);
  auto& opening = keycard_ram(card).opening.emplace(new_opening(card, command.data));
  return done(base::concat({opening.ephemeral.point, opening.random}));
}

Answer open_answer(Context& card, const CommandApdu& command) {
  close(card);
  base::Reader in(command.data, "opening");
  const auto pair = in.take(kPairBytes);
  Opening opening = new_opening(card, ByteView(command.data).last(34));
  take_peer(opening, in);
  const auto mac = proof(card, Side::kControl, seen_by(Side::kControl, opening));
  const auto answer = base::concat({opening.ephemeral.point, opening.random, mac});
  // Answered even to another pair's mother, so that she can count the attempt; the share is not.
  if (base::equal(pair, layout::encode(load_pair(card).name)))
    keycard_ram(card).opening.emplace(std::move(opening));
  return done(answer);
}

Answer open_check(Context& card, const CommandApdu& command) {
  auto& opening = running(card);
  base::Reader in(command.data, "opening");
  take_peer(opening, in);
  auto tries = card.nvm.get(record::kOpenTries).front();
  if (tries == 0) return refused(status::kAuthenticationBlocked);
  --tries;
  card.nvm.put(record::kOpenTries, Bytes{tries});
  card.commit_now();
  const auto exchange = seen_by(Side::kMother, opening);
  if (!base::equal_in_constant_time(proof(card, Side::kControl, exchange), in.rest())) {
    keycard_ram(card).opening.reset();
    return refused(status::tries_left(tries));
  }
  card.nvm.put(record::kOpenTries, Bytes{layout::kOpenTries});
  opening.peer_proved = true;
  const auto mac = proof(card, Side::kMother, exchange);
  return done({mac.begin(), mac.end()});
}

Answer open_share(Context& card, const CommandApdu& command) {
  auto& opening = running(card);
  const auto expected = proof(card, Side::kMother, seen_by(Side::kControl, opening));
  require_equal(expected, command.data, "the mother's proof");
  const auto sealing = sealing_of(opening);
  const auto answer = sealing.seal({}, load_pair(card).share);
  auto& ram = keycard_ram(card);
  ram.acts_left = opening.count;
  ram.last_act = 0;
  become_open(card, sealing.session_key());
  return done(answer);
}

Answer open_finish(Context& card, const CommandApdu& command) {
  auto& opening = running(card);
  if (!opening.peer_proved) return refused(status::kConditionNotSatisfied);
  const auto sealing = sealing_of(opening);
  const auto share = sealing.open({}, command.data);
  keycard_ram(card).pair_key = crypto::xor_of(load_pair(card).share, share);
  become_open(card, sealing.session_key());
  card.nvm.erase(record::kPairingPackage);
  // AES-KW holds only under the right pair key: a wrong share opens nothing.
  const auto own = load_own_key(card, derivation::Purpose::kTransport);
  return done(base::concat({card.nvm.get(record::kNextAct), own.origin}));
}

Answer authorise(Context& card, const CommandApdu& command) {
  auto& ram = keycard_ram(card);
  const ByteView header32 = ByteView(command.data).first(32);
  const auto act = base::Reader(ByteView(command.data).last(4)).u32();
  if (ram.acts_left == 0 || act <= ram.last_act) return refused(status::kConditionNotSatisfied);
  --ram.acts_left;
  ram.last_act = act;
  const auto mac = layout::act_authorisation(ram.session, header32, act);
  return done({mac.begin(), mac.end()});
}

}  // namespace card::chip::keycard
