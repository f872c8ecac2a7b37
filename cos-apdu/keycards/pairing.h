// How a mother card and its control card become one pair (key-protocol §7).
//
// A lower pair: make_key_pair, install_transport_key, rebase block, set_pin, put_plan, put_set on
// both; the parent's OpenPair::endorse for each and take_endorsement; the mother's keys by
// import_block, both cards' transport, audit-tag and card-control leaves likewise; then make_pair.
// The stock pair and the master control pair have no parent: people compare the fingerprints.
#pragma once

#include "cos-apdu/keycards/key_card.h"

namespace card::keycards {

// K_open and the control card's share under the key agreed between the two cards:
//   wrapped40 mac16
struct PairingPackage {
  layout::PairName pair;
  FixedBytes<56> bytes{};
};

class PairCard : public KeyCard {
 public:
  using KeyCard::KeyCard;

  // kTampered unless it was made for this card, this set and this pair by the issuer whose transport
  // key is in the card.
  void take_endorsement(const layout::Endorsement& endorsement);
};

class MotherCard : public PairCard {
 public:
  using PairCard::PairCard;

  // Stock pair only: makes the stock transport master key inside; answers its check value.
  crypto::Kcv generate_stock_key();

  // PIN. Makes K_open and the two shares, encrypts the key store; personalising → in use. Repeating
  // it before the first opening gives the same package. A lower mother refuses a pair that its
  // parent did not endorse, and any mother refuses while a purpose key is missing.
  PairingPackage make_pair(const layout::PairName& pair);
};

class ControlCard : public PairCard {
 public:
  using PairCard::PairCard;

  // PIN. kTampered unless it came from the mother of the same set. personalising → in use.
  void take_pairing(const PairingPackage& package);
};

// Both halves in the right order; may be repeated after a cut until it succeeds.
void pair_cards(MotherCard& mother, ControlCard& control, const layout::PairName& pair);

}  // namespace card::keycards
