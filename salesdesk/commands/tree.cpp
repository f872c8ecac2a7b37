#include "salesdesk/commands/tree.h"

#include <memory>
#include <string>

#include "base/core/error.h"
#include "salesdesk/commands/commands.h"

namespace desk::commands {

namespace {

struct Tree {
  CLI::App& app;
  int& status;
  std::shared_ptr<Options> options = std::make_shared<Options>();

  template <typename Typed, typename Run>
  void run(CLI::App* command, std::shared_ptr<Typed> typed, Run act) const {
    command->callback(
        [status = &status, options = options, typed, act] { *status = act(*options, *typed); });
  }
};

void add_shift(const Tree& tree) {
  CLI::App* shift = tree.app.add_subcommand("shift", "begin or end a shift (班次)");
  shift->require_subcommand(1);
  auto clerk = std::make_shared<std::string>();
  CLI::App* open = shift->add_subcommand("open", "PSAM PIN, then the counter is open (开班)");
  open->add_option("--clerk", *clerk, "staff number of the clerk")->required();
  tree.run(open, clerk, open_shift);
  tree.run(shift->add_subcommand("close", "cash-up (结班)"), clerk,
           [](const Options& options, const std::string&) { return close_shift(options); });
}

void add_init(const Tree& tree) {
  auto typed = std::make_shared<InitOptions>();
  CLI::App* init = tree.app.add_subcommand("init", "set up a desk (建立售电台)");
  init->add_option("--county", typed->county, "six-digit county code")->required();
  init->add_option("--profile", typed->profile, "scheme profile of the province")->required();
  init->add_option("--signer", typed->signer, "socket of the checkpoint signer")->required();
  init->add_option("--origin", typed->origin, "name of the desk's log")->required();
  init->add_option("--mode", typed->mode, "rehearsal or live");
  tree.run(init, typed, init_desk);
}

void add_account(const Tree& tree) {
  auto typed = std::make_shared<ApplicantOptions>();
  CLI::App* open = tree.app.add_subcommand(
      "open-account", "for the card on the reader and a reviewed applicant (开户)");
  open->add_option("--name", typed->name, "applicant")->required();
  open->add_option("--approved-by", typed->approved_by, "staff number of the reviewer")->required();
  open->add_option("--identity-no", typed->identity_no, "identity card number");
  open->add_option("--village", typed->village, "administrative village");
  tree.run(open, typed, open_account);
}

void add_top_up(const Tree& tree) {
  auto typed = std::make_shared<TopUpOptions>();
  CLI::App* topup = tree.app.add_subcommand("topup", "sell to the card on the reader (购电)");
  topup->add_option("--yuan", typed->yuan, "amount, at most two decimals")->required();
  topup->add_option("--request", typed->request,
                    "key of this sale: typed again, nothing is sold twice");
  tree.run(topup, typed, top_up);
}

void add_simple(const Tree& tree, const std::string& name, const std::string& what,
                int (*act)(const Options&)) {
  tree.run(tree.app.add_subcommand(name, what), std::make_shared<int>(),
           [act](const Options& options, int) { return act(options); });
}

void add_file(const Tree& tree, const std::string& name, const std::string& what,
              const std::string& content, int (*act)(const Options&, const std::string&)) {
  auto file = std::make_shared<std::string>();
  CLI::App* command = tree.app.add_subcommand(name, what);
  command->add_option("file", *file, content)->required();
  tree.run(command, file, act);
}

// Named by the plan, not built yet: refused rather than unknown.
void add_refused(const Tree& tree, const std::string& name, const std::string& what) {
  tree.run(tree.app.add_subcommand(name, what), std::make_shared<std::string>(name),
           [](const Options&, const std::string& refused) -> int {
             base::fail(base::Fault::kRefused, "本版本不提供 / {} is not in this version", refused);
           });
}

}  // namespace

void add_commands(CLI::App& app, int& status) {
  const Tree tree{app, status};
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--desk", tree.options->desk, "folder of the desk")
      ->envname("WELLKEY_DESK")
      ->required();
  app.add_option("--answers", tree.options->answers, "scripted answers, in rehearsal mode only");
  app.add_flag("--json", tree.options->json, "one JSON object on stdout");
  add_init(tree);
  add_shift(tree);
  add_account(tree);
  add_top_up(tree);
  add_file(tree, "harvest", "import records of a meter (导入抄表)",
           "JSON of meter-emu or the handheld", harvest_file);
  add_simple(tree, "recover", "settle the open top-up of the card on the reader (查清未决)",
             recover);
  add_simple(tree, "settle", "settle a locked card by its harvested record (解扣)", settle);
  add_file(tree, "release", "release the lock of the card on the reader by package (解除卡锁定)",
           "the meter's settlement, or the county's order", release);
  add_simple(tree, "show", "the card on the reader (读卡)", show);
  add_file(tree, "modify-psam", "bring the PSAM to the next key version (PSAM卡密钥修改)",
           "key package of the county", modify_psam);
  add_file(tree, "issue-tool", "issue the blank tool card on the reader (发行工具卡)",
           "tool card package of the county", issue_tool);
  add_simple(tree, "read-tool", "the tool card on the reader and its readings (读工具卡)",
             read_tool);
  add_simple(tree, "balance", "sold = consumed + on cards (对账)", print_balance);
  add_refused(tree, "deduct", "take an amount off a card (扣减金额)");
  add_refused(tree, "supplement", "add an amount to a card (增补金额)");
  add_refused(tree, "close-account", "give up a card (销户)");
  add_refused(tree, "web", "the pages of the eight modules (网页)");
}

}  // namespace desk::commands
