// The protected WRITE KEY of cards on sale, in two makers' forms: what a terminal sends, and what the
// card reads in it.
#pragma once

#include <array>

#include "cos-apdu/layout/key_types.h"
#include "cos-apdu/secure_messaging.h"
#include "tests/suites/case_fields.h"

namespace suites {

// The control key, the draw, and P1 and P2.
struct WriteKey {
  crypto::Key control;
  Bytes challenge;
  card::layout::KeyTarget target;
};

inline WriteKey take_write_key(CaseFields& in) {
  auto control = in.secret();
  auto challenge = in.bytes();
  const auto type = in.u8();
  return {std::move(control), std::move(challenge), {.type = type, .number = in.u8()}};
}

struct Sent {
  Bytes data;
  card::layout::KeyEntry read;
};

inline Sent send(crypto::SuiteId suite, const WriteKey& to, ByteView plain) {
  const card::SecureMessaging messaging(suite, to.control, to.challenge);
  const auto command = messaging.protect({.name = "WRITE KEY",
                                          .cla = 0x84,
                                          .ins = 0xD4,
                                          .p1 = to.target.type,
                                          .p2 = to.target.number,
                                          .data = {plain.begin(), plain.end()}},
                                         card::Protection::kEncipheredMac);
  const auto opened = messaging.unprotect(command, card::Protection::kEncipheredMac);
  if (!opened) base::fail(base::Fault::kTampered, "the card does not open the command");
  return {{command.data.begin(), command.data.end()},
          card::layout::decode_key_entry(to.target, *opened)};
}

// type1 use1 change1 version1 algorithm1 key16; answers what was sent, then type1 number1 use1
// change1 version1 algorithm1 and the key as the card read them.
inline Bytes write_key_fmcos(crypto::SuiteId suite, CaseFields& in) {
  const auto to = take_write_key(in);
  base::Writer plain;
  plain.u8(to.target.type);
  for (int field = 0; field < 4; ++field) plain.u8(in.u8());
  const auto sent = send(suite, to, plain.bytes(in.fixed<16>()).view());
  const auto& header = sent.read.header;
  return base::Writer()
      .bytes(sent.data)
      .u8(static_cast<base::Byte>(header.type))
      .u8(sent.read.number)
      .u8(header.use_right)
      .u8(header.change_right)
      .u8(header.version)
      .u8(header.algorithm)
      .bytes(answer(sent.read.value))
      .take();
}

// version1 algorithm1 counter1 state1 key16; the same fields are read.
inline Bytes write_key_huada(crypto::SuiteId suite, CaseFields& in) {
  const auto to = take_write_key(in);
  base::Writer plain;
  for (int field = 0; field < 4; ++field) plain.u8(in.u8());
  const auto sent = send(suite, to, plain.bytes(in.fixed<16>()).view());
  const auto& header = sent.read.header;
  return base::Writer()
      .bytes(sent.data)
      .u8(header.version)
      .u8(header.algorithm)
      .u8(header.counter)
      .u8(header.post_state)
      .bytes(answer(sent.read.value))
      .take();
}

inline constexpr std::array kInteroperabilityFormulas = {
    Formula{"write-key-fmcos", write_key_fmcos},
    Formula{"write-key-huada", write_key_huada},
};

}  // namespace suites
