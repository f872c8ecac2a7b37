// keyceremony component new | check: the second machine, which makes and proves the words of a leader.
#include <memory>

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/whole_number.h"
#include "base/crypto/random.h"
#include "base/crypto/suite.h"
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

void make(const Options& options) {
  const Plan plan = read_plan(options.plan);
  const Person& leader = plan.leader(options.number());
  if (options.without_read_back && plan.mode == base::Mode::kLive) {
    base::fail(base::Fault::kRefused, "words of a live component are read back from the paper");
  }
  const auto terminal = options.terminal(plan.mode);
  const auto header = header_of(plan, leader.index);
  const base::SecretBytes component = crypto::random_secret(kComponentBytes);
  const base::SecretBytes numbers = crypto::component_words(header, component);
  terminal->clear();
  terminal->show_secret({leader.name + ", for your eyes only", leader.name + "，仅供本人抄写"},
                        crypto::printed_words(numbers));
  show_value(*terminal, plan, component);
  if (options.without_read_back) return;
  terminal->confirm({"component.written", {"the words are on paper", "单词已抄在纸上"}}, "WRITTEN");
  terminal->clear();
  EntryDesk(*terminal, plan).read_back_words("component.", leader.name, numbers, header);
  terminal->clear();
}

void check(const Options& options) {
  const Plan plan = read_plan(options.plan);
  Person leader = plan.leader(options.number());
  leader.source = Source::kWords;
  const auto terminal = options.terminal(plan.mode);
  terminal->clear();
  show_value(*terminal, plan, EntryDesk(*terminal, plan).enter(leader));
}

}  // namespace

void add_component(CLI::App& app, const World&) {
  const auto options = std::make_shared<Options>();
  CLI::App* const component = app.add_subcommand("component", "a leader's words (分量单词)");
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
  add("new", "make 20 words on the second machine and read them back", make)
      ->add_flag("--without-read-back", options->without_read_back, "rehearsal only");
  add("check", "type the words of a sealed paper and see its check value", check);
}

}  // namespace keyceremony::commands
