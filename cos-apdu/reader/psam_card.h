// The desk's PSAM: held from the first function that needs it until the port is closed, so that its PIN
// state lasts. Refusals come as Failure; a PSAM that went away is Failure WELLKEY_NO_PSAM.
#pragma once

#include <functional>
#include <string>

#include "cos-apdu/layout/field_package.h"
#include "cos-apdu/psam_release.h"
#include "cos-apdu/reader/held_card.h"

namespace card::reader {

class PsamCard {
 public:
  explicit PsamCard(std::unique_ptr<Link> link);

  const layout::CardStatus& status() const { return card_.status(); }

  const TerminalNumber& terminal() const { return terminal_; }

  // Asks a PSAM that is bound to its desk for the proof; an empty one throws WELLKEY_TERMINAL_NEEDED.
  void prove_terminal(const TerminalProof& proof);

  // Fills tries_left before it throws WELLKEY_PIN_WRONG.
  void verify_pin(const base::SecretBytes& digits, int& tries_left);

  Mac4 make_mac2(const SamLoadRequest& request);
  Verdict verify_tac(const TacClaim& claim);
  SamPurchaseAnswer begin_purchase(const SamPurchaseRequest& request);
  Verdict end_purchase(const Mac4& mac2);
  Mac4 begin_release(const SamReleaseRequest& request);
  Verdict end_release(const Mac4& mac3);

  // Throws Failure WELLKEY_OTHER_CARD, WELLKEY_KEY_VERSION, WELLKEY_MAC_REFUSED.
  void update_keys(const layout::KeyPackage& package);

  // It went away: its PIN state is gone, whatever lies there now.
  bool is_lost() const { return is_lost_; }

 private:
  template <typename Ask>
  auto ask(Ask question);

  HeldCard card_;
  bool is_lost_ = false;
  TerminalNumber terminal_{};
};

}  // namespace card::reader
