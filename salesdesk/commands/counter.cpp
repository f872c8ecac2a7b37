#include "salesdesk/commands/counter.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/hsm/log_signer.h"
#include "salesdesk/ledger/terminal_key.h"
#include "salesdesk/trade/top_up.h"

namespace desk::commands {

namespace {

constexpr std::size_t kLeastPin = 4;
constexpr std::size_t kMostPin = 12;

audit::Signer signer_of(const Settings& settings) {
  auto remote = std::make_shared<hsm::LogSigner>(settings.signer, settings.origin);
  return {settings.origin, remote->public_key(),
          [remote](base::ByteView text) { return remote->sign(text); }};
}

void report_open(Desk& desk) {
  for (const TopUp& open : recover_at_start(desk)) {
    fmt::print(
        stderr,
        "未决购电 {0}：{1} 元，卡 {2}，请放上该卡运行 recover / top-up {0} of {1} yuan to card "
        "{2} is {3}: put that card on the reader and run recover\n",
        open.id, base::format(open.order.amount), open.order.card.masked(),
        row_of(open.state).name);
  }
}

}  // namespace

Counter::Counter(const Options& options) : options_(options) {
  Settings settings = read_settings(options.desk);
  audit::Signer signer = signer_of(settings);
  desk_ = std::make_unique<Desk>(options.desk, std::move(settings), std::move(signer),
                                 base::system_time);
  report_open(*desk_);
}

Reader& Counter::reader() {
  if (!reader_) reader_.emplace(Reader::open());
  return *reader_;
}

terminal::Terminal& Counter::terminal() {
  if (!terminal_) {
    const auto answers = options_.answers.empty()
                             ? std::nullopt
                             : std::optional<std::filesystem::path>(options_.answers);
    terminal_ = terminal::open_terminal(answers, desk_->settings().mode);
  }
  return *terminal_;
}

base::SecretBytes Counter::ask_pin(const std::string& id, const terminal::Text& prompt) {
  return terminal()
      .ask_secret({.id = id,
                   .prompt = prompt,
                   .alphabet = terminal::Alphabet::kDigits,
                   .least = kLeastPin,
                   .most = kMostPin})
      .text;
}

Reader& Counter::reader_for_money() {
  Reader& open = reader();
  if (!psam_is_open_) {
    open.verify_psam_pin(ask_pin("psam-pin", {"PIN of the desk's PSAM", "本台PSAM卡密码"}),
                         read_terminal_key(options_.desk));
    psam_is_open_ = true;
  }
  return open;
}

base::SecretBytes Counter::holder_pin() {
  if (reader().look().pin == HolderPin::kNone) return {};
  return ask_pin("user-pin", {"PIN of the card's holder", "持卡人密码"});
}

void Counter::print(const nlohmann::json& object, const terminal::Text& sentence) const {
  if (options_.json) {
    fmt::print("{}\n", object.dump());
  } else {
    fmt::print("{}\n{}\n", sentence.chinese, sentence.english);
  }
}

}  // namespace desk::commands
