// A mother card opened by its control card.
#include "cos-apdu/keycards/open_pair.h"

#include "base/core/error.h"
#include "cos-apdu/keycards/exchange.h"

namespace card::keycards {
namespace {

using base::Fault;
using derivation::Factor;
using derivation::Purpose;

FixedBytes<8> bytes_of(const std::optional<Factor>& factor) {
  return factor ? factor->bytes() : FixedBytes<8>{};
}

derivation::ImportBlockBytes block_of(ByteView answer) {
  return base::fixed<derivation::kImportBlockBytes>(answer, "import block");
}

}  // namespace

OpenPair::OpenPair(Session& mother, Session& control, const PairPins& pins, const BatchOrder& order)
    : mother_(mother), control_(control), status_(read_status(mother)), acts_left_(order.count) {
  try {
    open(pins, order);
  } catch (...) {
    close();
    throw;
  }
}

OpenPair::~OpenPair() {
  close();
}

void OpenPair::close() noexcept {
  for (Session* session : {&mother_, &control_}) {
    try {
      session->link().reset();
    } catch (const std::exception&) {  // a card that is gone has no power and has forgotten
    }
  }
}

void OpenPair::open(const PairPins& pins, const BatchOrder& order) {
  KeyCard(mother_).verify_pin(pins.mother);
  KeyCard(control_).verify_pin(pins.control);
  const auto batch = base::Writer().bytes(order.hash).u16(order.count).take();
  const layout::PairName pair{status_.pair_id, status_.generation};

  const auto begun = exchange(mother_, KeycardCommandId::kOpenBegin, batch);
  const auto answered = exchange(control_, KeycardCommandId::kOpenAnswer,
                                 base::concat({layout::encode(pair), begun, batch}));
  const auto command = command_of(KeycardCommandId::kOpenCheck, answered);
  const auto checked = mother_.send(command);
  if (checked.status.counts_tries())
    base::fail(Fault::kTampered, "{}: this is not the mother card's control card ({} tries left)",
               command.name, checked.status.tries_left());
  if (!checked.status.is_ok()) refuse_keycard(command.name, checked.status);
  const auto share = exchange(control_, KeycardCommandId::kOpenShare, checked.data);
  const auto next = exchange(mother_, KeycardCommandId::kOpenFinish, share);
  base::Reader in(next, "opening");
  next_act_ = in.u32();
  origin_ = in.fixed<4>();
}

Bytes OpenPair::authorised(KeycardCommandId id, ByteView data, Byte p2) {
  auto command = command_of(id, data, p2);
  const auto header = id == KeycardCommandId::kExport
                          ? base::fixed<32>(data.first(derivation::kImportHeaderBytes))
                          : layout::act_header(command.ins, command.p1, command.p2, data);
  if (acts_left_ == 0)
    base::fail(Fault::kRefused, "{}: the batch order of this opening is used up", command.name);
  const auto act = base::Writer().u32(next_act_).take();
  const auto mac = exchange(control_, KeycardCommandId::kAuthorise, base::concat({header, act}));
  --acts_left_;
  command.with(act).with(mac);
  const auto response = mother_.send(command);
  // A wrong act number or authorisation (6A80, 6988) means that the cards are out of step; any
  // other refusal came after the act was counted.
  ++next_act_;
  if (!response.status.is_ok()) refuse_keycard(command.name, response.status);
  return response.data;
}

crypto::Kcv OpenPair::check_value(Purpose purpose) {
  return crypto::kcv_of_bytes(exchange(mother_, KeycardCommandId::kCheckValue, FixedBytes<8>{},
                                       derivation::byte_of(purpose)));
}

crypto::Kcv OpenPair::check_value(Purpose purpose, const Factor& factor) {
  return crypto::kcv_of_bytes(exchange(mother_, KeycardCommandId::kCheckValue, factor.bytes(),
                                       derivation::byte_of(purpose)));
}

derivation::ImportBlockBytes OpenPair::export_key(const derivation::ExportHeader& header,
                                                  const std::optional<Factor>& factor) {
  const auto asked = derivation::encode_header(header, {});
  return block_of(authorised(KeycardCommandId::kExport, base::concat({asked, bytes_of(factor)})));
}

FixedBytes<16> OpenPair::mac(Purpose purpose, const std::optional<Factor>& factor,
                             ByteView message) {
  return base::fixed<16>(
      authorised(KeycardCommandId::kMac, base::concat({bytes_of(factor), message}),
                 derivation::byte_of(purpose)),
      "MAC");
}

void OpenPair::verify(Purpose purpose, const std::optional<Factor>& factor, ByteView message,
                      const FixedBytes<16>& mac) {
  exchange(mother_, KeycardCommandId::kVerifyMac, base::concat({bytes_of(factor), mac, message}),
           derivation::byte_of(purpose));
}

derivation::AuditTag OpenPair::tag(const derivation::TagInput& input) {
  const auto data = base::Writer()
                        .bytes(input.card.bytes())
                        .u8(derivation::byte_of(input.level))
                        .bytes(input.county)
                        .u8(input.version)
                        .u16(input.generation)
                        .bytes(input.slots)
                        .take();
  return base::fixed<8>(exchange(mother_, KeycardCommandId::kTagOfCard, data), "tag");
}

layout::Endorsement OpenPair::endorse(const derivation::Serial8& target,
                                      const crypto::Hash32& fingerprint,
                                      const layout::PairName& pair) {
  const auto data = base::concat({target.bytes(), fingerprint, layout::encode(pair)});
  return {fingerprint, pair,
          base::fixed<16>(authorised(KeycardCommandId::kEndorse, data), "endorsement")};
}

layout::VoidOrder OpenPair::void_order(const derivation::Serial8& target,
                                       const layout::PairName& pair, std::uint64_t log_index) {
  layout::VoidOrder order{pair, log_index, {}};
  order.proof = authorised(KeycardCommandId::kMakeVoidOrder,
                           base::concat({target.bytes(), layout::void_order_body(order)}));
  return order;
}

layout::InstallPackage OpenPair::export_transport_key(const derivation::Serial8& blank,
                                                      const crypto::PublicPoint& point) {
  return base::fixed<layout::kInstallPackageBytes>(
      authorised(KeycardCommandId::kExportTransportKey, base::concat({blank.bytes(), point})),
      "install package");
}

derivation::ImportBlockBytes OpenPair::relay(const derivation::Serial8& to_mother,
                                             const derivation::Serial8& blank) {
  return block_of(
      authorised(KeycardCommandId::kRelay, base::concat({to_mother.bytes(), blank.bytes()})));
}

derivation::ImportBlockBytes OpenPair::rebase(const derivation::ImportBlockBytes& relay_block,
                                              std::uint32_t seq) {
  const auto data = base::Writer().bytes(relay_block).u32(seq).take();
  return block_of(authorised(KeycardCommandId::kRebase, data));
}

OpenPair open_pair(Session& mother, Session& control, const PairPins& pins,
                   const BatchOrder& order) {
  return {mother, control, pins, order};
}

}  // namespace card::keycards
