#include "issuance/readers.h"

#include "base/core/error.h"
#include "cos-apdu/keycards/read_status.h"
#include "cos-apdu/pcsc/find_card.h"

namespace issuance {

std::unique_ptr<card::Link> ReaderFinder::search(const Wanted& wanted,
                                                 std::chrono::milliseconds patience) {
  if (!context_) context_.emplace();
  return card::pcsc::find_card(
      *context_,
      {wanted.what,
       [&](card::Session& session) { return wanted.fits(card::keycards::read_status(session)); }},
      patience);
}

std::unique_ptr<card::Link> ReaderFinder::find(const Wanted& wanted) {
  return search(wanted, patience_);
}

std::unique_ptr<card::Link> ReaderFinder::look(const Wanted& wanted) {
  try {
    return search(wanted, std::chrono::milliseconds(0));
  } catch (const base::Error& error) {
    if (error.fault() == base::Fault::kNotFound) return nullptr;
    throw;
  }
}

}  // namespace issuance
