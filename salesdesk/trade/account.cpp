#include "salesdesk/trade/account.h"

#include "base/core/error.h"
#include "base/crypto/random.h"

namespace desk {

namespace {

using base::Fault;

std::string moment(std::string_view date, std::string_view time) {
  return fmt::format("{}-{}-{} {}:{}:{}", date.substr(0, 4), date.substr(4, 2), date.substr(6, 2),
                     time.substr(0, 2), time.substr(2, 2), time.substr(4, 2));
}

void require_review(const Applicant& applicant, const Shift& shift) {
  if (applicant.name.empty()) base::fail(Fault::kMalformed, "请填写户名 / a name is expected");
  if (applicant.approved_by.empty()) {
    base::fail(Fault::kRefused, "申请须经审核 / the applicant has not been approved by anybody");
  }
  if (applicant.approved_by == shift.clerk) {
    base::fail(Fault::kRefused,
               "审核人不能是售电员本人 / the clerk cannot approve the applicant as well");
  }
}

}  // namespace

std::string lock_text(const wellkey_lock_state& lock) {
  const std::string since = moment(lock.date, lock.time);
  return fmt::format(
      "卡片已加灰锁：机井终端 {0}，自 {1} 起。请到该机井再刷卡结算，或先导入该表抄表数据后在此解扣 "
      "/ "
      "the card is locked by the well with terminal {0} since {1}: tap it there again to settle, "
      "or "
      "harvest that meter and settle it here",
      lock.terminal, since);
}

void require_own_card(Desk& desk, Reader& reader, const CardSeen& card) {
  const base::CountyCode& own = desk.settings().county;
  if (card.county != own) {
    base::fail(
        Fault::kRefused,
        "外县卡：卡属 {0}，本台属 {1}，请到发卡县办理 / the card belongs to county {0}, this "
        "desk to {1}: go to the county that issued it",
        card.county.digits(), own.digits());
  }
  if (card.lock == WELLKEY_LOCK_GREY) {
    base::fail(Fault::kWrongState, "{}", lock_text(reader.lock()));
  }
}

void require_account(Desk& desk, const base::CardNumber& card) {
  const auto count = desk.database().value<std::int64_t>(
      "SELECT count(*) FROM accounts WHERE card = :card", card.digits());
  if (count == 0) {
    base::fail(Fault::kNotFound, "该卡未开户 / card {} has no account at this desk", card.masked());
  }
}

CardSeen open_account(Desk& desk, Reader& reader, const Applicant& applicant) {
  const Shift shift = require_shift(desk);
  require_review(applicant, shift);
  CardSeen card = reader.look();
  require_own_card(desk, reader, card);
  if (card.balance != base::Amount{}) {
    base::fail(Fault::kRefused, "新卡余额应为零 / a new card must be empty, this one holds {} yuan",
               base::format(card.balance));
  }
  const base::UtcTime now = desk.now();
  const audit::Disclosure person = audit::person_of(applicant.name + "\n" + applicant.identity_no);
  store::Database& books = desk.database();
  store::Transaction change(books);
  const auto known = books.value<std::int64_t>("SELECT count(*) FROM accounts WHERE card = :card",
                                               card.number.digits());
  if (known != 0) base::fail(Fault::kConflict, "该卡已开户 / the card has an account already");
  const auto id = books.value<std::int64_t>("SELECT coalesce(max(id), 0) + 1 FROM customers");
  books.run(
      "INSERT INTO customers(id, name, identity_no, village, approved_by, salt, created) "
      "VALUES(:id, :name, :identity, :village, :approved, :salt, :created)",
      id, applicant.name, applicant.identity_no, applicant.village, applicant.approved_by,
      base::ByteView(person.salt), base::format(now));
  books.run(
      "INSERT INTO accounts(card, customer, chip_serial, key_version, opened, operator, shift) "
      "VALUES(:card, :customer, :serial, :version, :opened, :operator, :shift)",
      card.number.digits(), id, card.chip_serial, card.key_version, base::format(now), shift.clerk,
      shift.id);
  desk.acts().record(now, {.act = audit::Act::kAccountOpened,
                           .by = {person_of(shift), {applicant.approved_by, audit::Role::kClerk}},
                           .object = {audit::card(card.number), audit::account(std::to_string(id)),
                                      audit::person(person)},
                           .reason = {},
                           .run = {}});
  change.commit();
  desk.acts().flush();
  return card;
}

}  // namespace desk
