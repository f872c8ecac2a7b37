// INIT and CREDIT SAM FOR GREY UNLOCK: the unload key of one card comes with the order and is gone with
// the answer.
#include "cos-apdu/virtual/psam_release.h"

#include "cos-apdu/layout/release_package.h"
#include "cos-apdu/virtual/import_block.h"
#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/sam_memory.h"

namespace card::chip {
namespace {

using derivation::Purpose;
using layout::ReleasePackage;

constexpr RecordId kReleaseTries = record::kSam + 0x30;  // wrong MAC1 in a row
constexpr auto kType = TransactionType::kGreyUnlockWallet;

// Until power-off: with it the PSAM recognises the card's MAC3, also one fetched after a tear.
class ReleaseState : public KindState {
 public:
  std::optional<Mac4> mac3;
};

struct Request {
  ReleasePackage package;
  base::Amount balance{};
  Byte version = 0;
  Byte algorithm = 0;
  Random4 random{};
  Mac4 mac1{};
  base::CardTime at{};
};

Request read_request(const CommandApdu& command) {
  base::Reader in(command.data, "INIT SAM FOR GREY UNLOCK");
  Request request{.package = layout::decode_release_package(in.take(layout::kReleasePackageBytes))};
  request.balance = base::Amount::of_card(in.take(4));
  request.version = in.u8();
  request.algorithm = in.u8();
  request.random = in.fixed<4>();
  request.mac1 = in.fixed<4>();
  request.at = take_card_time(in);
  in.finish();
  return request;
}

// Everything that needs no key.
StatusWord judge(const layout::CardStatus& identity, const Request& request,
                 const derivation::ExportHeader& key) {
  const bool ours = request.package.psam == identity.serial && key.county == identity.county &&
                    key.purpose == Purpose::kUnload && key.level == derivation::Level::kUser &&
                    key.exportable == derivation::Exportable::kNo;
  if (!ours) return status::kWrongData;
  const StatusWord target = judge_target(identity, key);
  if (!target.is_ok()) return target;
  if (key.version != request.version || static_cast<Byte>(key.suite) != request.algorithm)
    return status::kKeyVersionUnknown;
  return request.package.amount > request.balance ? status::kNotEnoughMoney : status::kOk;
}

StatusWord check_order_mac(Context& card, const ReleasePackage& package) {
  const auto holds = [&](const KeySlot& slot) {
    const auto mac = crypto::cmac16(slot.suite, slot.key, layout::release_message(package));
    return base::equal_in_constant_time(mac, package.mac);
  };
  return check_with_tries(card, slot_record(Purpose::kPsamControl), holds, status::kMacWrong);
}

Answer init_for_grey_unlock(Context& card, const CommandApdu& command) {
  card.ram.of<ReleaseState>().mac3.reset();
  const Request request = read_request(command);
  const ReleasePackage& package = request.package;
  const auto block = derivation::decode_import_block(package.key);
  StatusWord word = judge(card.identity(), request, block.header);
  if (word.is_ok()) word = check_order_mac(card, package);
  if (word.is_ok()) word = guard_tries(card, kReleaseTries);
  if (!word.is_ok()) return refused(word);
  const auto suite = block.header.suite;
  const auto key = open_block(card.nvm, slot_record(Purpose::kTransport), block);
  const auto session = purse::online_session_key(suite, key, request.random, package.online_sn);
  const purse::Order order{
      .amount = package.amount, .type = kType, .terminal = terminal_number(card.nvm)};
  const auto mac1 = crypto::mac4(
      suite, session,
      purse::grey_unlock_mac1_input(request.balance, package.offline_sn, kType, order.terminal));
  if (!base::equal_in_constant_time(mac1, request.mac1)) return refused(status::kMacInvalid);
  restore_tries(card, kReleaseTries);
  card.ram.of<ReleaseState>().mac3 =
      crypto::mac4(suite, session,
                   purse::grey_unlock_mac3_input(request.balance.minus(package.amount),
                                                 package.online_sn, order, request.at));
  const auto mac2 = crypto::mac4(suite, session, purse::grey_unlock_mac2_input(order, request.at));
  return done({mac2.begin(), mac2.end()});
}

Answer credit_for_grey_unlock(Context& card, const CommandApdu& command) {
  const auto& expected = card.ram.of<ReleaseState>().mac3;
  if (!expected) return refused(status::kNotInThisState);
  if (const auto word = guard_tries(card, kReleaseTries); !word.is_ok()) return refused(word);
  if (!base::equal_in_constant_time(*expected, command.data)) return refused(status::kMacInvalid);
  restore_tries(card, kReleaseTries);
  return done();
}

constexpr std::array kCommands = {
    Command{0x80,
            0x7A,
            exactly(0x00, 0x00),
            "INIT SAM FOR GREY UNLOCK",
            {168, 168},
            kInUse,
            kPinGate,
            init_for_grey_unlock},
    Command{0x80,
            0x7C,
            exactly(0x00, 0x00),
            "CREDIT SAM FOR GREY UNLOCK",
            {4, 4},
            kInUse,
            kPinGate,
            credit_for_grey_unlock},
};

}  // namespace

CommandTable psam_release_commands() {
  return kCommands;
}

}  // namespace card::chip
