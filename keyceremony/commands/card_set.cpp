// keyceremony card-set prepare | show
#include <memory>

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/crypto/words.h"
#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

constexpr std::size_t kShownBytes = 8;

struct Options {
  StationOptions station;
  std::string card;
  std::string id;
  std::string name;
};

crypto::PublicPoint point_in(card::keycards::Blank& card) {
  try {
    return card.public_point();
  } catch (const base::Error& error) {
    if (error.fault() != base::Fault::kNotFound && error.fault() != base::Fault::kWrongState) throw;
  }
  return card.make_key_pair();
}

void prepare(const World& world, const Options& options) {
  const auto station = options.station.open();
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  CardTable cards = card_table(world, options.station, *terminal);
  const HeldCard held{options.id, options.name, derivation::Serial8::parse(options.card), {}};
  card::keycards::Blank card(cards.visit(held));
  const auto point = point_in(card);
  cards.visit_with_pin(held);
  cards.put_away();
  fmt::print("{} {} {}\n", options.id, format(held.serial),
             base::to_hex(crypto::sha256(point), base::HexCase::kLower));
}

void show(const World& world, const Options& options) {
  const auto serial = derivation::Serial8::parse(options.card);
  const auto link = world.find_card(serial, options.card, patience(options.station));
  card::Session session(*link);
  card::keycards::KeyCard card(session);
  const auto status = card.status();
  fmt::print("{}\n", card::keycards::describe(status));
  if (status.plan_id == crypto::Hash32{}) return;
  const auto words = [](base::ByteView hash) {
    return crypto::hash_words(hash.first(kShownBytes));
  };
  fmt::print("plan        {}\n", words(status.plan_id));
  fmt::print("fingerprint {}\n", words(card.set_fingerprint()));
}

}  // namespace

void add_card_set(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const set = app.add_subcommand("card-set", "the cards of a ceremony (卡组)");
  set->require_subcommand(1);
  CLI::App* const made = set->add_subcommand("prepare", "key pair and first PIN of a role card");
  options->station.add_to(*made);
  made->add_option("--card", options->card, "serial, 16 hex digits")->required();
  made->add_option("--id", options->id, "of the questions, such as officer-1")->required();
  made->add_option("--name", options->name, "of the keeper")->required();
  made->callback([options, world] { prepare(world, *options); });
  CLI::App* const shown =
      set->add_subcommand("show", "what a card says, for the second machine (第二台机器)");
  shown->add_option("--card", options->card, "serial, 16 hex digits")->required();
  shown->callback([options, world] { show(world, *options); });
}

}  // namespace keyceremony::commands
