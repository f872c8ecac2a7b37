// Cards in PC/SC readers, for a job that wants them by content.
#pragma once

#include <chrono>
#include <optional>

#include "cos-apdu/pcsc/context.h"
#include "issuance/engine/card_finder.h"

namespace issuance {

class ReaderFinder : public CardFinder {
 public:
  // The service is asked at the first card: most commands need no reader.
  explicit ReaderFinder(std::chrono::milliseconds patience) : patience_(patience) {}

  std::unique_ptr<card::Link> find(const Wanted& wanted) override;
  std::unique_ptr<card::Link> look(const Wanted& wanted) override;

 private:
  std::unique_ptr<card::Link> search(const Wanted& wanted, std::chrono::milliseconds patience);

  std::chrono::milliseconds patience_;
  std::optional<card::pcsc::Context> context_;
};

}  // namespace issuance
