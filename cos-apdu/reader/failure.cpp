#include "cos-apdu/reader/failure.h"

#include "cos-apdu/pcsc/outcome.h"

namespace card::reader {

namespace {

std::string sentence(const ResultRow& row, const std::string& detail) {
  const std::string both = fmt::format("{} / {}", row.chinese, row.english);
  return detail.empty() ? both : fmt::format("{}: {}", both, detail);
}

wellkey_result result_of(Fault fault) {
  switch (fault) {
    case Fault::kMalformed:
      return WELLKEY_BAD_ARGUMENT;
    case Fault::kUnavailable:
      return WELLKEY_SERVICE_GONE;
    case Fault::kDeviceLost:
      return WELLKEY_CARD_REMOVED;
    case Fault::kUncertain:
      return WELLKEY_NOT_TRANSACTED;
    case Fault::kTampered:
      return WELLKEY_MAC_REFUSED;
    case Fault::kNotFound:
      return WELLKEY_NO_CARD;
    case Fault::kConflict:
      return WELLKEY_TWO_CARDS;
    case Fault::kWrongState:
    case Fault::kRefused:
      return WELLKEY_CARD_REFUSED;
  }
  return WELLKEY_INTERNAL;
}

wellkey_result result_of(const pcsc::CallError& error) {
  using pcsc::Loss;
  switch (error.loss()) {
    case Loss::kRemoved:
      return WELLKEY_CARD_REMOVED;
    case Loss::kReset:
      return WELLKEY_CARD_RESET;
    case Loss::kNotTransacted:
      return WELLKEY_NOT_TRANSACTED;
    case Loss::kShort:
      return WELLKEY_SHORT_ANSWER;
    case Loss::kServiceGone:
      return WELLKEY_SERVICE_GONE;
    case Loss::kOther:
      break;
  }
  return result_of(error.fault());
}

}  // namespace

Failure::Failure(wellkey_result result, const std::string& detail)
    : base::Error(row_of(result).fault, sentence(row_of(result), detail)), result_(result) {}

wellkey_result result_of(const base::Error& error) {
  if (const auto* failure = dynamic_cast<const Failure*>(&error)) return failure->result();
  if (const auto* call = dynamic_cast<const pcsc::CallError*>(&error)) return result_of(*call);
  return result_of(error.fault());
}

bool is_loss(const base::Error& error) {
  if (dynamic_cast<const Failure*>(&error) != nullptr) return false;
  return error.fault() == Fault::kDeviceLost || error.fault() == Fault::kUncertain ||
         error.fault() == Fault::kUnavailable;
}

}  // namespace card::reader
