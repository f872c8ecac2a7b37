// keyceremony component new | own | check: the second machine, which makes and proves what a leader types.
#include <memory>

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/whole_number.h"
#include "base/crypto/hex_groups.h"
#include "base/crypto/random.h"
#include "base/crypto/suite.h"
#include "base/terminal/tries.h"
#include "keyceremony/commands/tree.h"
#include "keyceremony/components.h"

namespace keyceremony::commands {

namespace {

constexpr std::size_t kComponentBytes = 16;

struct Options {
  std::string plan;
  std::string leader;
  std::string answers;
  bool without_read_back = false;

  unsigned number() const {
    return static_cast<unsigned>(base::parse_whole_number(leader, "leader", 1, kLeaders));
  }

  std::unique_ptr<terminal::Terminal> terminal(base::Mode mode) const {
    return terminal::open_terminal(
        answers.empty() ? std::nullopt : std::optional<std::filesystem::path>(answers), mode);
  }
};

void show_value(terminal::Terminal& terminal, const Plan& plan,
                const base::SecretBytes& component) {
  terminal.show({"Check value, for the paper", "校验值，请记在纸上"},
                base::to_hex(crypto::component_check_value(plan.suite, component)));
}

// Shows what goes on paper, as words or as groups, and has it read back from there.
void hand_over(const Options& options, const Plan& plan, const Person& leader,
               terminal::Terminal& terminal, const base::SecretBytes& component) {
  const auto header = header_of(plan, leader.index);
  const bool groups = leader.source == Source::kHex;
  const auto numbers = groups ? base::SecretBytes() : crypto::component_words(header, component);
  terminal.clear();
  terminal.show_secret(
      {leader.name + ", for your eyes only", leader.name + "，仅供本人抄写"},
      groups ? crypto::printed_hex_groups(component) : crypto::printed_words(numbers));
  show_value(terminal, plan, component);
  if (options.without_read_back) return;
  terminal.confirm({"component.written", {"all of it is on paper", "全部已抄在纸上"}}, "WRITTEN");
  terminal.clear();
  EntryDesk desk(terminal, plan);
  if (groups) {
    desk.read_back_groups("component.", leader.name, component);
  } else {
    desk.read_back_words("component.", leader.name, numbers, header);
  }
  terminal.clear();
}

void make(const Options& options) {
  const Plan plan = read_plan(options.plan);
  const Person& leader = plan.leader(options.number());
  if (options.without_read_back && plan.mode == base::Mode::kLive) {
    base::fail(base::Fault::kRefused, "a live component is read back from the paper");
  }
  const auto terminal = options.terminal(plan.mode);
  hand_over(options, plan, leader, *terminal, crypto::random_secret(kComponentBytes));
}

// A leader's own digits have no check characters yet.
void take_own(const Options& options) {
  const Plan plan = read_plan(options.plan);
  const Person& leader = plan.leader(options.number());
  if (leader.source != Source::kHex) {
    base::fail(base::Fault::kRefused, "{}: his component is {}, digits of his own are for hex",
               id_of(leader), row_of(leader.source).english);
  }
  const auto terminal = options.terminal(plan.mode);
  terminal->clear();
  const auto component = terminal::with_tries(*terminal, [&] {
    auto own = component_of_own_digits(
        terminal
            ->ask_secret({"component.digits",
                          {leader.name + ": 32 digits of your own, without check characters",
                           leader.name + "：自选三十二位十六进制数，不含校验位"},
                          terminal::Alphabet::kHex,
                          2 * kComponentBytes,
                          2 * kComponentBytes})
            .text);
    check_not_weak(own);
    return own;
  });
  hand_over(options, plan, leader, *terminal, component);
}

void check(const Options& options) {
  const Plan plan = read_plan(options.plan);
  Person leader = plan.leader(options.number());
  if (leader.source != Source::kHex) leader.source = Source::kWords;
  const auto terminal = options.terminal(plan.mode);
  terminal->clear();
  show_value(*terminal, plan, EntryDesk(*terminal, plan).enter(leader));
}

}  // namespace

void add_component(CLI::App& app, const World&) {
  const auto options = std::make_shared<Options>();
  CLI::App* const component = app.add_subcommand("component", "what a leader types (分量)");
  component->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, void (*run)(const Options&)) {
    CLI::App* const command = component->add_subcommand(name, what);
    command->add_option("--plan", options->plan)->required();
    command->add_option("--leader", options->leader, "1 to 4")
        ->required()
        ->check(CLI::IsMember({"1", "2", "3", "4"}));
    command->add_option("--answers", options->answers, "scripted answers (rehearsal only)");
    command->callback([options, run] { run(*options); });
    return command;
  };
  add("new", "make 20 words, or 8 groups of hex, on the second machine and read them back", make)
      ->add_flag("--without-read-back", options->without_read_back, "rehearsal only");
  add("own", "type 32 hex digits of one's own choice and get their check characters", take_own);
  add("check", "type the words or groups of a sealed paper and see its check value", check);
}

}  // namespace keyceremony::commands
