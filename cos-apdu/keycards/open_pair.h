// A mother card opened by its control card: no key, MAC or order leaves it without the control card's
// word for that very act, and no more than the batch order allows (key-protocol §7). The delivery to
// a token is bound by the plan instead (MasterControlCard::deliver).
#pragma once

#include <optional>

#include "cos-apdu/keycards/key_card.h"
#include "cos-apdu/layout/export_matrix.h"
#include "cos-apdu/layout/keycard_commands.h"
#include "derivation/factor.h"
#include "derivation/import_block.h"

namespace card::keycards {

struct PairPins {
  const base::SecretBytes& mother;
  const base::SecretBytes& control;
};

// What this opening is for: the hash of the order that two people released, and how many acts
// (exports, relays, endorsements, MACs, void orders) it covers.
struct BatchOrder {
  crypto::Hash32 hash{};
  std::uint16_t count = 0;
};

class OpenPair {
 public:
  // Verifies both PINs and runs the opening. Both sessions outlive the object. Throws kRefused for a
  // wrong PIN, kTampered for a control card of another pair or generation (counted in the mother;
  // ten in a row block it, kRefused), kWrongState for a card that is void or not in use.
  OpenPair(Session& mother, Session& control, const PairPins& pins, const BatchOrder& order);

  // Closes: resets both cards, which forget the opened keys.
  ~OpenPair();
  OpenPair(const OpenPair&) = delete;
  OpenPair& operator=(const OpenPair&) = delete;

  // The mother's, as it was at opening.
  const layout::CardStatus& status() const { return status_; }

  unsigned acts_left() const { return acts_left_; }

  // The first four bytes of the origin id of the mother's keys; zeros for a stock pair.
  const FixedBytes<4>& origin() const { return origin_; }

  // Method 01. Of the mother's own key; of the key one level below it. No act is counted. Throws
  // kRefused when the factor is not exactly one level down.
  crypto::Kcv check_value(derivation::Purpose purpose);
  crypto::Kcv check_value(derivation::Purpose purpose, const derivation::Factor& factor);

  // One act. The key of header.purpose, wrapped for the card header.target under its transport key
  // below this mother. Without a factor: a copy of the mother's own key; with one: the key one level
  // down. header.version is the factor's for a province or county, else the mother's own. The card
  // refuses (6985) what is not in the export matrix, and (6A80) a header that contradicts the key.
  derivation::ImportBlockBytes export_key(const derivation::ExportHeader& header,
                                          const std::optional<derivation::Factor>& factor);

  // One act for mac. Card control, meter parameters, PSAM and ESAM control only; at most 255 bytes
  // less 28. Without a factor under the mother's own key.
  FixedBytes<16> mac(derivation::Purpose purpose, const std::optional<derivation::Factor>& factor,
                     ByteView message);

  // Throws kTampered when the MAC does not hold.
  void verify(derivation::Purpose purpose, const std::optional<derivation::Factor>& factor,
              ByteView message, const FixedBytes<16>& mac);

  // The tag that the card of `input` must have computed. No act is counted.
  derivation::AuditTag tag(const derivation::TagInput& input);

  // One act each. The word of this level for a set of two cards, made for one of them.
  layout::Endorsement endorse(const derivation::Serial8& target, const crypto::Hash32& fingerprint,
                              const layout::PairName& pair);

  // One act. For the card `target` of a pair one level below.
  layout::VoidOrder void_order(const derivation::Serial8& target, const layout::PairName& pair,
                               std::uint64_t log_index);

  // The stock pair, one act each: a blank's stock transport key, encrypted to the blank's own point;
  // and the same key for another mother that will allot the blank.
  layout::InstallPackage export_transport_key(const derivation::Serial8& blank,
                                              const crypto::PublicPoint& point);
  derivation::ImportBlockBytes relay(const derivation::Serial8& to_mother,
                                     const derivation::Serial8& blank);

  // Any other mother, one act: takes a relay block made for it and answers the block that allots the
  // blank to it (its transport key below this mother, under the stock transport key). seq is above
  // the blank's last one for this slot.
  derivation::ImportBlockBytes rebase(const derivation::ImportBlockBytes& relay_block,
                                      std::uint32_t seq = 1);

 private:
  void open(const PairPins& pins, const BatchOrder& order);
  void close() noexcept;
  Bytes authorised(layout::KeycardCommandId id, ByteView data, base::Byte p2 = 0);

  Session& mother_;
  Session& control_;
  layout::CardStatus status_;
  unsigned acts_left_ = 0;
  std::uint32_t next_act_ = 0;
  FixedBytes<4> origin_{};
};

// The same as the constructor, for callers that read better this way.
OpenPair open_pair(Session& mother, Session& control, const PairPins& pins,
                   const BatchOrder& order);

}  // namespace card::keycards
