// What each of them does, with the commands of the real cards and the real meter's swipe.
#include "tests/model/grey_world.h"

#include <functional>

#include "base/core/error.h"
#include "cos-apdu/psam.h"
#include "meter-emu/meter/image.h"

namespace model {
namespace {

using base::Amount;

constexpr auto kWallet = card::Purse::kWallet;
constexpr base::UtcTime kNow{1784075400};  // 2026-07-15T00:30:00Z
constexpr int kMostSessions = 12;          // SESSIONS and LOADS of the model's replay
constexpr int kMostLoads = 12;
constexpr unsigned kMostLoad = 20;
constexpr unsigned kCut = 20;
constexpr int kMostForged = 2;  // the third in a row blocks the card, which the model leaves out
// One pulse costs one fen.
constexpr meter::Tariff kTariff{100, 1, 10000};

const test::County& county() {
  static const test::County county(crypto::SuiteId::kAes128);
  return county;
}

// Cards of every trace are copies of these.
struct Originals {
  std::unique_ptr<test::Card> user = test::issue_user_card(county());
  std::unique_ptr<test::Card> psam = test::issue_psam(county(), test::usual_ceiling());
  std::array<std::unique_ptr<test::Card>, kMeters> esams = {
      test::issue_esam(county(), 5), test::issue_esam(county(), 6, {0, 0, 0, 0, 0x56, 0x78})};
};

const Originals& originals() {
  static const Originals cards;
  return cards;
}

}  // namespace

World::World(std::string name, unsigned seed, Luck luck)
    : dice_(seed, luck),
      trace_("grey_lock", std::move(name)),
      user_(originals().user->copy()),
      psam_(originals().psam->copy()),
      link_(*user_, trace_, ledger_, dice_),
      session_(link_),
      psam_link_(*psam_, 0, trace_, ledger_, dice_),
      psam_session_(psam_link_) {
  card::verify_pin(psam_->session(), test::secret(test::kPsamPin));
  for (int which = 0; which < kMeters; ++which) {
    auto& made = station(which);
    made.esam = originals().esams.at(static_cast<std::size_t>(which))->copy();
    made.link = std::make_unique<ModuleLink>(*made.esam, which, trace_, ledger_, dice_);
    made.session = std::make_unique<card::Session>(*made.link);
    const card::TerminalNumber terminal =
        which == 0 ? test::kMeterTerminal : card::TerminalNumber{0, 0, 0, 0, 0x56, 0x78};
    made.durable = meter::encode_image(
        {meter::Meter{base::to_hex(terminal), terminal, county().code(), kTariff}, ""});
  }
}

meter::Meter World::state(int which) const {
  return meter::decode_image(stations_.at(static_cast<std::size_t>(which)).durable).meter;
}

meter::Surroundings World::around(int which) {
  return {[this, which](const meter::Meter& next) { journal(which, next); }, kNow};
}

void World::journal(int which, const meter::Meter& next) {
  const bool cut = entries_left_ > 0 && --entries_left_ == 0;
  if (cut || dice_.once_in(kCut)) throw PowerCut{};
  const auto before = state(which);
  station(which).durable = meter::encode_image({next, ""});
  note(which, before, next);
  if (dice_.once_in(kCut)) throw PowerCut{};
}

void World::note(int which, const meter::Meter& before, const meter::Meter& after) {
  auto& here = station(which);
  const auto add = [&](std::string_view what, int who) {
    trace_.add(what, which, who, Heard::kOk);
  };
  if (!before.session && after.session) {
    here.sessions[after.session->terminal_sn] = here.link->session();
    add("LOCK_DRAWN", here.link->session());
  }
  const int number = before.session ? here.sessions.at(before.session->terminal_sn) : 0;
  if (after.suspended_seq != before.suspended_seq) {
    here.suspended = number;
    add("SESSION_SUSPENDED", number);
  } else if (after.usage_seq != before.usage_seq) {
    const bool was_open = before.session && !after.session;
    add("SESSION_CLOSED", was_open ? number : here.suspended);
  } else if (before.session) {
    note_session(which, *before.session, after.session);
  }
}

void World::note_session(int which, const meter::Session& before,
                         const std::optional<meter::Session>& after) {
  using meter::Phase;
  const int number = station(which).sessions.at(before.terminal_sn);
  const auto add = [&](std::string_view what, int value) {
    trace_.add(what, which, value, Heard::kOk);
  };
  if (!after) return add("LOCK_DROPPED", number);
  if (after->release && !before.release) return add("RELEASE_MADE", number);
  if (after->phase == before.phase) return;
  if (after->phase == Phase::kRunning) return add("LOCK_CERTIFIED", number);
  if (before.phase == Phase::kLocking) return add("START_GIVEN_UP", number);
  if (after->phase == Phase::kSettling)
    add("SETTLEMENT_FIXED", static_cast<int>(after->amount.fen()));
}

void World::tap(int which) {
  const auto before = state(which);
  if (ledger_.drawn >= kMostSessions) return;
  attempt([&] {
    link_.reset();
    station(which).link->reset();
    auto meter = before;
    meter::swipe(meter, session_, *station(which).session, around(which));
  });
}

void World::flow(int which, unsigned pulses) {
  for (unsigned count = 0; count < pulses; ++count) {
    const auto meter = state(which);
    if (!meter.session || meter.session->phase != meter::Phase::kRunning) return;
    station(which).durable = meter::encode_image({apply(meter, meter::PulsesCounted{1}), ""});
    trace_.add("PULSES", which, 1, Heard::kOk);
  }
}

void World::suspend(int which) {
  auto meter = state(which);
  if (!meter.session) return;
  attempt([&] {
    station(which).link->reset();
    meter::suspend_session(meter, *station(which).session, around(which));
  });
}

// What became of the open top-up: proof, counter, record.
void World::ask_card() {
  using enum card::TransactionType;
  const auto open = *open_;
  ledger_.open_load = open.number;
  const auto close = [&](std::string_view what) {
    trace_.add(what, open.number, 0, Heard::kOk);
    open_.reset();
  };
  if (card::get_transaction_proof(session_, kLoadWallet, open.before)) return close("TOP_UP_DONE");
  std::optional<card::CardSn> counter;
  try {
    counter = card::init_load(session_, kWallet, card::kFirstKey, open.amount, test::kDeskTerminal)
                  .online_sn;
  } catch (const card::Refusal&) {
  }
  if (counter == open.before) return close("TOP_UP_REFUNDED");
  for (const auto& record : card::read_transactions(user_->session()))
    if (record.type == kLoadWallet && record.sn == open.before + 1) return close("TOP_UP_DONE");
}

void World::credit(const card::InitLoadAnswer& init, Amount amount) {
  const card::SamLoadRequest request{.card_random = init.key.random,
                                     .online_sn = init.online_sn,
                                     .balance = init.balance,
                                     .amount = amount,
                                     .at = test::kMorning,
                                     .key_version = init.key.version,
                                     .algorithm = init.key.algorithm,
                                     .card_factor = test::user_number(county()).factor8(),
                                     .mac1 = init.mac1};
  card::Mac4 mac2{};
  try {
    mac2 = card::init_sam_for_load(psam_session_, request);
  } catch (const PowerCut&) {
    if (dice_.once_in(2)) throw;
    mac2 = card::init_sam_for_load(psam_session_, request);
  }
  card::credit_load(session_, test::kMorning, mac2);
  if (dice_.once_in(kCut)) throw PowerCut{};
  trace_.add("TOP_UP_DONE", open_->number, 0, Heard::kOk);
  open_.reset();
}

void World::top_up(unsigned fen) {
  if (!open_ && loads_ >= kMostLoads) return;
  attempt([&] {
    link_.reset();
    if (open_) return ask_card();
    const auto amount = Amount::fen(fen);
    const auto init =
        card::init_load(session_, kWallet, card::kFirstKey, amount, test::kDeskTerminal);
    open_ = TopUp{++loads_, amount, init.online_sn};
    ledger_.open_load = loads_;
    trace_.add("TOP_UP_ARMED", loads_, static_cast<int>(fen), Heard::kOk);
    if (!dice_.once_in(kCut)) credit(init, amount);
  });
}

const meter::SuspendedRecord* World::held_record(const meter::Meter& meter) {
  const auto proof = card::get_lock_proof(session_);
  const auto* record = meter::suspended_of(meter, test::user_number(county()));
  const bool held = record != nullptr && proof.state == card::LockState::kGrey &&
                    proof.terminal == meter.terminal && proof.offline_sn == record->usage.card_sn;
  return held ? record : nullptr;
}

void World::settle_by_record(int which) {
  const auto meter = state(which);
  attempt([&] {
    link_.reset();
    const auto* record = held_record(meter);
    if (record == nullptr || !record->release) return;
    card::debit_for_unlock(session_, kWallet,
                           {record->usage.used, record->release->offline_sn, test::kDeskTerminal,
                            record->release->terminal_sn, test::kNoon, record->release->gmac});
  });
}

// MAC2 from the county's station, which saw the record.
void World::release_by_record(int which) {
  const auto meter = state(which);
  attempt([&] {
    link_.reset();
    const auto* record = held_record(meter);
    if (record == nullptr) return;
    const auto init =
        card::init_grey_unlock(session_, kWallet, card::kFirstKey, test::kDeskTerminal);
    const auto suite = county().suite();
    const auto leaf = county().leaf(test::Purpose::kUnload, test::user_number(county()).factor8());
    const auto key = card::purse::online_session_key(suite, leaf, init.key.random, init.online_sn);
    const card::purse::Order order{.amount = record->usage.used,
                                   .type = card::TransactionType::kGreyUnlockWallet,
                                   .terminal = test::kDeskTerminal};
    const auto mac2 =
        crypto::mac4(suite, key, card::purse::grey_unlock_mac2_input(order, test::kNoon));
    ledger_.releases[Bytes(mac2.begin(), mac2.end())] = station(which).suspended;
    card::grey_unlock(session_, order.amount, test::kNoon, mac2);
  });
}

// A command of the air again, after a fresh INITIALIZE of its kind or none; or a changed one.
void World::attack() {
  static const std::array<std::function<void(card::Session&)>, 4> kPreludes = {
      [](card::Session& card) {
        card::init_load(card, kWallet, card::kFirstKey, Amount::fen(3), test::kDeskTerminal);
      },
      [](card::Session& card) {
        card::init_grey_lock(card, kWallet, card::kFirstKey, test::kMeterTerminal);
      },
      [](card::Session& card) {
        card::init_grey_unlock(card, kWallet, card::kFirstKey, test::kDeskTerminal);
      },
      [](card::Session& card) { card::get_balance(card, kWallet); }};
  if (dice_.once_in(3)) link_.reset();
  attempt([&] { kPreludes.at(dice_.below(4))(session_); });
  if (link_.air().empty() || forged_ >= kMostForged) return;
  Bytes message = link_.air().at(dice_.below(static_cast<unsigned>(link_.air().size())));
  if (dice_.once_in(3)) message.back() ^= 1U;
  attempt([&] {
    const Bytes answer = link_.deliver(message);
    if (answer != Bytes{0x90, 0x00} && answer.size() == 2) ++forged_;
  });
}

void World::anything() {
  const int which = static_cast<int>(dice_.below(kMeters));
  switch (dice_.below(12)) {
    case 0:
    case 1:
      return top_up(1 + dice_.below(kMostLoad));
    case 2:
      return suspend(which);
    case 3:
      return settle_by_record(which);
    case 4:
      return release_by_record(which);
    case 5:
      return attack();
    case 6:
    case 7:
      return flow(which, 1 + dice_.below(3));
    default:
      return tap(which);
  }
}

}  // namespace model
