#include "tests/keyceremony/emulated_room.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "base/core/durable_file.h"
#include "base/crypto/door.h"
#include "base/crypto/ed25519.h"
#include "base/crypto/hex_groups.h"
#include "base/crypto/random.h"
#include "base/crypto/words.h"
#include "base/terminal/scripted_terminal.h"
#include "cos-apdu/keycards/open_pair.h"
#include "cos-apdu/keycards/pairing.h"
#include "cos-apdu/virtual/direct_link.h"
#include "tests/support/replaced.h"

namespace room {

namespace {

namespace fs = std::filesystem;
using derivation::CardKind;
using derivation::Serial8;
using keyceremony::Source;

constexpr std::string_view kPin = "739164";
constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
constexpr const char* kRolls = "36251461523463215546213365421165344152632514362514362";

const Serial8 kStockMother = Serial8::of(CardKind::kStock, 1);
const Serial8 kStockControl = Serial8::of(CardKind::kStock, 2);

base::SecretBytes pin() {
  return base::SecretBytes::copy_of(base::bytes_of(kPin));
}

card::layout::PlanParts stock_plan(base::Mode mode) {
  card::layout::PlanParts parts;
  parts.mode = mode;
  parts.set_id.fill(0x5A);
  return parts;
}

struct StockPair {
  std::unique_ptr<card::Link> mother_link;
  std::unique_ptr<card::Link> control_link;
  card::Session mother;
  card::Session control;

  explicit StockPair(Drawer& drawer)
      : mother_link(drawer.link(kStockMother)),
        control_link(drawer.link(kStockControl)),
        mother(*mother_link),
        control(*control_link) {}

  void make(base::Mode mode) {
    card::keycards::MotherCard mother_card(mother);
    card::keycards::ControlCard control_card(control);
    const std::vector<crypto::PublicPoint> set{mother_card.make_key_pair(),
                                               control_card.make_key_pair()};
    for (card::keycards::KeyCard* card :
         std::initializer_list<card::keycards::KeyCard*>{&mother_card, &control_card}) {
      card->set_pin(pin());
      card->verify_pin(pin());
      card->put_plan(stock_plan(mode));
      card->put_set(set);
    }
    mother_card.generate_stock_key();
    card::keycards::pair_cards(mother_card, control_card, {{0x01}, 1});
  }
};

void install_stock_keys(Drawer& drawer, base::Mode mode, const std::vector<Serial8>& blanks) {
  drawer.add(kStockMother);
  drawer.add(kStockControl);
  StockPair stock(drawer);
  stock.make(mode);
  const auto secret = pin();
  card::keycards::OpenPair pair(stock.mother, stock.control, {secret, secret},
                                {{}, static_cast<std::uint16_t>(blanks.size())});
  for (const Serial8& serial : blanks) {
    drawer.add(serial);
    const auto link = drawer.link(serial);
    card::Session session(*link);
    card::keycards::Blank blank(session);
    const auto point = blank.make_key_pair();
    blank.install_transport_key(pair.export_transport_key(serial, point));
  }
}

// A rehearsal takes the sample profile as it is, a live station new factors.
station::Station make_station(const fs::path& folder, base::Mode mode) {
  auto made = station::Station::init(folder, mode, "test.example/station", kModule);
  auto profile = derivation::load_profile(fs::path(WELLKEY_SOURCE_DIR) /
                                          "derivation/profiles/hebei-sample.toml");
  if (mode == base::Mode::kLive) {
    profile = derivation::live_profile_of(std::move(profile), "test-live", crypto::random_bytes);
  }
  base::write_durably(made.profile(), derivation::format_toml(profile));
  return made;
}

// "leader-1.word-01" … and the same for the read-back.
void answer_words(std::map<std::string, std::string>& answers, const keyceremony::Plan& plan,
                  unsigned leader) {
  const auto printed = crypto::printed_words(
      crypto::component_words(keyceremony::header_of(plan, leader),
                              base::SecretBytes::copy_of(EmulatedRoom::component_of(leader))));
  std::istringstream lines(base::text_of(printed.reveal(crypto::SecretDoor::open())));
  unsigned number = 0;
  std::string word;
  while (lines >> number >> word) {
    answers[fmt::format("leader-{}.word-{:02}", leader, number)] = word;
    answers[fmt::format("leader-{}.again.word-{:02}", leader, number)] = word;
  }
}

void answer_groups(std::map<std::string, std::string>& answers, unsigned leader) {
  const auto printed =
      crypto::printed_hex_groups(base::SecretBytes::copy_of(EmulatedRoom::component_of(leader)));
  std::istringstream lines(base::text_of(printed.reveal(crypto::SecretDoor::open())));
  unsigned number = 0;
  std::string group;
  while (lines >> number >> group) {
    std::erase(group, '-');
    answers[fmt::format("leader-{}.group-{}", leader, number)] = group;
    answers[fmt::format("leader-{}.again.group-{}", leader, number)] = group;
  }
}

std::string plan_text(const keyceremony::Plan& plan) {
  const auto hex = [](base::ByteView bytes) { return base::to_hex(bytes, base::HexCase::kLower); };
  std::string out = fmt::format(
      "# Plan of a key ceremony: reviewed beforehand, and nothing else is decided on the day.\n"
      "format = 1\ntitle = \"{}\"\nmode = \"{}\"\nsuite = \"{}\"\nset_id = \"{}\"\n"
      "profile_hash = \"{}\"\n",
      plan.title, base::name_of(plan.mode), crypto::suite(plan.suite).name, hex(plan.set_id),
      hex(plan.profile_hash));
  if (plan.token_key_hash) {
    out += fmt::format("token_key_hash = \"{}\"\n", hex(*plan.token_key_hash));
  }
  out += fmt::format(
      "master_mother = \"{}\"\nmaster_mother_bag = \"{}\"\n"
      "master_control = \"{}\"\nmaster_control_bag = \"{}\"\n",
      format(plan.mother.serial), plan.mother.bag, format(plan.control.serial), plan.control.bag);
  for (const auto& person : plan.people) {
    out += fmt::format("\n[[person]]\nrole = \"{}\"\nname = \"{}\"\ncard = \"{}\"\nbag = \"{}\"\n",
                       id_of(person), person.name, format(person.card), person.bag);
    if (person.role == keyceremony::Role::kLeader) {
      out += fmt::format("source = \"{}\"\n", row_of(person.source).id);
    }
    if (person.spare) {
      out += fmt::format("spare = \"{}\"\nspare_bag = \"{}\"\n", format(person.spare->serial),
                         person.spare->bag);
    }
  }
  return out;
}

keyceremony::Person person(keyceremony::Role role, unsigned index, const char* name,
                           const Serial8& card, Source source = Source::kCard) {
  return {role, index, name, card, "HB-" + format(card), source, std::nullopt, std::nullopt};
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = "/dev/shm/wellkey-ceremony-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) FAIL("no folder in memory");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  fs::remove_all(path_);
}

void Drawer::add(const Serial8& serial) {
  const auto image = card::chip::manufactured_image(serial, crypto::SuiteId::kAes128);
  restore({{serial, base::WipedBytes(image.begin(), image.end())}});
}

Drawer::Media Drawer::media() const {
  Media media;
  for (const auto& [serial, card] : cards_) media.emplace(serial, *card.medium);
  return media;
}

void Drawer::restore(const Media& media) {
  for (const auto& [serial, bytes] : media) {
    Card card{std::make_shared<base::WipedBytes>(bytes), nullptr};
    card.chip = std::make_unique<card::chip::Chip>(
        std::make_unique<card::chip::MemoryStorage>(card.medium));
    cards_[serial] = std::move(card);
  }
}

std::unique_ptr<card::Link> Drawer::link(const Serial8& serial) {
  const auto found = cards_.find(serial);
  if (found == cards_.end()) {
    base::fail(base::Fault::kNotFound, "no card {} in the drawer", format(serial));
  }
  return std::make_unique<card::chip::DirectLink>(*found->second.chip);
}

base::Bytes EmulatedRoom::component_of(unsigned leader) {
  base::Bytes value;
  for (unsigned at = 0; at < 16; ++at) {
    value.push_back(static_cast<base::Byte>(0xC1U + 0x35U * leader + 0x4FU * at * at));
  }
  return value;
}

EmulatedRoom::EmulatedRoom(const Sources& sources, base::Mode mode, Spares spares)
    : station_(make_station(folder_.path() / "station", mode)),
      profile_(derivation::load_profile(station_.profile())),
      machine_(make_machine()),
      plan_(make_plan(sources, spares)),
      log_seed_(crypto::Ed25519Pair::generate().seed) {
  std::vector<Serial8> blanks{
      Serial8::of(CardKind::kMasterMother, 2), Serial8::of(CardKind::kMasterControl, 2),
      Serial8::of(CardKind::kMasterMother, 3), Serial8::of(CardKind::kMasterControl, 3),
      Serial8::of(CardKind::kLeader, 9),       Serial8::of(CardKind::kLeader, 10)};
  for (const auto& card : plan_.all_cards()) blanks.push_back(card.serial);
  install_stock_keys(drawer_, mode, blanks);
  prepared_ = drawer_.media();
  make_answers();
}

void EmulatedRoom::agree_on(std::string_view threshold) {
  plan_ = keyceremony::parse_plan(
      support::replaced(plan_.text, "master_mother = ",
                        fmt::format("threshold = \"{}\"\nmaster_mother = ", threshold)),
      "plan.toml");
}

// As a ceremony wants it: no swap, no network, nobody tracing.
keyceremony::Machine EmulatedRoom::make_machine() const {
  const fs::path root = folder_.path() / "machine";
  fs::create_directories(root / "proc/self");
  fs::create_directories(root / "sys/class/net");
  std::ofstream(root / "proc/swaps") << "Filename Type Size Used Priority\n";
  std::ofstream(root / "proc/self/status") << "TracerPid:\t0\nSeccomp:\t2\n";
  std::ofstream(root / "program") << "the program\n";
  return {root / "proc", root / "sys", root / "program"};
}

keyceremony::Plan EmulatedRoom::make_plan(const Sources& sources, Spares spares) const {
  using keyceremony::Role;
  const keyceremony::PlannedCard mother{Serial8::of(CardKind::kMasterMother, 1), "HB-M1"};
  const keyceremony::PlannedCard control{Serial8::of(CardKind::kMasterControl, 1), "HB-C1"};
  keyceremony::Plan plan{.title = "Ceremony on emulated cards",
                         .mode = station_.mode(),
                         .suite = profile_.suite,
                         .profile_hash = derivation::hash_of(profile_),
                         .token_key_hash = std::nullopt,
                         .recovery = std::nullopt,
                         .next_drill = std::nullopt,
                         .mother = mother,
                         .control = control,
                         .people = {},
                         .text = {}};
  plan.set_id.fill(0x11);
  const std::array<const char*, keyceremony::kLeaders> names = {"Zhang Wei", "Wang Fang", "Li Na",
                                                                "Liu Yang"};
  plan.people = {person(Role::kAdministrator, 1, "Chen Jie", Serial8::of(CardKind::kRole, 1)),
                 person(Role::kInternalWitness, 1, "Yang Min", Serial8::of(CardKind::kRole, 2)),
                 person(Role::kExternalWitness, 1, "Huang Yu", Serial8::of(CardKind::kRole, 5)),
                 person(Role::kSafeController, 1, "Xu Ping", Serial8::of(CardKind::kRole, 6))};
  for (unsigned index = 1; index <= keyceremony::kLeaders; ++index) {
    plan.people.push_back(person(Role::kLeader, index, names.at(index - 1),
                                 Serial8::of(CardKind::kLeader, index), sources.at(index - 1)));
    if (spares == Spares::kNone) continue;
    const auto spare = Serial8::of(CardKind::kLeader, keyceremony::kLeaders + index);
    plan.people.back().spare = keyceremony::PlannedCard{spare, "HB-" + format(spare)};
  }
  plan.people.push_back(person(Role::kOfficer, 1, "Zhao Lei", Serial8::of(CardKind::kRole, 3)));
  plan.people.push_back(person(Role::kOfficer, 2, "Sun Li", Serial8::of(CardKind::kRole, 4)));
  return keyceremony::parse_plan(plan_text(plan), "plan.toml");
}

void EmulatedRoom::answer_for_card(const std::string& id, const std::string& bag) {
  answers_[id + ".pin"] = kPin;
  answers_[id + ".pin.again"] = kPin;
  answers_[id + ".bag"] = bag;
  answers_[id + ".seal"] = bag + "-sealed";
  answers_[id + ".break-seal"] = bag + "-break";
  answers_[id + ".break-bag"] = bag + "-break";
}

void EmulatedRoom::make_answers() {
  answers_["approval.by"] = "external-witness-1";
  answers_["break.stays"] = "safe-controller-1 external-witness-1";
  for (const auto& card : plan_.all_cards()) answer_for_card(card.id, card.bag);
  for (const auto& member : plan_.people) {
    const std::string id = id_of(member);
    for (const auto& [about, word] :
         std::initializer_list<std::pair<const char*, const char*>>{{"plan", "PLAN"},
                                                                    {"clock", "TIME"},
                                                                    {"room", "ROOM"},
                                                                    {"present", "PRESENT"},
                                                                    {"fingerprint", "SAME"},
                                                                    {"value", "MINE"},
                                                                    {"values", "EQUAL"},
                                                                    {"opened", "OPEN"},
                                                                    {"stayed", "STAYED"},
                                                                    {"taken", "LOCKED"}}) {
      answers_[fmt::format("{}.{}", id, about)] = word;
    }
    if (member.role == keyceremony::Role::kLeader && member.source == Source::kWords) {
      answer_words(answers_, plan_, member.index);
    }
    if (member.role == keyceremony::Role::kLeader && member.source == Source::kHex) {
      answer_groups(answers_, member.index);
    }
    const std::string rolls = std::string(kRolls) + std::to_string(member.index);
    answers_[id + ".dice"] = rolls;
    answers_[id + ".again.dice"] = rolls;
  }
}

fs::path EmulatedRoom::write_answers() const {
  fs::path path = folder_.path() / "answers";
  std::ofstream file(path);
  for (const auto& [id, answer] : answers_) file << id << " = " << answer << "\n";
  return path;
}

audit::Log EmulatedRoom::open_log() {
  auto pair = crypto::Ed25519Pair::of_seed(log_seed_.duplicate());
  const auto point = pair.point;
  const auto seed = std::make_shared<base::SecretBytes>(std::move(pair.seed));
  return audit::Log::open(
      {station_.log_database(), "test-station", station_.mode()},
      {station_.origin(), point, [seed](base::ByteView text) { return crypto::sign(*seed, text); }},
      [] { return base::parse_utc("2026-11-22T08:00:00Z"); });
}

keyceremony::State EmulatedRoom::run(keyceremony::AppendLine append) {
  return hold(station_, plan_, std::move(append));
}

keyceremony::State EmulatedRoom::hold(const station::Station& station,
                                      const keyceremony::Plan& plan,
                                      keyceremony::AppendLine append) {
  terminal::ScriptedTerminal terminal(write_answers(), base::Mode::kRehearsal);
  return hold_at(terminal, station, plan, std::move(append));
}

keyceremony::State EmulatedRoom::hold_at(terminal::Terminal& terminal,
                                         const station::Station& station,
                                         const keyceremony::Plan& plan,
                                         keyceremony::AppendLine append) {
  auto reached = keyceremony::State::kPlanned;
  attend_at(
      terminal, station, plan,
      [&](keyceremony::Ceremony& ceremony) {
        ceremony.run();
        reached = ceremony.state();
      },
      std::move(append));
  return reached;
}

void EmulatedRoom::attend(const keyceremony::Plan& plan, const Attend& act,
                          keyceremony::AppendLine append) {
  terminal::ScriptedTerminal terminal(write_answers(), base::Mode::kRehearsal);
  attend_at(terminal, station_, plan, act, std::move(append));
}

void EmulatedRoom::attend_at(terminal::Terminal& terminal, const station::Station& station,
                             const keyceremony::Plan& plan, const Attend& act,
                             keyceremony::AppendLine append) {
  keyceremony::Room world{terminal,
                          [this](const Serial8& serial, const std::string&,
                                 std::chrono::milliseconds) { return drawer_.link(serial); },
                          [] { return base::parse_utc("2026-11-22T08:00:00Z"); },
                          std::chrono::milliseconds(0), machine_};
  audit::Log log = open_log();
  keyceremony::Ceremony ceremony(station, plan, profile_, world, log, std::move(append));
  act(ceremony);
}

void EmulatedRoom::start_over() {
  drawer_.restore(prepared_);
  for (const fs::path& path : {station_.ceremonies(), station_.log_folder()}) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  for (const char* suffix : {"", "-wal", "-shm"}) {
    fs::remove(fs::path(station_.log_database().string() + suffix));
  }
}

}  // namespace room
