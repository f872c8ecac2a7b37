#include "salesdesk/trade/reader.h"

#include <algorithm>
#include <array>
#include <exception>

#include "base/core/error.h"
#include "base/crypto/suite.h"
#include "cos-apdu/reader/pin_text.h"
#include "cos-apdu/reader/results.h"

namespace desk {

namespace {

constexpr std::uint8_t kNoPin = 0xFF;
// Types of wellkey_record that count online.
constexpr std::uint8_t kLoad = 0x02;
constexpr std::uint8_t kReleased = 0x96;

void expect_ok(int result) {
  if (result != WELLKEY_OK) {
    throw base::Error(card::reader::row_of(result).fault, wellkey_error_text());
  }
}

template <std::size_t N>
void put(char (&field)[N], std::string_view text) {
  if (text.size() >= N)
    base::fail(base::Fault::kMalformed, "at most {} characters expected", N - 1);
  std::copy(text.begin(), text.end(), std::begin(field));
  field[text.size()] = '\0';
}

wellkey_topup request_of(const TopUpOrder& order) {
  wellkey_topup request{};
  put(request.card_number, order.card.digits());
  request.amount_fen = order.amount.fen();
  put(request.date, order.date);
  put(request.time, order.time);
  return request;
}

TopUpArmed armed_of(const wellkey_topup& topup) {
  return {topup.online_counter, topup.offline_counter, base::Amount::fen(topup.balance_before_fen),
          topup.terminal,       topup.key_version,     topup.algorithm};
}

TopUpAnswer answer_of(const wellkey_topup& topup, int result) {
  return {static_cast<wellkey_result>(result), topup.outcome,
          base::Amount::fen(topup.balance_after_fen), base::to_hex(topup.tac),
          result == WELLKEY_OK ? "" : wellkey_error_text()};
}

// What the callback needs, and what it could not throw through the C interface.
struct Arming {
  const Reader::OnArmed& armed;
  std::exception_ptr thrown;
};

int on_armed(const wellkey_topup* topup, void* context) {
  auto& arming = *static_cast<Arming*>(context);
  try {
    arming.armed(armed_of(*topup));
    return 0;
  } catch (...) {
    arming.thrown = std::current_exception();
    return 1;
  }
}

struct Proving {
  const base::SecretBytes& key;
  std::exception_ptr thrown;
};

int on_prove(std::uint8_t suite, const std::uint8_t* challenge, std::size_t length,
             std::uint8_t* cryptogram, void* context) {
  auto& proving = *static_cast<Proving*>(context);
  try {
    const auto made = crypto::authentication_cryptogram(static_cast<crypto::SuiteId>(suite),
                                                        proving.key, {challenge, length});
    std::copy(made.begin(), made.end(), cryptogram);
    return 0;
  } catch (...) {
    proving.thrown = std::current_exception();
    return 1;
  }
}

}  // namespace

Reader Reader::open() {
  wellkey_port* port = nullptr;
  expect_ok(wellkey_open_port(&port));
  return Reader(port);
}

CardSeen Reader::look() {
  wellkey_card_state state{};
  expect_ok(wellkey_get_card_state(port_.get(), &state));
  if (state.card_number[0] == '\0') {
    base::fail(base::Fault::kWrongState, "卡片未发行或已作废 / the card is not in use");
  }
  return {base::CardNumber::parse(state.card_number),
          base::CountyCode::parse(state.county),
          state.serial,
          state.key_version,
          base::Amount::fen(state.balance_fen),
          state.lock,
          state.pin_tries == kNoPin ? HolderPin::kNone : HolderPin::kNeeded};
}

wellkey_card_information Reader::information() {
  wellkey_card_information information{};
  expect_ok(wellkey_read_card_information(port_.get(), &information));
  return information;
}

wellkey_lock_state Reader::lock() {
  wellkey_lock_state state{};
  expect_ok(wellkey_get_lock_state(port_.get(), &state));
  return state;
}

std::uint32_t Reader::online_counter() {
  std::array<wellkey_record, WELLKEY_MOST_RECORDS> records{};
  std::size_t count = records.size();
  expect_ok(wellkey_get_records(port_.get(), records.data(), &count, nullptr));
  const auto end = records.begin() + static_cast<std::ptrdiff_t>(count);
  const auto newest = std::find_if(records.begin(), end, [](const wellkey_record& record) {
    return record.type == kLoad || record.type == kReleased;
  });
  return newest == end ? 0 : newest->counter;
}

void Reader::verify_psam_pin(const base::SecretBytes& pin, const base::SecretBytes& terminal_key) {
  wellkey_login login{};
  put(login.pin, card::reader::PinText(pin).c_str());
  Proving proving{terminal_key, nullptr};
  login.prove = terminal_key.empty() ? nullptr : on_prove;
  login.context = &proving;
  const int result = wellkey_psam_verify_pin(port_.get(), &login);
  if (proving.thrown) std::rethrow_exception(proving.thrown);
  expect_ok(result);
}

base::Amount Reader::settle(const LockSettlement& settlement) {
  wellkey_settlement request{};
  put(request.card_number, settlement.card.digits());
  request.amount_fen = settlement.consumed.fen();
  request.offline_counter = settlement.offline_counter;
  put(request.terminal, settlement.terminal);
  request.terminal_counter = settlement.terminal_counter;
  put(request.date, settlement.date);
  put(request.time, settlement.time);
  std::copy(settlement.gmac.begin(), settlement.gmac.end(), std::begin(request.gmac));
  expect_ok(wellkey_settle_lock(port_.get(), &request));
  return base::Amount::fen(request.balance_after_fen);
}

void Reader::modify_psam_keys(base::ByteView package) {
  expect_ok(wellkey_psam_modify_key(port_.get(), package.data(), package.size()));
}

void Reader::issue_tool_card(base::ByteView package) {
  expect_ok(wellkey_issue_tool_card(port_.get(), package.data(), package.size()));
}

wellkey_tool_card Reader::tool_card() {
  wellkey_tool_card card{};
  expect_ok(wellkey_read_tool_card(port_.get(), &card));
  return card;
}

wellkey_release Reader::release(base::ByteView package, const std::string& day,
                                const std::string& time, const base::SecretBytes& user_pin) {
  wellkey_release release{};
  put(release.date, day);
  put(release.time, time);
  put(release.user_pin, card::reader::PinText(user_pin).c_str());
  expect_ok(wellkey_release_lock(port_.get(), package.data(), package.size(), &release));
  return release;
}

TopUpAnswer Reader::top_up(const TopUpOrder& order, const base::SecretBytes& user_pin,
                           const OnArmed& armed) {
  Arming arming{armed, nullptr};
  wellkey_topup request = request_of(order);
  put(request.user_pin, card::reader::PinText(user_pin).c_str());
  request.armed = on_armed;
  request.context = &arming;
  const int result = wellkey_purchase(port_.get(), &request);
  if (arming.thrown) std::rethrow_exception(arming.thrown);
  return answer_of(request, result);
}

TopUpAnswer Reader::outcome_of(const TopUpOrder& order, const TopUpArmed& armed,
                               const base::SecretBytes& user_pin) {
  wellkey_topup torn = request_of(order);
  put(torn.user_pin, card::reader::PinText(user_pin).c_str());
  torn.balance_before_fen = armed.balance_before.fen();
  torn.online_counter = armed.online_counter;
  put(torn.terminal, armed.terminal);
  torn.key_version = static_cast<std::uint8_t>(armed.key_version);
  torn.algorithm = static_cast<std::uint8_t>(armed.algorithm);
  std::array<wellkey_record, WELLKEY_MOST_RECORDS> records{};
  std::size_t count = records.size();
  expect_ok(wellkey_get_records(port_.get(), records.data(), &count, &torn));
  return answer_of(torn, WELLKEY_OK);
}

}  // namespace desk
