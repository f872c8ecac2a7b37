#include "issuance/engine/entries.h"

namespace issuance {

namespace {

audit::Object object_of(const Order& order) {
  audit::Object object{audit::key_version(order.version)};
  if (order.county) object.push_back(audit::county(*order.county));
  return object;
}

audit::Object object_of(const Order& order, const derivation::Serial8& serial) {
  audit::Object object = object_of(order);
  object.push_back(audit::kind(derivation::byte_of(serial.kind())));
  object.push_back(audit::serial(serial.bytes()));
  if (!order.device.empty()) object.push_back(audit::device(order.device));
  if (order.number) object.push_back(audit::card(*order.number));
  return object;
}

audit::Object object_of(const Order& order, const PairBirth& pair) {
  audit::Object object = object_of(order);
  object.push_back(audit::kind(derivation::byte_of(pair.mother)));
  object.push_back(audit::pair(pair.name.id));
  object.push_back(audit::generation(pair.name.generation));
  return object;
}

audit::Object object_of(const CardRow& card) {
  return {audit::kind(derivation::byte_of(card.serial.kind())), audit::serial(card.serial.bytes())};
}

}  // namespace

audit::Entry log_entry(audit::Act act, const std::string& run, const People& by,
                       audit::Object object) {
  return {act, by, std::move(object), audit::Outcome::kDone, {}, run};
}

Entries begin_entries(const Job& job, const Order& order, const PairId& issuer,
                      const std::vector<derivation::Serial8>& cards) {
  Entries entries;
  if (job.pair) {
    entries.push_back(
        log_entry(audit::Act::kBatchOpened, job.id, order.by, object_of(order, *job.pair)));
  }
  for (const auto& serial : cards) {
    audit::Object object = object_of(order, serial);
    object.push_back(audit::pair(issuer));
    entries.push_back(log_entry(audit::Act::kIssuePending, job.id, order.by, std::move(object)));
  }
  return entries;
}

Entries done_entries(const Job& job, const Order& order, const std::vector<FinishedCard>& cards,
                     const std::vector<CarriedValue>& keys) {
  Entries entries;
  for (const CarriedValue& key : keys) {
    entries.push_back(log_entry(
        audit::Act::kKeyImported, job.id, order.by,
        {audit::serial(key.serial.bytes()), audit::purpose(derivation::byte_of(key.purpose)),
         audit::level(derivation::byte_of(key.level)), audit::check_value(key.value)}));
  }
  if (job.pair) {
    entries.push_back(
        log_entry(audit::Act::kPairBorn, job.id, order.by, object_of(order, *job.pair)));
  }
  for (const FinishedCard& card : cards) {
    audit::Object object = object_of(order, card.serial);
    object.push_back(audit::tag(card.tag));
    if (job.pair) object.push_back(audit::generation(job.pair->name.generation));
    entries.push_back(log_entry(audit::Act::kIssueDone, job.id, order.by, std::move(object)));
  }
  if (job.pair) {
    entries.push_back(log_entry(audit::Act::kBatchClosed, job.id, order.by,
                                {audit::pair(job.pair->name.id), audit::count(cards.size())}));
  }
  return entries;
}

Entries release_entries(const CardRow& card, const People& by, const std::string& reason) {
  const audit::Act act =
      card.state == CardState::kPending ? audit::Act::kIssuePending : audit::Act::kCardReturned;
  audit::Entry released = log_entry(act, card.job, by, object_of(card));
  if (card.state == CardState::kPending) released.outcome = audit::Outcome::kFailed;
  released.reason = reason;
  return {released};
}

Entries reject_entries(const CardRow& card, const People& by, const std::string& reason) {
  audit::Entry rejected = log_entry(audit::Act::kIssueRejected, card.job, by, object_of(card));
  rejected.reason = reason;
  return {rejected};
}

audit::Entry abandon_entry(const Job& job, const People& by, const std::string& reason) {
  audit::Entry given_up =
      log_entry(audit::Act::kBatchClosed, job.id, by, {audit::pair(job.pair.value().name.id)});
  given_up.outcome = audit::Outcome::kFailed;
  given_up.reason = reason;
  return given_up;
}

}  // namespace issuance
