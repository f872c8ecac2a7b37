// Mother card and control card become one pair.
#include "cos-apdu/keycards/pairing.h"

#include "cos-apdu/keycards/exchange.h"

namespace card::keycards {

void PairCard::take_endorsement(const layout::Endorsement& endorsement) {
  exchange(session(), KeycardCommandId::kTakeEndorsement, layout::encode(endorsement));
}

crypto::Kcv MotherCard::generate_stock_key() {
  return crypto::kcv_of_bytes(exchange(session(), KeycardCommandId::kGenerateStockKey));
}

PairingPackage MotherCard::make_pair(const layout::PairName& pair) {
  const auto answer = exchange(session(), KeycardCommandId::kMakePair, layout::encode(pair));
  return {pair, base::fixed<56>(answer, "pairing package")};
}

void ControlCard::take_pairing(const PairingPackage& package) {
  exchange(session(), KeycardCommandId::kTakePairing,
           base::concat({layout::encode(package.pair), package.bytes}));
}

void pair_cards(MotherCard& mother, ControlCard& control, const layout::PairName& pair) {
  control.take_pairing(mother.make_pair(pair));
}

}  // namespace card::keycards
