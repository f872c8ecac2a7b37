// Lines and requests go to standard output, for a stick.
#include "audit/commands/witness.h"

#include "audit/commands/where.h"
#include "audit/witness.h"
#include "base/core/clock.h"
#include "base/core/durable_file.h"
#include "base/core/error.h"

namespace audit::commands {

void init_witness(const WitnessOptions& options) {
  fmt::print("{}\n", format(Witness::create(options.folder, options.name).key()));
}

void print_witness_key(const WitnessOptions& options) {
  fmt::print("{}\n", format(Witness::open(options.folder).key()));
}

void cosign(const WitnessOptions& options) {
  const WitnessRequest request = parse_request(base::read_text_file(options.file));
  Witness witness = Witness::open(options.folder);
  const SignatureLine line = witness.cosign(request, key_of(options.key), base::system_time());
  // The line alone does not say what was signed: the answer is the whole note.
  Note note = parse_note(request.checkpoint);
  note.lines.push_back(line);
  fmt::print("{}", format(note));
}

void print_request(const WitnessOptions& options) {
  Archive archive = open_log(options.log);
  fmt::print("{}", format(request_of(archive, parse_decimal(options.old))));
}

void import_cosignature(const WitnessOptions& options) {
  const Note note = parse_note(base::read_text_file(options.file));
  Archive archive(store::Database::open(log_path(options.log), store::Access::kExisting));
  const VerifierKey witness = key_of(options.key);
  keep_cosignature(archive, note, witness);
  fmt::print("cosignature of {} kept for size {}\n", witness.name,
             parse_checkpoint(note.text).head.size);
}

}  // namespace audit::commands
