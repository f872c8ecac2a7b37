// Known-answer probes of a token.
#include "base/hsm/probe.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/core/error.h"

namespace hsm {
namespace {

using base::Fault;

// FIPS 197 appendix C.1: AES-128 of 00112233…EEFF under 000102…0F. RFC 3394 §4.1: the same key
// wraps the same bytes. NIST SP 800-38B D.1: CMAC of one block. DES: the key whose check value
// 08D7B4 payment documents use; its other values come from the openssl command.
constexpr std::string_view kAesKey = "000102030405060708090A0B0C0D0E0F";
constexpr std::string_view kData = "00112233445566778899AABBCCDDEEFF";
constexpr std::string_view kWrapped = "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5";
constexpr std::string_view kCmacKey = "2B7E151628AED2A6ABF7158809CF4F3C";
constexpr std::string_view kCmacMessage = "6BC1BEE22E409F96E93D7E117393172A";
constexpr std::string_view kCmac = "070A16B46B4D4144F79BDD9DD04A287C";

struct SuiteProbe {
  crypto::SuiteId suite;
  KeyType type;
  Usage usage;
  std::string_view key;
  std::string_view check_value;        // E(key, 0), left 3
  std::string_view child_check_value;  // E(child, 0), left 3; child = E(key, kData)
};

constexpr std::array kSuiteProbes = {
    SuiteProbe{crypto::SuiteId::kAes128, KeyType::kAes128, Usage::kDeriveAes, kAesKey, "C6A13B",
               "BC0AF6"},
    SuiteProbe{crypto::SuiteId::kTdes2, KeyType::kDes2, Usage::kDeriveDes3,
               "0123456789ABCDEFFEDCBA9876543210", "08D7B4", "2B7BDA"},
};

base::Bytes hex(std::string_view text) {
  return base::from_hex(text, "probe value");
}

void expect(base::ByteView found, std::string_view expected) {
  if (!base::equal(found, hex(expected)))
    base::fail(Fault::kTampered, "gives {}, expected {}", base::to_hex(found), expected);
}

KeyRules rules(KeyType type, Usage usage, Extraction extraction = Extraction::kNever) {
  return {type, usage, Lifetime::kSession, extraction, "probe"};
}

SessionKey known(Session& session, std::string_view value, const KeyRules& with) {
  return {session, session.import_public_value(hex(value), with)};
}

void probe_derive(Session& session, const SuiteProbe& row) {
  const auto parent = known(session, row.key, rules(row.type, row.usage));
  const SessionKey child(
      session, session.derive(parent.handle(), row.usage, hex(kData), rules(row.type, row.usage)));
  expect(session.check_value(child.handle(), row.usage), row.child_check_value);
}

void probe_check_value(Session& session, const SuiteProbe& row) {
  const auto key = known(session, row.key, rules(row.type, row.usage));
  expect(session.check_value(key.handle(), row.usage), row.check_value);
}

void probe_wrap(Session& session, const SuiteProbe& row) {
  const auto wrapping = known(session, kAesKey, rules(KeyType::kAes128, Usage::kWrap));
  const auto aes =
      known(session, kData, rules(KeyType::kAes128, Usage::kDeriveAes, Extraction::kWrapped));
  expect(session.wrap(wrapping.handle(), aes.handle()), kWrapped);
  // Every kind of key of the suite must be taken; 3DES keys are refused by some tokens.
  const auto content = known(session, row.key, rules(row.type, row.usage, Extraction::kWrapped));
  session.wrap(wrapping.handle(), content.handle());
}

void probe_unwrap(Session& session, const SuiteProbe& row) {
  const auto wrapping = known(session, kAesKey, rules(KeyType::kAes128, Usage::kWrap));
  const auto unwrapping = known(session, kAesKey, rules(KeyType::kAes128, Usage::kUnwrap));
  const auto content = known(session, row.key, rules(row.type, row.usage, Extraction::kWrapped));
  const auto blob = session.wrap(wrapping.handle(), content.handle());
  const SessionKey back(session,
                        session.unwrap(unwrapping.handle(), blob, rules(row.type, row.usage)));
  expect(session.check_value(back.handle(), row.usage), row.check_value);
}

void probe_mac(Session& session, const SuiteProbe&) {
  const auto signing = known(session, kCmacKey, rules(KeyType::kAes128, Usage::kSign));
  expect(session.cmac(signing.handle(), hex(kCmacMessage)), kCmac);
}

void probe_refuse(Session& session, const SuiteProbe& row) {
  const auto wrapping = known(session, kAesKey, rules(KeyType::kAes128, Usage::kWrap));
  const auto closed = known(session, row.key, rules(row.type, row.usage));
  session.require_closed(closed.handle(), wrapping.handle());
}

void probe_destroy(Session& session, const SuiteProbe& row) {
  const auto key = session.import_public_value(hex(row.key), rules(row.type, row.usage));
  session.destroy(key);
  session.require_gone(key);
}

struct Probe {
  std::string_view verb;
  void (*run)(Session&, const SuiteProbe&);
};

constexpr std::array kProbes = {
    Probe{"derive", probe_derive},   Probe{"check value", probe_check_value},
    Probe{"wrap", probe_wrap},       Probe{"unwrap", probe_unwrap},
    Probe{"mac", probe_mac},         Probe{"refuse", probe_refuse},
    Probe{"destroy", probe_destroy},
};

std::string fault_of(const Probe& probe, Session& session, const SuiteProbe& row) {
  try {
    probe.run(session, row);
    return {};
  } catch (const base::Error& error) {
    return error.what();
  }
}

}  // namespace

std::vector<ProbeResult> probe(Session& session, crypto::SuiteId suite) {
  std::vector<ProbeResult> results;
  results.reserve(kProbes.size());
  const auto row = std::ranges::find(kSuiteProbes, suite, &SuiteProbe::suite);
  for (const auto& one : kProbes)
    results.push_back({std::string(one.verb), row == kSuiteProbes.end()
                                                  ? "PKCS#11 has no standard number for its cipher"
                                                  : fault_of(one, session, *row)});
  return results;
}

void require_suite(Session& session, crypto::SuiteId suite) {
  std::vector<std::string> failed;
  for (const auto& result : probe(session, suite))
    if (!result.fault.empty()) failed.push_back(fmt::format("{} {}", result.verb, result.fault));
  if (!failed.empty())
    base::fail(Fault::kRefused, "the token does not offer suite {}: {}", crypto::suite(suite).name,
               fmt::join(failed, "; "));
}

}  // namespace hsm
