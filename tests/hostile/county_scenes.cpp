// User cards, a PSAM and an ESAM at work.
#include "tests/hostile/county_scenes.h"

#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/psam_release.h"
#include "cos-apdu/secure_messaging.h"
#include "cos-apdu/virtual/key_slot.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/hostile/deck.h"

namespace hostile {
namespace {

using namespace test;
using card::Purse;
using card::TransactionType;

constexpr auto kWallet = Purse::kWallet;

enum class Form { kMac, kEnciphered };

// A blocking command under the key of this purpose.
card::CommandApdu sealed(Card& user, Purpose purpose, const card::CommandApdu& command, Form form) {
  const auto& county = user.county();
  const auto key = county.leaf(purpose, user_number(county).factor8());
  const auto challenge =
      card::get_challenge(user.session(), card::sm_challenge_bytes(county.suite()));
  const card::SecureMessaging messaging(county.suite(), key, challenge);
  return form == Form::kMac ? messaging.with_mac(command) : messaging.enciphered(command);
}

void maintain(Card& user, Byte ins, Byte p2 = 0) {
  user.session().expect_ok(sealed(user, Purpose::kMaintenance,
                                  {.name = "MAINTENANCE", .cla = 0x84, .ins = ins, .p2 = p2},
                                  Form::kMac));
}

void set_pin(Card& user) {
  card::CommandApdu unblock{.name = "PIN UNBLOCK", .cla = 0x84, .ins = 0x24};
  unblock.with(card::pin_block(secret(kDeckPin)));
  user.session().expect_ok(sealed(user, Purpose::kPinUnblock, unblock, Form::kEnciphered));
}

void reload_pin(Card& user) {
  card::CommandApdu reload{.name = "RELOAD PIN", .cla = 0x80, .ins = 0x5E};
  const auto pin = card::pin_block(secret(kDeckPin));
  const auto key = user.county().leaf(Purpose::kPinReload, user_number(user.county()).factor8());
  reload.with(pin).with(crypto::tac4(user.county().suite(), key, pin));
  user.session().expect_ok(reload);
}

// A purchase with a PSAM from first to last.
void buy(Card& user, Card& psam, Purse purse) {
  const auto amount = Amount::fen(purse == Purse::kWallet ? 25 : 0);
  const auto init =
      card::init_purchase(user.session(), purse, card::kFirstKey, amount, kDeskTerminal);
  const auto sam = card::init_sam_for_purchase(
      psam.session(), {.card_random = init.key.random,
                       .offline_sn = init.offline_sn,
                       .amount = amount,
                       .type = type_for(purse, TransactionType::kPurchaseDeposit),
                       .at = kMorning,
                       .key_version = init.key.version,
                       .algorithm = init.key.algorithm,
                       .card_factor = user_number(user.county()).factor8()});
  const auto debit = card::debit(user.session(), sam.terminal_sn, kMorning, sam.mac1);
  card::credit_sam_for_purchase(psam.session(), debit.mac2);
  card::get_transaction_proof(user.session(), type_for(purse, TransactionType::kPurchaseDeposit),
                              init.offline_sn);
}

// A load of nothing into the deposit, at the desk.
void load_deposit(Card& user, Card& psam) {
  const auto init = card::init_load(user.session(), Purse::kDeposit, card::kFirstKey,
                                    Amount::fen(0), kDeskTerminal);
  const auto mac2 =
      card::init_sam_for_load(psam.session(), {.card_random = init.key.random,
                                               .online_sn = init.online_sn,
                                               .balance = init.balance,
                                               .amount = Amount::fen(0),
                                               .type = TransactionType::kLoadDeposit,
                                               .at = kMorning,
                                               .key_version = init.key.version,
                                               .algorithm = init.key.algorithm,
                                               .card_factor = user_number(user.county()).factor8(),
                                               .mac1 = init.mac1});
  card::credit_load(user.session(), kMorning, mac2);
}

crypto::SecretBytes online_key(Card& user, Purpose purpose, const card::InitLoadAnswer& init) {
  const auto& county = user.county();
  return card::purse::online_session_key(county.suite(),
                                         county.leaf(purpose, user_number(county).factor8()),
                                         init.key.random, init.online_sn);
}

// Nothing is taken back, in all form.
void unload(Card& user) {
  const auto init =
      card::init_unload(user.session(), card::kFirstKey, Amount::fen(0), kDeskTerminal);
  const card::purse::Order order{.type = TransactionType::kUnload, .terminal = kDeskTerminal};
  card::debit_for_unload(
      user.session(), kNoon,
      crypto::mac4(user.county().suite(), online_key(user, Purpose::kUnload, init),
                   card::purse::unload_mac2_input(order, kNoon)));
}

// A purchase that writes a record with its debit.
void buy_composite(Card& user, Card& psam) {
  const auto twin = user.copy();
  const auto code = card::get_security_code(twin->session());
  const auto init =
      card::init_composite(user.session(), card::kFirstKey, Amount::fen(5), kDeskTerminal);
  card::update_with_composite(user.session(), 0x19, 1, Bytes(32, 0x11));
  const auto sam = card::init_sam_for_purchase(psam.session(),
                                               {.card_random = init.key.random,
                                                .offline_sn = init.offline_sn,
                                                .amount = Amount::fen(5),
                                                .type = TransactionType::kComposite,
                                                .at = kMorning,
                                                .key_version = init.key.version,
                                                .algorithm = init.key.algorithm,
                                                .card_factor = user_number(user.county()).factor8(),
                                                .security_code = {code.begin(), code.end()}});
  const auto debit = card::debit(user.session(), sam.terminal_sn, kMorning, sam.mac1);
  card::credit_sam_for_purchase(psam.session(), debit.mac2);
}

void check_tac(Card& user, Card& psam) {
  const auto balance = card::get_balance(user.session(), kWallet);
  const auto number = user_number(user.county());
  const auto tac = load(user.session(), psam.session(), number, Amount::fen(100));
  const card::purse::Order order{.amount = Amount::fen(100), .terminal = kDeskTerminal};
  const auto input =
      card::purse::load_tac_input(balance.plus(Amount::fen(100)), 1, order, kMorning);
  card::verify_tac(psam.session(), {.key_version = 1,
                                    .algorithm = static_cast<Byte>(user.county().suite()),
                                    .card_factor = number.factor8(),
                                    .tac = tac,
                                    .input = input});
}

// A lock on the deposit; answers the number to settle it with, and the meter's.
std::pair<card::CardSn, card::TerminalSn> lock_deposit(Card& user, Card& esam) {
  const auto number = user_number(user.county());
  const auto init =
      card::init_grey_lock(user.session(), Purse::kDeposit, card::kFirstKey, kMeterTerminal);
  const auto sam =
      card::init_sam_grey_lock(esam.session(), {.card_random = init.key.random,
                                                .offline_sn = init.offline_sn,
                                                .balance = init.balance,
                                                .type = TransactionType::kGreyLockDeposit,
                                                .at = kMorning,
                                                .key_version = init.key.version,
                                                .algorithm = init.key.algorithm,
                                                .card_factor = number.factor8()});
  const auto locked =
      card::grey_lock(user.session(), {sam.terminal_sn, sam.terminal_random, kMorning, sam.mac1});
  card::certify_sam_grey_lock(esam.session(), locked.mac2);
  return {static_cast<card::CardSn>(init.offline_sn + 1), sam.terminal_sn + 1};
}

void settle_deposit(Card& user, Card& esam, card::CardSn sn, card::TerminalSn terminal_sn) {
  const auto pair = card::credit_sam_for_grey_debit(
      esam.session(), {.type = TransactionType::kUnlockDeposit,
                       .card_factor = user_number(user.county()).factor8(),
                       .offline_sn = sn});
  card::debit_for_unlock(user.session(), Purse::kDeposit,
                         {.offline_sn = sn,
                          .terminal = kMeterTerminal,
                          .terminal_sn = terminal_sn,
                          .at = kNoon,
                          .gmac = pair.gmac});
  card::clear_tac_unread(user.session());
}

// The station's release of a lock.
void release(Card& user, Purse purse, Amount amount) {
  const auto& county = user.county();
  const auto number = user_number(county);
  const auto init = card::init_grey_unlock(user.session(), purse, card::kFirstKey, kDeskTerminal);
  const auto key = card::purse::online_session_key(county.suite(),
                                                   county.leaf(Purpose::kUnload, number.factor8()),
                                                   init.key.random, init.online_sn);
  const card::purse::Order order{.amount = amount,
                                 .type = type_for(purse, TransactionType::kGreyUnlockDeposit),
                                 .terminal = kDeskTerminal};
  const auto mac2 =
      crypto::mac4(county.suite(), key, card::purse::grey_unlock_mac2_input(order, kNoon));
  card::grey_unlock(user.session(), amount, kNoon, mac2);
}

// The same by the station's order, with the PSAM in between.
void release_by_order(Card& user, Card& psam) {
  const auto init = card::init_grey_unlock(user.session(), kWallet, card::kFirstKey, kDeskTerminal);
  const auto package = release_package(psam, user_number(user.county()), init.online_sn,
                                       init.offline_sn, Amount::fen(3));
  const auto mac2 = card::init_sam_for_grey_unlock(
      psam.session(), {encode(package), init.balance, init.key, init.mac1, kNoon});
  const auto mac3 = card::grey_unlock(user.session(), package.amount, kNoon, mac2);
  card::credit_sam_for_grey_unlock(psam.session(), mac3);
}

void get_tag(Card& any) {
  any.session().expect_ok(
      card::CommandApdu{.name = "GET TAG", .cla = 0x80, .ins = 0xBB}.expect(40));
}

void refresh(Card& psam) {
  auto ceiling = usual_ceiling();
  ceiling.seq = 2;
  const Bytes message = card::layout::refresh_message(psam.serial(), ceiling);
  card::refresh_ceiling(psam.session(), message, psam.control_mac(message));
}

// Keys of the county's next version, staged and then switched to.
void renew(Card& module) {
  for (const auto purpose : {Purpose::kLoad, Purpose::kPurchase, Purpose::kTac}) {
    const auto* row = card::layout::find_key(module.serial().kind(), purpose);
    if (row == nullptr || row->level != derivation::Level::kCounty) continue;
    card::import_block(module.session(),
                       encode(module.block(purpose, row->level, module.county().key(purpose, 2), 2,
                                           2, derivation::ImportMode::kUpdate)));
    card::get_key_info(module.session(), purpose, card::SlotSide::kStaged);
  }
  const Bytes message = card::switch_message(module.serial(), 2);
  card::switch_version(module.session(), 2, module.control_mac(message));
}

// A tool card proves itself to the meter, and the meter itself to a handheld.
void authenticate(Card& esam) {
  const auto key = esam.county().leaf(Purpose::kTool, esam.serial().bytes());
  const auto challenge = card::get_challenge(esam.session(), 8);
  card::CommandApdu external{.name = "EXTERNAL AUTHENTICATE", .ins = 0x82, .p2 = 0x0A};
  external.with(crypto::authentication_cryptogram(esam.county().suite(), key, challenge));
  esam.session().expect_ok(external);
  card::CommandApdu internal{.name = "INTERNAL AUTHENTICATE", .ins = 0x88, .p2 = 0x0B};
  esam.session().expect_ok(internal.with(Bytes(8, 0x5A)).expect(256));
}

// The order names the number after the last settled session, which is in the counter file.
void restore(Card& esam) {
  const auto settled = base::Reader(card::read_file(esam.session(), 0x18)).u32();
  card::RestoreOrder order{
      .target = esam.serial(), .version = esam.status().version, .seq = 1, .settled_sn = settled};
  order.mac = esam.control_mac(card::restore_message(order));
  card::restore(esam.session(), order);
}

// The files that stay writable, and reading them.
void write_files(Card& user) {
  card::write_file(user.session(), 0x16,
                   encode(card::layout::Holder{.name = "Li", .id_number = "130102"}),
                   user.order_mac());
  card::read_file(user.session(), 0x16);
  card::read_transactions(user.session());
  card::select_by_name(user.session(), base::bytes_of(card::layout::kPaymentSystemName));
  user.session().expect_ok(card::CommandApdu{.name = "SELECT", .ins = 0xA4}.with(Bytes{0, 0x15}));
}

std::string named(std::string_view kind, crypto::SuiteId suite) {
  const bool usual = suite == crypto::SuiteId::kAes128;
  return std::string(kind) + (usual ? "" : ", " + std::string(crypto::suite(suite).name));
}

// A first part of DES CRYPT under a usage of the module.
void encipher(Card& module, base::Byte usage, ByteView factor) {
  const std::size_t block = crypto::suite(module.county().suite()).block_bytes;
  const bool narrow = module.county().suite() == crypto::SuiteId::kTdes2;
  card::init_for_descrypt(module.session(), usage, 1, factor);
  card::des_crypt(module.session(), narrow ? 0x00 : 0x04, Bytes(narrow ? block : 2 * block));
}

// A PSAM that knows its desk and does more for it than sell.
void serve(const County& county, const Keep& keep, const std::string& name) {
  const auto psam =
      issue_psam(county, usual_ceiling(),
                 {.refresh_days = 0,
                  .keys = {Purpose::kHandheld, Purpose::kPinUnblock, Purpose::kMaintenance}});
  const auto desk = county.leaf(Purpose::kHandheld, psam->serial().bytes());
  card::authenticate_terminal(psam->session(), county.suite(), [&](ByteView challenge) {
    return crypto::authentication_cryptogram(county.suite(), desk, challenge);
  });
  card::change_pin(psam->session(), secret(kPsamPin), secret(kDeckPin));
  card::verify_pin(psam->session(), secret(kDeckPin));
  for (const auto usage : Bytes{0x23, 0x25}) encipher(*psam, usage, user_number(county).factor8());
  keep(name, *psam->medium(), {});
}

// One county of one suite.
void play(const County& county, const Keep& keep) {
  const auto name = [&](std::string_view kind) { return named(kind, county.suite()); };
  const auto number = user_number(county);
  const auto user = issue_user_card(county);
  serve(county, keep, name("PSAM, bound"));
  const auto psam = issue_psam(county, usual_ceiling());
  const auto esam = issue_esam(county);
  card::change_pin(psam->session(), secret(kPsamPin), secret(kDeckPin));
  card::verify_pin(psam->session(), secret(kDeckPin));
  load(user->session(), psam->session(), number, Amount::fen(10000));
  check_tac(*user, *psam);
  write_files(*user);
  load_deposit(*user, *psam);
  for (const auto purse : {Purse::kWallet, Purse::kDeposit}) {
    buy(*user, *psam, purse);
    card::get_balance(user->session(), purse);
  }
  unload(*user);
  buy_composite(*user, *psam);
  card::init_cash(user->session(), card::kFirstKey, Amount::fen(0), kDeskTerminal);
  const auto [sn, terminal_sn] = lock_deposit(*user, *esam);
  const auto let_go = user->copy();
  release(*let_go, Purse::kDeposit, Amount::fen(0));
  settle_deposit(*user, *esam, sn, terminal_sn);
  authenticate(*esam);
  encipher(*esam, 0x08, {});
  for (const auto& card : {user.get(), psam.get(), esam.get()}) get_tag(*card);
  keep(name("user card"), *user->medium(), {});
  keep(name("PSAM"), *psam->medium(), {});
  keep(name("ESAM"), *esam->medium(), {});

  const auto lock = start(user->session(), esam->session(), number);
  keep(name("user card, grey"), *user->medium(), {});
  keep(name("ESAM, lock open"), *esam->medium(), {});
  const auto released = user->copy();
  release(*released, kWallet, Amount::fen(3));
  const auto ordered = user->copy();
  release_by_order(*ordered, *psam);
  const auto debit = settle_request(esam->session(), lock, number, Amount::fen(1500));
  card::debit_for_unlock(user->session(), kWallet, debit);
  card::get_lock_proof(user->session());
  card::get_gmac(esam->session(), lock.sam.terminal_sn + 1);
  keep(name("user card, TAC unread"), *user->medium(), {});
  card::clear_tac_unread(user->session());

  for (const auto& command :
       {card::CommandApdu{.name = "READ BINARY", .cla = 0x04, .ins = 0xB0, .p1 = 0x95},
        card::CommandApdu{.name = "READ RECORD", .cla = 0x04, .ins = 0xB2, .p1 = 0x01, .p2 = 0xC4}})
    user->session().expect_ok(sealed(*user, Purpose::kMaintenance, command, Form::kMac));

  set_pin(*user);
  reload_pin(*user);
  card::verify_pin(user->session(), secret(kDeckPin));
  keep(name("user card with a PIN"), *user->medium(), {});
  maintain(*user, 0x1E);
  keep(name("user card, blocked"), *user->medium(), {});
  maintain(*user, 0x18);
  const auto gone = user->copy();
  maintain(*gone, 0x1E, 0x01);
  maintain(*user, 0x16);
  keep(name("user card, dead"), *user->medium(), {});

  refresh(*psam);
  renew(*psam);
  renew(*esam);
  restore(*esam);
}

}  // namespace

void play_county_scenes(const Keep& keep) {
  for (const auto suite :
       {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2, crypto::SuiteId::kSm4})
    play(County(suite), keep);
}

}  // namespace hostile
