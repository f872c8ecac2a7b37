// keyceremony profile check | show | hash | generate
#include "derivation/profile.h"

#include <memory>

#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "base/crypto/random.h"
#include "base/crypto/words.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

struct Options {
  std::string file;
  std::string out;
};

void check(const Options& options) {
  const auto profile = derivation::load_profile(options.file);
  const auto samples = derivation::sample_rows(profile);
  for (const auto& row : samples) fmt::print("sample: {}\n", row);
  fmt::print("{}: {} counties, suite {}, {}\n", profile.name, profile.counties.size(),
             crypto::suite(profile.suite).name,
             samples.empty() ? "fit for live work" : "for rehearsals only");
}

void show_hash(const Options& options) {
  const auto hash = derivation::hash_of(derivation::load_profile(options.file));
  fmt::print("{}\n{}\n", base::to_hex(hash, base::HexCase::kLower),
             crypto::hash_words(base::ByteView(hash).first(8)));
}

void generate(const Options& options) {
  const auto profile =
      derivation::live_profile_of(derivation::load_profile(options.file), crypto::random_bytes);
  base::write_durably(options.out, derivation::format_toml(profile));
  fmt::print("{}: new factors, {}\n", options.out,
             base::to_hex(derivation::hash_of(profile), base::HexCase::kLower));
}

}  // namespace

void add_profile(CLI::App& app, const World&) {
  const auto options = std::make_shared<Options>();
  CLI::App* const profile = app.add_subcommand("profile", "the scheme profile (方案参数)");
  profile->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, void (*run)(const Options&)) {
    CLI::App* const command = profile->add_subcommand(name, what);
    command->callback([options, run] { run(*options); });
    return command;
  };
  add("check", "is it whole, and is it fit for live work?", check)
      ->add_option("file", options->file)
      ->required();
  add("show", "every value, in the order of its hash",
      [](const Options& given) {
        fmt::print("{}", derivation::canonical_text(derivation::load_profile(given.file)));
      })
      ->add_option("file", options->file)
      ->required();
  add("hash", "in hex, and the first eight bytes in words", show_hash)
      ->add_option("file", options->file)
      ->required();
  CLI::App* const made = add("generate", "the same profile with new random factors", generate);
  made->add_option("--from", options->file, "profile whose other values stay")->required();
  made->add_option("--out", options->out)->required();
}

}  // namespace keyceremony::commands
