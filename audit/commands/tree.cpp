// One block for each subcommand.
#include "audit/commands/tree.h"

#include "base/core/error.h"

namespace audit::commands {

namespace {

CLI::App* add(CLI::App& app, const char* name, const char* promise, std::function<void()> run) {
  CLI::App* command = app.add_subcommand(name, promise);
  command->callback(std::move(run));
  return command;
}

void add_log(CLI::App* command, std::string& log) {
  command->add_option("--log", log, "station folder, or log.db")->envname("WELLKEY_STATION");
}

// Designed (the auditor's disc, accounts and exports), not built yet.
constexpr std::array kNotYet = {"kit", "account", "export", "report"};

void add_not_yet(CLI::App& app) {
  for (const char* name : kNotYet) {
    add(app, name, "not in this version", [name] {
      base::fail(base::Fault::kRefused, "{} is not in this version of audit", name);
    })->allow_extras();
  }
}

void add_log_commands(CLI::App& app, Options& o) {
  CLI::App* verify_log = add(app, "verify", "rebuild the log and check every signature", [&o] {
    o.verify.output = o.output();
    verify(o.verify);
  });
  add_log(verify_log, o.verify.log);
  verify_log->add_option("--key", o.verify.key, "verifier key of the log, or @FILE")->required();
  verify_log->add_option("--witness", o.verify.witnesses, "verifier key of a witness, or @FILE");
  verify_log->add_option("--since", o.verify.since, "checkpoint held outside");
  verify_log->add_flag("--json", o.json);

  CLI::App* show_log = add(app, "show", "print entries", [&o] {
    o.show.output = o.output();
    show(o.show);
  });
  add_log(show_log, o.show.log);
  show_log->add_option("--from", o.show.from, "index of the first entry");
  show_log->add_option("--act", o.show.act, "entries of this act only");
  show_log->add_flag("--json", o.json, "one entry a line, byte for byte");

  add_log(add(app, "checkpoint", "print the newest signed checkpoint",
              [&o] { print_checkpoint(o.log); }),
          o.log);

  CLI::App* prove =
      add(app, "prove", "print the proof file of an entry", [&o] { print_proof(o.log, o.index); });
  add_log(prove, o.log);
  prove->add_option("index", o.index)->required();

  CLI::App* tiles =
      add(app, "tiles", "write the log as plain files", [&o] { write_tile_files(o.log, o.out); });
  add_log(tiles, o.log);
  tiles->add_option("--out", o.out, "folder to write to, not the log's own")->required();
}

void add_file_commands(CLI::App& app, Options& o) {
  CLI::App* check = add(app, "check", "check a proof file", [&o] { check_proof(o.check); });
  check->add_option("proof", o.check.proof)->required();
  check->add_option("--entry", o.check.entry, "file with the entry's bytes")->required();
  check->add_option("--key", o.check.key, "verifier key of the log, or @FILE")->required();

  CLI::App* statement = add(app, "statement", "check what two officers have signed against the log",
                            [&o] { check_statement(o.statement); });
  add_log(statement, o.statement.log);
  statement->add_option("file", o.statement.statement)->required();
  statement->add_option("--key", o.statement.key, "verifier key of the log, or @FILE")->required();

  CLI::App* openssl = add(app, "openssl", "take a checkpoint apart for the openssl command",
                          [&o] { write_for_openssl(o.openssl); });
  openssl->add_option("checkpoint", o.openssl.checkpoint)->required();
  openssl->add_option("--key", o.openssl.key, "verifier key of the log, or @FILE")->required();
  openssl->add_option("--out", o.openssl.out, "folder to write to")->required();
}

void add_witness_commands(CLI::App& app, WitnessOptions& o) {
  CLI::App* witness = app.add_subcommand("witness", "exchange cosignatures by files");
  witness->require_subcommand(1);
  CLI::App* init = add(*witness, "init", "make a witness in a folder and print its key",
                       [&o] { init_witness(o); });
  CLI::App* key = add(*witness, "key", "print the witness's key", [&o] { print_witness_key(o); });
  CLI::App* request = add(*witness, "request", "print a request for the newest checkpoint",
                          [&o] { print_request(o); });
  CLI::App* sign = add(*witness, "cosign", "judge a request and print the cosigned checkpoint",
                       [&o] { cosign(o); });
  CLI::App* keep = add(*witness, "import", "keep a cosigned checkpoint in its log",
                       [&o] { import_cosignature(o); });
  for (CLI::App* command : {init, key, sign}) {
    command->add_option("--folder", o.folder, "the witness's folder")->required();
  }
  for (CLI::App* command : {request, keep}) add_log(command, o.log);
  for (CLI::App* command : {sign, keep}) command->add_option("file", o.file)->required();
  init->add_option("--name", o.name, "key name, such as witness.example/w1")->required();
  request->add_option("--old", o.old, "size that the witness signed last");
  sign->add_option("--key", o.key, "verifier key of the log, or @FILE")->required();
  keep->add_option("--key", o.key, "verifier key of the witness, or @FILE")->required();
}

}  // namespace

void add_commands(CLI::App& app, Options& o) {
  add_log_commands(app, o);
  add_file_commands(app, o);
  add_witness_commands(app, o.witness);
  add_not_yet(app);
}

}  // namespace audit::commands
