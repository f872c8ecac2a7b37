// Findings for people and for scripts.
#include "audit/commands/verify.h"

#include <nlohmann/json.hpp>

#include "audit/base64.h"
#include "audit/verify.h"
#include "base/core/durable_file.h"
#include "base/core/error.h"

namespace audit::commands {

namespace {

void print_json(const Expectations& expected, const Findings& findings) {
  nlohmann::ordered_json json;
  json["origin"] = expected.key.name;
  json["entries"] = findings.head.size;
  json["root"] = to_base64(findings.head.root);
  json["checkpoints"] = findings.checkpoints;
  json["cosignatures"] = findings.cosignatures;
  json["faults"] = findings.faults;
  fmt::print("{}\n", json.dump());
}

void print_text(const Expectations& expected, const Findings& findings) {
  fmt::print("log {}: {} entries, root {}\n", expected.key.name, findings.head.size,
             to_base64(findings.head.root));
  fmt::print("{} checkpoints, {} cosignatures, {} held outside\n", findings.checkpoints,
             findings.cosignatures, expected.older.size());
  for (const std::string& fault : findings.faults) fmt::print("FAULT {}\n", fault);
  if (!findings.faults.empty()) return;
  fmt::print("the log holds\n");
  if (expected.older.empty()) {
    fmt::print("a cut tail shows only against a checkpoint held outside: --since FILE\n");
  }
}

}  // namespace

void verify(const VerifyOptions& options) {
  Expectations expected;
  expected.key = key_of(options.key);
  for (const std::string& witness : options.witnesses)
    expected.witnesses.push_back(key_of(witness));
  for (const std::string& file : options.since) {
    expected.older.push_back(base::read_text_file(file));
  }
  expected.remembered = remembered_beside(options.log);
  Archive archive = open_log(options.log);
  const Findings findings = audit::verify(archive, expected);
  if (options.output == Output::kJson) {
    print_json(expected, findings);
  } else {
    print_text(expected, findings);
  }
  if (!findings.faults.empty()) {
    base::fail(base::Fault::kTampered, "the log does not hold: {} faults", findings.faults.size());
  }
}

}  // namespace audit::commands
