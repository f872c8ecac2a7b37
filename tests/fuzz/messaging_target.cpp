// Secure messaging in every suite, from both ends.
#include "base/core/error.h"
#include "cos-apdu/secure_messaging.h"
#include "cos-apdu/virtual/door.h"
#include "tests/fuzz/targets.h"
#include "tests/hostile/guarded_card.h"
#include "tests/hostile/oracle.h"

namespace fuzz {
namespace {

using base::Bytes;
using base::ByteView;
using hostile::claim;

struct Parts {
  crypto::SuiteId suite;
  crypto::Key key;
  Bytes challenge;
  card::CommandApdu command;
};

Parts parts_of(hostile::Choices& choices) {
  Parts parts{.suite = crypto::kSuites.at(choices.byte() % crypto::kSuites.size()).id,
              .key = base::SecretBytes::copy_of(choices.bytes(crypto::kKeyBytes)),
              .challenge = {},
              .command = {.name = "fuzzed"}};
  parts.challenge = choices.bytes(card::sm_challenge_bytes(parts.suite));
  parts.command.cla = choices.byte();
  parts.command.ins = choices.byte();
  parts.command.p1 = choices.byte();
  parts.command.p2 = choices.byte();
  parts.command.with(choices.prefixed());
  return parts;
}

// The fuzzer cannot make a MAC, so what it sends must not pass.
void refuses_foreign(const card::SecureMessaging& messaging, const card::CommandApdu& command) {
  const auto passed = messaging.checked(command);
  if (passed)
    claim(messaging
                  .with_mac([&] {
                    auto plain = command;
                    plain.data = *passed;
                    return plain;
                  }())
                  .data == command.data,
          "what passes has the MAC of its data");
  if (messaging.deciphered(command)) claim(passed.has_value(), "deciphered only under its MAC");
  try {
    messaging.checked_answer(command.data);
  } catch (const base::Error& error) {
    claim(error.fault() == base::Fault::kTampered, error.what());
  }
}

void gives_back_own(const card::SecureMessaging& messaging, const Parts& parts) {
  const auto sealed = messaging.with_mac(parts.command);
  const auto plain = messaging.checked(sealed);
  claim(plain && *plain == parts.command.data, "a sealed command comes back");
  const auto hidden = messaging.enciphered(parts.command);
  const auto shown = messaging.deciphered(hidden);
  claim(shown && base::equal(shown->reveal(card::ChipMemoryDoor::open()), parts.command.data),
        "an enciphered command comes back");
  auto bent = sealed;
  bent.data.back() ^= 0x01U;
  claim(!messaging.checked(bent), "a bent MAC does not hold");
  auto elsewhere = sealed;
  elsewhere.p2 ^= 0x01U;
  claim(!messaging.checked(elsewhere), "a MAC holds for its own command only");
  const auto answer = messaging.answer_with_mac(parts.command.data);
  claim(base::equal(messaging.checked_answer(answer), parts.command.data), "an answer comes back");
}

}  // namespace

void messaging(ByteView input) {
  hostile::Choices choices(input);
  const auto parts = parts_of(choices);
  const card::SecureMessaging messaging(parts.suite, parts.key, parts.challenge);
  refuses_foreign(messaging, parts.command);
  try {
    gives_back_own(messaging, parts);
  } catch (const base::Error& error) {
    const bool too_long = parts.command.data.size() + 24 > card::kShortData;
    claim(too_long && error.fault() == base::Fault::kMalformed, error.what());
  }
}

}  // namespace fuzz
