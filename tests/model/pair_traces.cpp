// A provincial pair, a control card of another pair and a parent that makes void orders, all real; the
// dice say who says what of all that was ever answered.
#include <iostream>

#include <fmt/format.h>

#include "base/crypto/hash.h"
#include "cos-apdu/keycards/exchange.h"
#include "tests/keycards/bench.h"
#include "tests/model/observed_links.h"

namespace model {
namespace {

using base::Byte;
using card::keycards::KeycardCommandId;

// The model's number of the mother card; the control card is 1, another card 2.
constexpr int kMother = 0;
constexpr std::uint16_t kQuota = 2;  // QUOTA of the model's replay
constexpr std::size_t kMostExchanges = 40;
constexpr int kMostForeign = 6;  // the tenth wrong answer in a row blocks the pair

// What every trace begins with: made once, copied for each.
struct Bench {
  Bench() {
    bench::issue_pair(*stock, master->pair, province, bench::province_factor());
    auto parent = master->pair.open(3);
    orders.push_back(parent.void_order(province.mother.serial, province.name, 41));
    orders.push_back(parent.void_order(province.control.serial, province.name, 41));
    auto of_before = province.name;
    ++of_before.generation;
    orders.push_back(parent.void_order(province.mother.serial, of_before, 7));
  }

  std::unique_ptr<bench::TestPair> stock = bench::make_stock(base::Mode::kRehearsal);
  std::unique_ptr<bench::MasterSet> master = bench::make_master(*stock);
  bench::TestPair province{bench::CardKind::kProvincialMother, bench::CardKind::kProvincialControl,
                           1};
  std::vector<card::layout::VoidOrder> orders;
};

const Bench& bench_of_all() {
  static const Bench made;
  return made;
}

struct CopiedCard {
  explicit CopiedCard(const bench::TestCard& original)
      : chip(std::make_unique<card::chip::MemoryStorage>(
            std::make_shared<base::WipedBytes>(*original.medium))),
        link(chip),
        session(link) {}

  card::chip::Chip chip;
  card::chip::DirectLink link;
  card::Session session;
};

struct Authorisation {
  std::size_t exchange = 0;
  std::uint32_t act = 0;
  int header = 0;
  Bytes mac;
};

class PairWorld {
 public:
  PairWorld(const std::string& name, unsigned seed)
      : dice_(seed, Luck::kMixed),
        trace_("pair", name),
        mother_(bench_of_all().province.mother),
        control_(bench_of_all().province.control),
        foreign_(bench_of_all().master->pair.control) {
    for (auto* card : {&mother_, &control_, &foreign_}) power(*card);
  }

  void anything();
  // A whole opening, step by step; the dice may break it off.
  void open();

  std::string text() const { return trace_.text(); }

 private:
  // The answer's data when the card agrees; what it says goes into the trace.
  std::optional<Bytes> say(CopiedCard& card, KeycardCommandId id, ByteView data,
                           std::string_view event, int who, int value, Byte p2 = 0);
  static void power(CopiedCard& card);

  std::size_t any_exchange() { return dice_.below(static_cast<unsigned>(answers_.size())); }

  void reset(CopiedCard& card, std::string_view event);
  void begin();
  void answer(std::size_t to);
  void foreign_answer();
  void check(std::size_t exchange);
  void share(std::size_t exchange);
  void finish(std::size_t exchange);
  void authorise();
  void act();
  void apply_order();

  // The MAC's factor, which is the mother's own key, and its message.
  static Bytes message(int header) {
    Bytes out(12);
    out.back() = static_cast<Byte>(header);
    return out;
  }

  static Bytes batch() {
    return base::Writer().bytes(crypto::sha256(Bytes{0x01})).u16(kQuota).take();
  }

  Dice dice_;
  Trace trace_;
  CopiedCard mother_;
  CopiedCard control_;
  CopiedCard foreign_;
  // By the model's numbers, from 1; what was never answered is empty.
  std::vector<Bytes> begins_{1};
  std::vector<Bytes> answers_{1}, proofs_{1}, shares_{1};
  std::vector<Authorisation> authorisations_;
  std::size_t running_ = 0;  // the exchange of the newest share
  std::uint32_t next_act_ = 1;
  bool entered_ = false;
  int foreign_answers_ = 0;
};

void PairWorld::power(CopiedCard& card) {
  card.link.reset();
  try {
    card::keycards::KeyCard(card.session).verify_pin(bench::secret(bench::kPin));
  } catch (const base::Error&) {  // a void card takes no PIN
  }
}

std::optional<Bytes> PairWorld::say(CopiedCard& card, KeycardCommandId id, ByteView data,
                                    std::string_view event, int who, int value, Byte p2) {
  const auto response = card.session.send(card::keycards::command_of(id, data, p2));
  if (response.status == card::status::kNotSupported) {
    trace_.add(&card == &mother_ ? "REFUSED_MOTHER" : "REFUSED_CONTROL", 0, 0, Heard::kNo);
    return std::nullopt;
  }
  trace_.add(event, who, value, response.status.is_ok() ? Heard::kOk : Heard::kNo);
  if (!response.status.is_ok()) return std::nullopt;
  return response.data;
}

void PairWorld::reset(CopiedCard& card, std::string_view event) {
  trace_.add(event, 0, 0, Heard::kOk);
  power(card);
}

void PairWorld::begin() {
  if (begins_.size() > kMostExchanges) return;
  const auto said = say(mother_, KeycardCommandId::kOpenBegin, batch(), "OPEN_BEGIN", 0,
                        static_cast<int>(begins_.size()));
  if (said) begins_.push_back(*said);
}

void PairWorld::answer(std::size_t to) {
  if (to == 0 || answers_.size() > kMostExchanges) return;
  const auto name = card::layout::encode(bench_of_all().province.name);
  const auto said =
      say(control_, KeycardCommandId::kOpenAnswer, base::concat({name, begins_.at(to), batch()}),
          "OPEN_ANSWER", static_cast<int>(to), static_cast<int>(answers_.size()));
  if (!said) return;
  answers_.push_back(*said);
  proofs_.emplace_back();
  shares_.emplace_back();
}

void PairWorld::foreign_answer() {
  if (begins_.size() < 2 || answers_.size() > kMostExchanges || foreign_answers_ >= kMostForeign)
    return;
  ++foreign_answers_;
  const auto name = card::layout::encode(bench_of_all().province.name);
  const auto response = foreign_.session.send(card::keycards::command_of(
      KeycardCommandId::kOpenAnswer, base::concat({name, begins_.back(), batch()})));
  if (!response.status.is_ok()) return;
  trace_.add("FOREIGN_ANSWER", static_cast<int>(begins_.size() - 1),
             static_cast<int>(answers_.size()), Heard::kOk);
  answers_.push_back(response.data);
  proofs_.emplace_back();
  shares_.emplace_back();
}

void PairWorld::check(std::size_t exchange) {
  if (exchange == 0) return;
  const auto said = say(mother_, KeycardCommandId::kOpenCheck, answers_.at(exchange), "OPEN_CHECK",
                        static_cast<int>(exchange), 0);
  if (said) proofs_.at(exchange) = *said;
}

void PairWorld::share(std::size_t exchange) {
  if (exchange == 0) return;
  Bytes proof = proofs_.at(exchange);
  proof.resize(16);
  const auto said = say(control_, KeycardCommandId::kOpenShare, proof, "OPEN_SHARE",
                        static_cast<int>(exchange), 0);
  if (!said) return;
  shares_.at(exchange) = *said;
  running_ = exchange;
}

void PairWorld::finish(std::size_t exchange) {
  if (exchange == 0) return;
  Bytes share = shares_.at(exchange);
  share.resize(40);
  const auto said = say(mother_, KeycardCommandId::kOpenFinish, share, "OPEN_FINISH",
                        static_cast<int>(exchange), 0);
  if (said) next_act_ = base::Reader(*said).u32();
}

void PairWorld::authorise() {
  const int header = 1 + static_cast<int>(dice_.below(2));
  const std::uint32_t number = next_act_ + (dice_.once_in(5) ? 1 : 0);
  const auto purpose = derivation::byte_of(bench::Purpose::kCardControl);
  const auto mac = card::keycards::command_of(KeycardCommandId::kMac, message(header), purpose);
  const auto covered = card::layout::act_header(mac.ins, mac.p1, mac.p2, message(header));
  const auto said =
      say(control_, KeycardCommandId::kAuthorise, base::Writer().bytes(covered).u32(number).take(),
          "AUTHORISE", static_cast<int>(number), header);
  if (said) authorisations_.push_back({running_, number, header, *said});
}

// A MAC, with an authorisation that was given, now and then one for something else.
void PairWorld::act() {
  if (authorisations_.empty()) return;
  const bool newest = !dice_.once_in(3);
  const auto at = newest ? authorisations_.size() - 1
                         : dice_.below(static_cast<unsigned>(authorisations_.size()));
  const auto& given = authorisations_.at(at);
  const int header = dice_.once_in(6) ? 3 - given.header : given.header;
  const auto data =
      base::concat({message(header), base::Writer().u32(given.act).take(), given.mac});
  const auto said = say(mother_, KeycardCommandId::kMac, data, "ACT",
                        static_cast<int>(given.exchange), static_cast<int>(given.act) * 4 + header,
                        derivation::byte_of(bench::Purpose::kCardControl));
  if (said) ++next_act_;
}

void PairWorld::apply_order() {
  if (!entered_) trace_.add("VOID_ENTRY", 0, 0, Heard::kOk);
  entered_ = true;
  const int of = static_cast<int>(dice_.below(3));
  const int to = static_cast<int>(dice_.below(2));
  const auto& order = bench_of_all().orders.at(static_cast<std::size_t>(of));
  say(to == kMother ? mother_ : control_, KeycardCommandId::kApplyVoidOrder,
      base::concat({card::layout::void_order_body(order), order.proof}), "APPLY_VOID_ORDER", of,
      to);
}

void PairWorld::open() {
  begin();
  if (dice_.once_in(8)) return foreign_answer();
  answer(begins_.size() - 1);
  const auto exchange = answers_.size() - 1;
  if (dice_.once_in(8)) return;
  check(exchange);
  if (dice_.once_in(8)) return;
  share(exchange);
  if (dice_.once_in(8)) return;
  finish(exchange);
}

void PairWorld::anything() {
  constexpr std::array<Byte, 8> kOwnKey{};
  switch (dice_.below(16)) {
    case 0:
      return reset(mother_, "RESET_MOTHER");
    case 1:
      return reset(control_, "RESET_CONTROL");
    case 2:
      return check(any_exchange());
    case 3:
      return share(any_exchange());
    case 4:
      return finish(any_exchange());
    case 5:
      say(mother_, KeycardCommandId::kCheckValue, kOwnKey, "CHECK_VALUE", 0, 0, 1);
      return;
    case 6:
      if (dice_.once_in(3)) apply_order();
      return;
    case 7:
    case 8:
      return open();
    case 9:
    case 10:
    case 11:
      return authorise();
    default:
      return act();
  }
}

}  // namespace

void print_pair_traces() {
  constexpr unsigned kTraces = 200;
  constexpr int kSteps = 24;
  for (unsigned seed = 1; seed <= kTraces; ++seed) {
    PairWorld world(fmt::format("seed-{}", seed), seed);
    world.open();
    for (int step = 0; step < kSteps; ++step) world.anything();
    std::cout << world.text();
  }
}

}  // namespace model
