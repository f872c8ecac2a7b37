// Secure messaging, import blocks, orders, tags, and what a ceremony's cards are bound to.
#pragma once

#include <array>

#include "base/core/card_number.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/field_card.h"
#include "cos-apdu/layout/keycard_orders.h"
#include "cos-apdu/layout/keycard_plan.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/layout/release_package.h"
#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/secure_messaging.h"
#include "derivation/audit_tag.h"
#include "derivation/import_block.h"
#include "tests/suites/case_fields.h"

namespace suites {

namespace layout = card::layout;
using crypto::SuiteId;

inline card::CommandApdu take_command(CaseFields& in) {
  const auto header = in.fixed<4>();
  const auto data = in.bytes();
  return {.name = "a case",
          .cla = header[0],
          .ins = header[1],
          .p1 = header[2],
          .p2 = header[3],
          .data = {data.begin(), data.end()}};
}

enum class Frame { kMac, kEncrypted };

template <Frame kFrame>
Bytes sm_command(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  const card::SecureMessaging messaging(suite, key, in.bytes());
  const auto plain = take_command(in);
  const auto made = kFrame == Frame::kMac ? messaging.with_mac(plain) : messaging.enciphered(plain);
  return {made.data.begin(), made.data.end()};
}

template <Frame kFrame>
Bytes sm_answer(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  const card::SecureMessaging messaging(suite, key, in.bytes());
  const auto data = in.bytes();
  return kFrame == Frame::kMac ? messaging.answer_with_mac(data)
                               : messaging.enciphered_answer(data);
}

inline Bytes sm_command_enciphered(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  const card::SecureMessaging messaging(suite, key, in.bytes());
  const auto data = in.bytes();
  const card::CommandApdu plain{.name = "a case", .data = {data.begin(), data.end()}};
  const auto made = messaging.protect(plain, card::Protection::kEnciphered);
  return {made.data.begin(), made.data.end()};
}

inline Bytes sm_read_encrypted(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  const card::SecureMessaging messaging(suite, key, in.bytes());
  const auto header = in.fixed<4>();
  const card::CommandApdu plain{
      .name = "a case", .cla = header[0], .ins = header[1], .p1 = header[2], .p2 = header[3]};
  const auto wanted = in.u8();
  const auto made = messaging.enciphered_read(plain, wanted);
  if (messaging.wanted(made) != wanted)
    base::fail(base::Fault::kTampered, "the card reads another length");
  return {made.data.begin(), made.data.end()};
}

inline Bytes import_block(SuiteId suite, CaseFields& in) {
  const auto transport = in.secret();
  const auto purpose = derivation::purpose_of_byte(in.u8());
  const auto level = derivation::level_of_byte(in.u8());
  const auto mode = static_cast<derivation::ImportMode>(in.u8());
  const auto flags = in.u8();
  const auto version = in.u8();
  const auto generation = in.u16();
  const auto county = in.fixed<3>();
  derivation::ExportHeader header{
      .suite = suite, .purpose = purpose, .level = level, .mode = mode, .target = in.serial()};
  header.flag = static_cast<base::Mode>(flags & 1U);
  header.exportable = static_cast<derivation::Exportable>(flags >> 1U);
  header.version = version;
  header.generation = generation;
  header.county = county;
  header.seq = in.u32();
  header.origin = in.fixed<4>();
  return answer(encode(derivation::seal_import_block(transport, header, in.secret())));
}

// Bytes under the CMAC of a key that a card holds.
template <Bytes (*kMessage)(CaseFields&)>
Bytes order(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  return answer(crypto::cmac16(suite, key, kMessage(in)));
}

inline Bytes challenged_order(CaseFields& in) {
  const auto challenge = in.fixed<16>();
  return card::order_message(challenge, take_command(in));
}

inline Bytes switch_order(CaseFields& in) {
  const auto serial = in.serial();
  return card::switch_message(serial, in.u8());
}

inline Bytes restore_order(CaseFields& in) {
  card::RestoreOrder made{.target = in.serial()};
  made.version = in.u8();
  made.seq = in.u32();
  made.settled_sn = in.u32();
  return card::restore_message(made);
}

inline Bytes refresh_order(CaseFields& in) {
  const auto serial = in.serial();
  layout::LoadCeiling ceiling{.seq = in.u32(), .money = in.amount()};
  ceiling.count = in.u32();
  ceiling.valid_from = in.fixed<4>();
  ceiling.valid_until = in.fixed<4>();
  ceiling.issued = in.fixed<4>();
  return layout::refresh_message(serial, ceiling);
}

inline Bytes release_order(CaseFields& in) {
  const auto psam = in.serial();
  layout::ReleasePackage made{.psam = psam, .card = base::CardNumber::of_bcd(in.bytes())};
  made.online_sn = in.u16();
  made.offline_sn = in.u16();
  made.amount = in.amount();
  made.record = in.fixed<32>();
  made.key = in.fixed<72>();
  return layout::release_message(made);
}

inline layout::PairName take_pair(CaseFields& in) {
  const auto id = in.fixed<8>();
  return {.id = id, .generation = in.u16()};
}

inline Bytes void_order(CaseFields& in) {
  layout::VoidOrder made;
  made.pair = take_pair(in);
  made.log_index = in.u64();
  return layout::void_order_message(made);
}

template <Bytes (*kMessage)(const layout::ToolProof&)>
Bytes tool_proof(CaseFields& in) {
  layout::ToolProof proof{.subtype = static_cast<layout::ToolSubtype>(in.u8())};
  proof.tool = in.fixed<8>();
  proof.esam = in.fixed<8>();
  proof.date = in.fixed<4>();
  proof.esam_random = in.fixed<16>();
  proof.tool_random = in.fixed<16>();
  proof.content = in.fixed<32>();
  return kMessage(proof);
}

inline Bytes issue_order(CaseFields& in) {
  const auto serial = in.serial();
  layout::Grant grant{.subtype = static_cast<layout::ToolSubtype>(in.u8())};
  grant.version = in.u8();
  grant.county = in.fixed<3>();
  grant.valid_from = in.fixed<4>();
  grant.valid_until = in.fixed<4>();
  grant.uses = in.u16();
  grant.well_group = in.u32();
  const auto data = in.bytes();
  return layout::issue_message(serial, grant, data, in.fixed<32>());
}

inline Bytes opening(CaseFields& in) {
  const auto side = static_cast<layout::PairSide>(in.u8());
  const auto pair = take_pair(in);
  layout::OpeningExchange exchange{.mother = in.fixed<65>()};
  exchange.control = in.fixed<65>();
  exchange.mother_random = in.fixed<16>();
  exchange.control_random = in.fixed<16>();
  return layout::opening_message(side, pair, exchange);
}

inline Bytes endorsement_mac(SuiteId suite, CaseFields& in) {
  const auto keys = crypto::transport_keys(suite, in.secret());
  layout::Endorsement made;
  made.fingerprint = in.fixed<32>();
  made.pair = take_pair(in);
  return answer(crypto::cmac16(suite, keys.authenticate, layout::mac_input(made)));
}

inline derivation::Factor take_device(CaseFields& in) {
  return derivation::Factor::of_device(in.serial());
}

inline derivation::Factor take_user_card(CaseFields& in) {
  return derivation::Factor::of_user_card(base::CardNumber::of_bcd(in.bytes()));
}

template <derivation::Factor (*kTake)(CaseFields&)>
Bytes audit_tag(SuiteId suite, CaseFields& in) {
  const auto key = in.secret();
  const auto holder = kTake(in);
  derivation::TagInput input{.card = holder, .level = derivation::level_of_byte(in.u8())};
  input.county = in.fixed<3>();
  input.version = in.u8();
  input.generation = in.u16();
  input.slots = in.fixed<32>();
  return answer(derivation::audit_tag(suite, key, input));
}

inline Bytes plan_id(SuiteId, CaseFields& in) {
  const auto flags = in.u8();
  layout::PlanParts parts{.mode = static_cast<base::Mode>(flags & 0x01U)};
  parts.threshold = static_cast<layout::Threshold>(flags & 0x02U);
  parts.suite = crypto::suite_of_byte(in.u8());
  parts.set_id = in.fixed<16>();
  parts.profile_hash = in.fixed<32>();
  parts.token_key_hash = in.fixed<32>();
  parts.plan_text_hash = in.fixed<32>();
  return answer(layout::plan_id(parts));
}

inline Bytes set_fingerprint(SuiteId, CaseFields& in) {
  const auto plan = in.fixed<32>();
  const auto all = in.bytes();
  std::vector<crypto::PublicPoint> points;
  for (base::Reader reader(all); reader.remaining() > 0;) points.push_back(reader.fixed<65>());
  return answer(layout::set_fingerprint(plan, points));
}

inline Bytes commitment(SuiteId, CaseFields& in) {
  const auto plan = in.fixed<32>();
  const auto fingerprint = in.fixed<32>();
  const unsigned leader = in.u8();
  const auto nonce = in.fixed<32>();
  return answer(layout::commitment(plan, fingerprint, leader, nonce, in.secret()));
}

inline Bytes signed_digest(SuiteId, CaseFields& in) {
  const auto plan = in.fixed<32>();
  const auto step = in.u8();
  return answer(layout::signed_digest(plan, step, in.fixed<32>()));
}

inline Bytes act_header(SuiteId, CaseFields& in) {
  const auto ins = in.u8();
  const auto p1 = in.u8();
  const auto p2 = in.u8();
  return answer(layout::act_header(ins, p1, p2, in.bytes()));
}

inline Bytes act_authorisation(SuiteId, CaseFields& in) {
  const auto key = in.secret();
  const auto header = in.fixed<32>();
  return answer(layout::act_authorisation(key, header, in.u32()));
}

inline Bytes labelled_key(SuiteId, CaseFields& in) {
  const auto scalar = in.secret();
  const auto agreed = crypto::agree(scalar, in.fixed<65>());
  return answer(crypto::labelled_key(agreed, in.bytes()));
}

inline Bytes sealed(SuiteId, CaseFields& in) {
  const auto scalar = in.secret();
  const auto peer = in.fixed<65>();
  const auto name = base::text_of(in.bytes());
  const layout::Sealing sealing(scalar, peer, name, in.bytes());
  const auto head = in.bytes();
  return sealing.seal(head, in.secret());
}

inline constexpr std::array kMessageFormulas = {
    Formula{"authentication-cryptogram",
            [](SuiteId suite, CaseFields& in) {
              const auto key = in.secret();
              return crypto::authentication_cryptogram(suite, key, in.bytes());
            }},
    Formula{"sm-command-mac", sm_command<Frame::kMac>},
    Formula{"sm-command-encrypted", sm_command<Frame::kEncrypted>},
    Formula{"sm-answer-mac", sm_answer<Frame::kMac>},
    Formula{"sm-command-enciphered", sm_command_enciphered},
    Formula{"sm-read-encrypted", sm_read_encrypted},
    Formula{"sm-answer-encrypted", sm_answer<Frame::kEncrypted>},
    Formula{"import-block", import_block},
    Formula{"order-mac", order<challenged_order>},
    Formula{"switch-order-mac", order<switch_order>},
    Formula{"restore-order-mac", order<restore_order>},
    Formula{"refresh-order-mac", order<refresh_order>},
    Formula{"release-order-mac", order<release_order>},
    Formula{"void-order-mac", order<void_order>},
    Formula{"tool-mac", order<tool_proof<layout::tool_message>>},
    Formula{"tool-answer-mac", order<tool_proof<layout::esam_message>>},
    Formula{"issue-order-mac", order<issue_order>},
    Formula{"opening-mac", order<opening>},
    Formula{"endorsement-mac", endorsement_mac},
    Formula{"audit-tag-device", audit_tag<take_device>},
    Formula{"audit-tag-user-card", audit_tag<take_user_card>},
    Formula{"plan-id", plan_id},
    Formula{"set-fingerprint", set_fingerprint},
    Formula{"commitment", commitment},
    Formula{"signed-digest", signed_digest},
    Formula{"act-header", act_header},
    Formula{"act-authorisation", act_authorisation},
    Formula{"labelled-key", labelled_key},
    Formula{"sealed", sealed},
};

}  // namespace suites
