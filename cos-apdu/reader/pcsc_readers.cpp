#include <chrono>

#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/pcsc/find_card.h"
#include "cos-apdu/reader/failure.h"
#include "cos-apdu/reader/readers.h"

namespace card::reader {

namespace {

using layout::CardKind;

class PcscReaders final : public Readers {
 public:
  std::unique_ptr<Link> take(CardKind kind) override {
    auto link = find(kind);
    if (!link) throw Failure(none_of(kind), not_found_);
    // The first one is held by now, so a second look can only find another.
    if (find(kind)) {
      throw Failure(WELLKEY_TWO_CARDS, std::string(derivation::row_of(kind).english));
    }
    return link;
  }

 private:
  std::unique_ptr<Link> find(CardKind kind) {
    const pcsc::WantedCard wanted{
        std::string(derivation::row_of(kind).english), [kind](Session& session) {
          return layout::decode_card_status(get_card_status(session)).kind() == kind;
        }};
    try {
      return pcsc::find_card(context_, wanted, std::chrono::milliseconds{0});
    } catch (const base::Error& error) {
      if (error.fault() != base::Fault::kNotFound) throw;
      not_found_ = error.what();
      return nullptr;
    }
  }

  pcsc::Context context_;
  std::string not_found_;
};

}  // namespace

std::unique_ptr<Readers> pcsc_readers() {
  return std::make_unique<PcscReaders>();
}

}  // namespace card::reader
