// The link to a card in a real reader.
#pragma once

#include <memory>
#include <string>

#include "cos-apdu/link.h"
#include "cos-apdu/pcsc/context.h"

namespace card::pcsc {

// Holds the card for itself from construction to destruction: exclusive, one transaction, so that
// nothing volatile in the card is lost between two commands of a job. The card is powered off
// at the end, whoever comes next finds it closed.
class PcscLink : public Link {
 public:
  // Throws kDeviceLost without a card, kConflict when another program holds it, kNotFound for an
  // unknown reader, kUnavailable without the service.
  PcscLink(const Context& context, std::string reader);
  ~PcscLink() override;

  // kUnavailable: the service is gone, the command was not sent. kUncertain also when the call
  // succeeded with fewer than two bytes.
  base::Bytes transmit(base::ByteView apdu) override;

  // Also makes the link usable again after the card was removed and came back, or was reset by
  // another program; the caller must ask whether it is the same card.
  void reset() override;

  std::string name() const override { return reader_; }

 private:
  void begin_transaction();

  Context context_;
  std::string reader_;
  long handle_ = 0;             // SCARDHANDLE
  unsigned long protocol_ = 0;  // the one that the ATR decided
};

}  // namespace card::pcsc
