// The counter while one command runs: the desk, its reader, and the clerk at the terminal.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/terminal/terminal.h"
#include "salesdesk/commands/options.h"
#include "salesdesk/ledger/desk_folder.h"
#include "salesdesk/trade/reader.h"

namespace desk::commands {

class Counter {
 public:
  // Opens the desk, and settles what a cut left behind and needs no card for.
  explicit Counter(const Options& options);

  Desk& desk() { return *desk_; }

  // The reader; the PSAM stays closed.
  Reader& reader();

  // The reader with the PSAM PIN verified: asked once per program run, as the PSAM forgets it at
  // power-off.
  Reader& reader_for_money();

  // The holder's PIN if the card on the reader has one, else nothing.
  base::SecretBytes holder_pin();

  // One JSON object under --json, else the sentence, Chinese and English.
  void print(const nlohmann::json& object, const terminal::Text& sentence) const;

 private:
  terminal::Terminal& terminal();
  base::SecretBytes ask_pin(const std::string& id, const terminal::Text& prompt);

  Options options_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<terminal::Terminal> terminal_;
  std::optional<Reader> reader_;
  bool psam_is_open_ = false;
};

}  // namespace desk::commands
