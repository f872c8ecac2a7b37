// keyceremony token check: what can be told of the two tokens without anybody's PIN
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/core/error.h"
#include "base/hsm/log_signer.h"
#include "base/hsm/token.h"
#include "base/hsm/token_folder.h"
#include "keyceremony/commands/shift.h"
#include "keyceremony/commands/tree.h"
#include "keyceremony/officers.h"
#include "keyceremony/token_commits.h"

namespace keyceremony::commands {

namespace {

using base::Fault;
using Store = hsm::FolderSurvey::Store;

std::string_view text_of(Store store) {
  switch (store) {
    case Store::kAgrees:
      return "the store agrees";
    case Store::kDiffers:
      return "the store differs and will be put back when the token is opened";
    case Store::kInUse:
      return "the store was not looked at, a program uses it";
  }
  base::fail(Fault::kMalformed, "store: expected a state of the table");
}

using Wrong = std::optional<base::Error>;

Wrong check_folder(std::string_view name, const std::filesystem::path& folder) {
  try {
    const hsm::FolderSurvey survey = hsm::TokenFolder::survey(folder);
    fmt::print("{}: {} files in the manifest, snapshot {} {}, {}, {} of {} wrong PINs\n", name,
               survey.files, survey.state.snapshot,
               survey.damaged.empty() ? "is whole" : "is DAMAGED", text_of(survey.store),
               survey.wrong_pins, hsm::TokenFolder::kMostTries);
    if (!survey.damaged.empty()) {
      return base::Error(Fault::kTampered,
                         fmt::format("{}: its snapshot is not the manifest's ({})", name,
                                     fmt::join(survey.damaged, ", ")));
    }
    if (survey.wrong_pins >= hsm::TokenFolder::kMostTries) {
      return base::Error(Fault::kRefused, fmt::format("{} is locked by wrong PINs", name));
    }
    return std::nullopt;
  } catch (const base::Error& error) {
    fmt::print("{}: {}\n", name, error.what());
    return base::Error(error.fault(), fmt::format("{}: {}", name, error.what()));
  }
}

// The MAC says that a folder is ours, the log that it is the newest.
Wrong check_commit(const station::Station& station) {
  try {
    audit::Archive log = audit::Archive::open(station.log_database());
    require_not_older(log, hsm::TokenFolder::survey(station.key_token()).state);
    return std::nullopt;
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kTampered) return std::nullopt;  // told by the other checks
    fmt::print("key token: {}\n", error.what());
    return error;
  }
}

Wrong check_officers(const station::Station& station) {
  try {
    const Officers officers = read_officers(station);
    fmt::print("officers: {} and {} hold the shares of the PINs\n", officers[0].name,
               officers[1].name);
    return std::nullopt;
  } catch (const base::Error& error) {
    fmt::print("officers: {}\n", error.what());
    return error;
  }
}

Wrong check_signer(const station::Station& station) {
  try {
    hsm::LogSigner(station.signer_socket(), station.origin()).public_key();
    fmt::print("signer: answers for {}\n", station.origin());
    return std::nullopt;
  } catch (const base::Error& error) {
    fmt::print("signer: {}\n", error.what());
    return base::Error(Fault::kUnavailable,
                       "the signer does not answer: open the shift with keyceremony token serve");
  }
}

}  // namespace

void check_tokens(const StationOptions& options) {
  const auto station = options.open();
  const Wrong found[] = {
      check_folder("key token", station.key_token()),
      check_commit(station),
      check_folder("log token", station.log_token()),
      check_officers(station),
      check_signer(station),
  };
  fmt::print("not looked at: the MAC of the manifests and the keys, which need the PINs\n");
  for (const Wrong& wrong : found) {
    if (wrong) throw base::Error(*wrong);
  }
}

}  // namespace keyceremony::commands
