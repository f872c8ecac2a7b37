// An interoperability card at work.
#include "tests/hostile/interoperability_scenes.h"

#include "cos-apdu/card_commands.h"
#include "cos-apdu/user_card.h"
#include "tests/cos-apdu/interoperability_card.h"
#include "tests/hostile/deck.h"

namespace hostile {
namespace {

using namespace test::interoperability;
using base::Amount;
using card::Purse;
using card::TransactionType;

constexpr auto kSuite = crypto::SuiteId::kTdes2;
constexpr card::TerminalNumber kTerminal = {0, 0, 0, 0, 0x12, 0x34};
constexpr base::CardTime kAt = {{0x20, 0x26, 0x07, 0x15}, {0x08, 0x30, 0x00}};

crypto::Key purse_key(KeyType type) {
  return key_of(Directory::kPurse, type, card::kFirstKey);
}

void load(card::Session& session, Purse purse, Amount amount) {
  const auto init = card::init_load(session, purse, card::kFirstKey, amount, kTerminal);
  const card::purse::Order order{amount, type_for(purse, TransactionType::kLoadDeposit), kTerminal};
  const auto key = card::purse::online_session_key(kSuite, purse_key(KeyType::kLoad),
                                                   init.key.random, init.online_sn);
  card::credit_load(session, kAt,
                    crypto::mac4(kSuite, key, card::purse::load_mac2_input(order, kAt)));
}

void buy(card::Session& session, Amount amount) {
  constexpr card::TerminalSn kTerminalSn = 7;
  const auto init =
      card::init_purchase(session, Purse::kWallet, card::kFirstKey, amount, kTerminal);
  const card::purse::Order order{amount, TransactionType::kPurchaseWallet, kTerminal};
  const auto key = card::purse::purchase_session_key(kSuite, purse_key(KeyType::kPurchase),
                                                     init.key.random, init.offline_sn, kTerminalSn);
  card::debit(session, kTerminalSn, kAt,
              crypto::mac4(kSuite, key, card::purse::debit_mac1_input(order, kAt)));
}

void lock(card::Session& session) {
  const auto init = card::init_grey_lock(session, Purse::kWallet, card::kFirstKey, kTerminal);
  card::GreyLockRequest request{.terminal_sn = 8, .terminal_random = {1, 2, 3, 4}, .at = kAt};
  const auto key = card::purse::grey_session_key(
      kSuite, purse_key(KeyType::kPurchase),
      {init.key.random, init.offline_sn, request.terminal_sn, request.terminal_random});
  request.mac1 = crypto::mac4(
      kSuite, key,
      card::purse::grey_lock_mac1_input(TransactionType::kGreyLockWallet, kTerminal, kAt));
  card::grey_lock(session, request);
}

void enter(card::Session& session) {
  select(session, Directory::kPurse);
  card::verify_pin(session, base::SecretBytes::copy_of(base::bytes_of(kDeckPin)));
}

// Files in each mode of protection, and the keys that INTERNAL AUTHENTICATE has.
void use_files(card::Session& session) {
  const auto line = key_of(Directory::kPurse, KeyType::kLine);
  const auto write = [&](Byte file, Protection protection) {
    const bool clear = protection == Protection::kPlain;
    card::CommandApdu update{.name = "UPDATE BINARY",
                             .cla = static_cast<Byte>(clear ? 0x00 : 0x04),
                             .ins = 0xD6,
                             .p1 = static_cast<Byte>(0x80U | file)};
    send(session, line, update.with(Bytes(kBinaryBytes, 0x5A)), protection);
    card::read_file(session, file);
  };
  write(kPlainBinary, Protection::kPlain);
  write(kMacBinary, Protection::kMac);
  write(kEncipheredBinary, Protection::kEncipheredMac);
  for (const Byte use : Bytes{0x00, 0x01, 0x02}) {
    card::CommandApdu ask{
        .name = "INTERNAL AUTHENTICATE", .ins = 0x88, .p1 = use, .p2 = kInternalKey};
    session.expect_ok(ask.with(Bytes(8, 0x5A)));
  }
}

void write_next_key(card::Session& session) {
  select(session, Directory::kMaster);
  authenticate(session, key_of(Directory::kMaster, KeyType::kAuthenticate));
  select(session, Directory::kPurse);
  Bytes data{0xFF, 0xF1, 0x0A, 0x02, 0x00};
  const Bytes key = key_bytes(Directory::kPurse, KeyType::kLoad, card::kFirstKey, 2);
  data.insert(data.end(), key.begin(), key.end());
  card::CommandApdu next{.name = "WRITE KEY", .cla = 0x84, .ins = 0xD4, .p1 = 0xFF, .p2 = 0x01};
  send(session, key_of(Directory::kPurse, KeyType::kAuthenticate), next.with(data),
       Protection::kEncipheredMac);
}

}  // namespace

void play_interoperability_scenes(const Keep& keep) {
  keep("interoperability card, as delivered", Card().image(), {});
  const auto user = issue();
  auto& session = user->session();
  enter(session);
  load(session, Purse::kWallet, Amount::fen(10000));
  load(session, Purse::kDeposit, Amount::fen(5000));
  buy(session, Amount::fen(25));
  use_files(session);
  keep("interoperability card", user->image(), {});
  lock(session);
  card::get_lock_proof(session);
  keep("interoperability card, grey", user->image(), {});
  write_next_key(session);
}

}  // namespace hostile
