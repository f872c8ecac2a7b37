// What an opened mother card writes into a blank, and how it is read back.
#pragma once

#include <vector>

#include "issuance/engine/entries.h"
#include "issuance/engine/exports.h"
#include "issuance/engine/pair_in_hand.h"

namespace issuance {

// One mother card writing for one order.
class Writer {
 public:
  // All outlive the writer; `issuer` is open.
  Writer(Workplace& place, const Order& order, PairInHand& issuer);

  // Relay from the opened stock pair: the blank takes this issuer's transport key. Throws kTampered
  // when the blank does not hold our stock transport key: it was swapped.
  void allot(CardInHand& card, PairInHand& stock);

  // Every key of the export matrix; a slot that holds it already is written again.
  void write_keys(CardInHand& card);

  // The files of a single card, each read back; then the switch to use.
  void write_files(CardInHand& card);
  void switch_to_use(CardInHand& card);

  // Compares the check value of every slot of a single card, or of an opened new mother card, with
  // the issuer's own computation. Throws kTampered naming the first that differs or is missing.
  void compare_slots(CardInHand& card);
  std::vector<CarriedValue> compare_held_keys(const derivation::Serial8& mother,
                                              card::keycards::OpenPair& opened);

  // The card's own word over everything in it, recomputed by the issuer. Throws kTampered.
  FinishedCard compare_tag(CardInHand& card);

 private:
  derivation::ExportHeader header_for(const Carried& key, const CardInHand& card) const;
  crypto::Kcv expected_value(const Carried& key, const derivation::Serial8& card);
  card::OrderMac order_mac(const CardInHand& card);

  Workplace& place_;
  const Order& order_;
  PairInHand& issuer_;
  derivation::Level issuer_level_;
  base::FixedBytes<4> origin_;
  std::uint32_t seq_;
};

// How many acts of the issuing pair's quota a card of this kind takes.
unsigned acts_for(const Order& order, const Workplace& place, const derivation::Serial8& card);

}  // namespace issuance
