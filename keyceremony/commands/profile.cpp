// keyceremony profile check | show | hash | diff | generate
#include "derivation/profile.h"

#include <memory>

#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/crypto/random.h"
#include "base/crypto/words.h"
#include "derivation/profile_rows.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

constexpr std::size_t kBytesInWords = 8;

struct Options {
  std::string file;
  std::string other;
  std::string out;
  std::string name;
  bool live = false;
  bool canonical = false;
};

std::string hex_of(const derivation::Profile& profile) {
  return base::to_hex(derivation::hash_of(profile), base::HexCase::kLower);
}

std::string words_of(const derivation::Profile& profile) {
  return crypto::hash_words(base::ByteView(derivation::hash_of(profile)).first(kBytesInWords));
}

void check(const Options& options) {
  const auto profile = derivation::load_profile(options.file);
  if (options.live) derivation::refuse_sample_values(profile);
  const auto samples = derivation::sample_rows(profile);
  for (const auto& row : samples)
    fmt::print("{}:{}: {}: sample 样例值: {}; {}\n", options.file, row.line, row.field, row.english,
               row.chinese);
  fmt::print("hash 摘要 {}\n          {}\n", hex_of(profile), words_of(profile));
  fmt::print("{}: {} counties 个县(市), suite {}, {}\n", profile.name, profile.counties.size(),
             crypto::suite(profile.suite).name,
             samples.empty() ? "fit for live work 可用于正式环境" : "for rehearsals only 仅供演练");
}

void show(const Options& options) {
  const auto profile = derivation::load_profile(options.file);
  if (options.canonical) {
    fmt::print("{}", derivation::canonical_text(profile));
    return;
  }
  for (const auto& row : derivation::rows_of(profile))
    fmt::print("{:28} {:26}  {} {}\n", row.field, derivation::value_and_mark(row), row.english,
               row.chinese);
  fmt::print("\nhash 摘要 {}\n          {}\n", hex_of(profile), words_of(profile));
}

void show_hash(const Options& options) {
  const auto profile = derivation::load_profile(options.file);
  fmt::print("{}\n{}\n", hex_of(profile), words_of(profile));
}

void diff(const Options& options) {
  const auto found = derivation::differences(derivation::load_profile(options.file),
                                             derivation::load_profile(options.other));
  if (found.empty()) {
    fmt::print("the same values, the same hash 内容相同，摘要相同\n");
    return;
  }
  const auto shown = [](const std::string& value) { return value.empty() ? "-" : value; };
  for (const auto& row : found)
    fmt::print("{}: {} -> {}  {} {}\n", row.field, shown(row.one), shown(row.other), row.english,
               row.chinese);
  base::fail(base::Fault::kConflict, "{} and {} differ in {} values 两个方案有{}处不同",
             options.file, options.other, found.size(), found.size());
}

void generate(const Options& options) {
  const auto profile = derivation::live_profile_of(derivation::load_profile(options.file),
                                                   options.name, crypto::random_bytes);
  base::write_durably(options.out, derivation::format_toml(profile));
  fmt::print("{}: new factors 新的分散因子, {}\n", options.out, hex_of(profile));
}

using Act = void (*)(const Options&);

class Branch {
 public:
  Branch(CLI::App& parent, std::shared_ptr<Options> options)
      : app_(*parent.add_subcommand("profile", "the scheme profile 方案参数")),
        options_(std::move(options)) {
    app_.require_subcommand(1);
  }

  CLI::App& add(const char* name, const char* what, Act act) {
    CLI::App& command = *app_.add_subcommand(name, what);
    command.callback([options = options_, act] { act(*options); });
    return command;
  }

  CLI::App& add_with_file(const char* name, const char* what, Act act) {
    CLI::App& command = add(name, what, act);
    command.add_option("file", options_->file, "a scheme profile in TOML 方案参数文件")->required();
    return command;
  }

 private:
  CLI::App& app_;
  std::shared_ptr<Options> options_;
};

}  // namespace

void add_profile(CLI::App& app, const World&) {
  const auto options = std::make_shared<Options>();
  Branch profile(app, options);
  profile
      .add_with_file("check",
                     "is it whole, and is it fit for live work? 10 for errors, all named; with "
                     "--live 11 for sample values 检查是否完整、可否正式使用",
                     check)
      .add_flag("--live", options->live, "refuse what live work refuses 按正式环境要求检查");
  profile.add_with_file("show", "every value and what it means 列出全部参数及含义", show)
      .add_flag("--canonical", options->canonical, "the bytes under the hash 摘要所覆盖的字节");
  profile.add_with_file("hash", "in hex, and its first eight bytes in words 十六进制及单词摘要",
                        show_hash);
  profile
      .add_with_file(
          "diff", "each value that differs; 0 for the same, 14 for others 逐项比较两个文件", diff)
      .add_option("other", options->other, "another profile 另一个方案参数文件")
      ->required();
  CLI::App& made = profile.add(
      "generate", "the same rules with new random factors 产生新的随机分散因子", generate);
  made.add_option("--from", options->file, "profile whose other values stay 其余参数取自此文件")
      ->required();
  made.add_option("--name", options->name, "name of the scheme 方案名称")->required();
  made.add_option("--out", options->out, "the new file 新文件")->required();
}

}  // namespace keyceremony::commands
