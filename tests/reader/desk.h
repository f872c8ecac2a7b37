// A desk of one county over emulated chips.
#pragma once

#include <algorithm>

#include <doctest/doctest.h>

#include "cos-apdu/reader/port.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/reader/chip_readers.h"
#include "tests/support/c_field.h"

namespace test {

using support::put;

struct Seen {
  int calls = 0;
  int answer = 0;
  wellkey_topup topup{};
};

inline int on_armed(const wellkey_topup* topup, void* context) {
  auto& seen = *static_cast<Seen*>(context);
  ++seen.calls;
  seen.topup = *topup;
  return seen.answer;
}

inline wellkey_topup order(std::int64_t fen, Seen& seen) {
  wellkey_topup topup{};
  topup.amount_fen = fen;
  put(topup.date, "20260715");
  put(topup.time, "083000");
  topup.armed = on_armed;
  topup.context = &seen;
  return topup;
}

// A desk's key, as the context of the proof.
struct TerminalKey {
  crypto::Key key;
  bool has_it = true;
  int asked = 0;
};

inline int prove_terminal(std::uint8_t suite, const std::uint8_t* challenge, std::size_t length,
                          std::uint8_t* cryptogram, void* context) {
  auto& terminal = *static_cast<TerminalKey*>(context);
  ++terminal.asked;
  if (!terminal.has_it) return 1;
  const Bytes made = crypto::authentication_cryptogram(static_cast<crypto::SuiteId>(suite),
                                                       terminal.key, {challenge, length});
  std::copy(made.begin(), made.end(), cryptogram);
  return 0;
}

inline int verify_pin(wellkey_port* port, std::string_view pin, int* tries_left = nullptr) {
  wellkey_login login{};
  pin.copy(login.pin, sizeof login.pin - 1);
  const int result = wellkey_psam_verify_pin(port, &login);
  if (tries_left != nullptr) *tries_left = login.tries_left;
  return result;
}

// A desk of one county: its PSAM open, one user card on the reader.
struct Desk {
  County county{crypto::SuiteId::kAes128};
  std::unique_ptr<Card> user = issue_user_card(county);
  std::unique_ptr<Card> psam = issue_psam(county, usual_ceiling());
  Counter counter{&user->chip(), &psam->chip(), nullptr, {}, 0};
  wellkey_port port{std::make_unique<ChipReaders>(counter)};

  Desk() { REQUIRE(verify_pin(&port, kPsamPin) == WELLKEY_OK); }

  std::int64_t on_card() {
    counter.again();
    wellkey_card_state state{};
    REQUIRE(wellkey_get_card_state(&port, &state) == WELLKEY_OK);
    return state.balance_fen;
  }
};

inline bool says(std::string_view part) {
  return std::string_view(wellkey_error_text()).find(part) != std::string_view::npos;
}

}  // namespace test
