// Genuine orders of a county and genuine field cards, with hostile values.
#include "base/core/card_number.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/fieldcards/field_card.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/release_package.h"
#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/psam_release.h"
#include "cos-apdu/virtual/identity.h"
#include "cos-apdu/virtual/sam_memory.h"
#include "tests/hostile/nvm_rules.h"
#include "tests/hostile/oracle.h"

namespace hostile {
namespace {

using base::Amount;
using card::TransactionType;
using card::layout::ToolProof;
using derivation::Purpose;
namespace field = card::fieldcards;

constexpr base::FixedBytes<4> kToday = {0x20, 0x26, 0x07, 0x15};
constexpr Byte kControlKey = 0x00;

card::layout::ToolSubtype subtype_of(Choices& choices) {
  const auto& rows = card::layout::kTools;
  return rows.at(choices.byte() % rows.size()).subtype;
}

// Today, or any day.
base::FixedBytes<4> date_of(Choices& choices) {
  return (choices.byte() & 1U) != 0 ? choices.fixed<4>() : kToday;
}

// The release of a lock: the terminal says what the card said, and brings the card's unload key.
struct Release {
  card::layout::ReleasePackage package;
  card::SamReleaseRequest request;
  card::Mac4 mac3{};
};

Release release_of(Choices& choices, const card::chip::Nvm& nvm, const crypto::Key& transport) {
  const auto identity = card::chip::load_identity(nvm);
  const auto county = base::CountyCode::parse("410122");
  Release out{.package = {.psam = identity.serial, .card = base::CardNumber::of(county, 17, 1)},
              .request = {}};
  out.package.online_sn = choices.byte();
  out.package.offline_sn = choices.byte();
  out.package.amount = choices.amount();
  const auto unload = base::SecretBytes::copy_of(choices.fixed<16>());
  const derivation::ExportHeader header{.suite = identity.suite,
                                        .purpose = Purpose::kUnload,
                                        .level = derivation::Level::kUser,
                                        .county = identity.county,
                                        .target = identity.serial,
                                        .seq = 1};
  out.package.key = encode(derivation::seal_import_block(transport, header, unload));
  auto& request = out.request;
  request.balance = choices.amount();
  request.key = {1, static_cast<Byte>(identity.suite), choices.fixed<4>()};
  request.at = Oracle::kWhen;
  const card::purse::Order order{.amount = out.package.amount,
                                 .type = TransactionType::kGreyUnlockWallet,
                                 .terminal = card::chip::terminal_number(nvm)};
  const auto session = card::purse::online_session_key(identity.suite, unload, request.key.random,
                                                       out.package.online_sn);
  request.mac1 =
      crypto::mac4(identity.suite, session,
                   card::purse::grey_unlock_mac1_input(request.balance, out.package.offline_sn,
                                                       order.type, order.terminal));
  const auto left = Amount::fen(request.balance.fen() - order.amount.fen());
  out.mac3 = crypto::mac4(
      identity.suite, session,
      card::purse::grey_unlock_mac3_input(left, out.package.online_sn, order, request.at));
  return out;
}

}  // namespace

void Oracle::sam_release(Choices& choices) {
  const auto control = slot(Purpose::kPsamControl);
  const auto transport = slot(Purpose::kTransport);
  if (!control || !transport) return;
  auto release = release_of(choices, memory(), transport->key);
  release.package.mac =
      crypto::cmac16(control->suite, control->key, release_message(release.package));
  release.request.package = encode(release.package);
  card::init_sam_for_grey_unlock(session_, release.request);
  card::credit_sam_for_grey_unlock(session_,
                                   (choices.byte() & 1U) != 0 ? choices.fixed<4>() : release.mac3);
}

// The switch to staged keys, a PSAM's new ceiling, and the order that erases an ESAM's keys.
void Oracle::standing_order(Choices& choices) {
  const auto identity = card::chip::load_identity(memory());
  const auto key = slot(card::layout::control_purpose(identity.kind()));
  if (!key) return;
  const auto mac = [&](ByteView message) { return crypto::cmac16(key->suite, key->key, message); };
  const Byte which = choices.byte() % 3;
  const Byte number = choices.byte();
  if (which == 0) {
    card::switch_version(session_, number, mac(card::switch_message(identity.serial, number)));
  } else if (which == 1) {
    const card::layout::LoadCeiling ceiling{.seq = number,
                                            .money = choices.amount(),
                                            .count = choices.byte(),
                                            .valid_from = date_of(choices),
                                            .valid_until = date_of(choices),
                                            .issued = date_of(choices)};
    const auto message = card::layout::refresh_message(identity.serial, ceiling);
    card::refresh_ceiling(session_, message, mac(message));
  } else {
    card::RestoreOrder order{.target = identity.serial,
                             .version = choices.byte(),
                             .seq = number,
                             .settled_sn = choices.byte()};
    order.mac = mac(card::restore_message(order));
    card::restore(session_, order);
  }
}

// A carrier hands out its parts for a target; a tool card lets a meter prove itself, whose key the
// accomplice derives.
void Oracle::use_field_card(Choices& choices) {
  const auto kind = card::chip::load_identity(memory()).kind();
  if (kind != derivation::CardKind::kTool) {
    const auto targets = field::read_targets(session_);
    if (targets.empty()) return;
    field::begin_use(session_, targets.at(choices.byte() % targets.size()).serial,
                     date_of(choices));
    for (unsigned left = choices.byte() % 16U; left > 0; --left)
      field::get_part(session_, choices.byte() & 0x0FU);
    return field::confirm_use(session_, choices.byte(), choices.fixed<8>());
  }
  const auto grant = field::read_grant(session_);
  const auto purpose = card::layout::tool_of_byte(static_cast<Byte>(grant.subtype)).purpose;
  const auto key = slot(purpose);
  if (!key) return;
  const auto meter = derivation::Serial8::of(derivation::CardKind::kEsam, choices.byte());
  ToolProof proof{.subtype = grant.subtype, .esam = meter.bytes(), .date = date_of(choices)};
  proof.tool = card::chip::load_identity(memory()).serial.bytes();
  proof.content = crypto::sha256({encode(grant), field::read_tool_data(session_)});
  proof.esam_random = choices.fixed<16>();
  field::begin_use(session_, meter, proof.date);
  proof.tool_random = base::fixed<16>(card::get_challenge(session_, 16));
  const auto leaf = crypto::diversify(key->suite, key->key, proof.esam);
  field::check_meter(session_, purpose, proof,
                     crypto::cmac16(key->suite, leaf, card::layout::esam_message(proof)));
  field::prove_tool(session_, purpose);
  field::append_reading(session_, {.at = kWhen, .money = choices.amount()});
}

// An ESAM meets a tool card that carries whatever the terminal wants.
void Oracle::serve_tool(Choices& choices) {
  const auto subtype = subtype_of(choices);
  const auto purpose = card::layout::tool_of_byte(static_cast<Byte>(subtype)).purpose;
  const auto key = slot(purpose);
  if (!key) return;
  const card::layout::Grant grant{
      .subtype = subtype, .valid_from = date_of(choices), .valid_until = date_of(choices)};
  card::layout::ToolData data{};
  const Bytes carried = choices.prefixed();
  std::copy_n(carried.begin(), std::min(carried.size(), data.size()), data.begin());
  ToolProof proof{.subtype = subtype, .date = date_of(choices)};
  proof.tool = derivation::Serial8::of(derivation::CardKind::kTool, 8).bytes();
  proof.esam = card::chip::load_identity(memory()).serial.bytes();
  proof.content = crypto::sha256({encode(grant), data});
  proof.tool_random = choices.fixed<16>();
  field::prove_to_tool(session_, purpose, proof);
  field::check_tool(session_,
                    crypto::cmac16(key->suite, key->key, card::layout::tool_message(proof)));
  field::put_parameters(session_, grant, data);
}

// Selects the master file or the purse's directory and, if the terminal wants, authenticates with
// the control key there, which opens CREATE FILE, ERASE DF and WRITE KEY.
void Oracle::enter(Choices& choices) {
  if (!is_interoperability(card_.records())) return;
  const Byte choice = choices.byte();
  in_master_file_ = (choice & 1U) != 0;
  card::CommandApdu select{.name = "SELECT", .ins = 0xA4};
  select.with(in_master_file_ ? Bytes{0x3F, 0x00} : Bytes{0x3F, 0x01});
  session_.send(select);
  if ((choice & 2U) != 0) return;
  const auto key = slot(Purpose::kCardControl);
  if (!key) return;
  const auto challenge = card::get_challenge(session_, 8);
  card::CommandApdu external{.name = "EXTERNAL AUTHENTICATE", .ins = 0x82, .p2 = kControlKey};
  session_.send(external.with(crypto::authentication_cryptogram(key->suite, key->key, challenge)));
}

}  // namespace hostile
