#include "keyceremony/evidence.h"

#include <algorithm>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence_check.h"

namespace keyceremony {

namespace {

namespace fs = std::filesystem;

// SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING }
constexpr base::FixedBytes<26> kP256Prefix = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48,
                                              0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
                                              0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};

// SEQUENCE { SEQUENCE { id-Ed25519 }, BIT STRING }
constexpr base::FixedBytes<12> kEd25519Prefix = {0x30, 0x2A, 0x30, 0x05, 0x06, 0x03,
                                                 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00};

constexpr base::Byte kDerSequence = 0x30;
constexpr base::Byte kDerInteger = 0x02;
constexpr base::Byte kSignBit = 0x80;

void put_integer(base::Writer& out, base::ByteView number) {
  while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
  const bool padded = (number.front() & kSignBit) != 0;
  out.u8(kDerInteger).u8(static_cast<base::Byte>(number.size() + (padded ? 1U : 0U)));
  if (padded) out.u8(0);
  out.bytes(number);
}

// An aborted ceremony shows those that were seen.
std::string check_values(const Journal& journal) {
  std::string out;
  for (const auto& row : derivation::kPurposes) {
    const Record* const record =
        journal.find(event::kCheckValue, {{"purpose", std::string(row.id)}});
    if (record != nullptr) {
      out += fmt::format("{} {}\n", row.id, record->fact("value"));
    } else if (journal.state() != State::kAborted) {
      base::fail(base::Fault::kNotFound, "no check value of purpose {} is recorded", row.id);
    }
  }
  return out;
}

// Nobody but the journal says why a signature under an aborted ceremony is missing.
void write_signature(const Journal& journal, const std::string& id, const fs::path& folder) {
  const Record* const record = journal.find(event::kSignature, {{"by", id}});
  const auto transcript =
      base::to_hex(crypto::sha256(base::bytes_of(transcript_of(journal))), base::HexCase::kLower);
  if (record == nullptr || record->fact("transcript") != transcript) {
    if (journal.state() == State::kAborted) return;
    base::fail(base::Fault::kNotFound, "{} has not signed", id);
  }
  base::write_durably(folder / (id + ".sig"),
                      der_of_signature(base::from_hex(record->fact("signature"), "signature")));
  base::write_durably(folder / (id + ".der"), der_of(point_of(journal, id)));
}

void write_approvals(const Journal& journal, const fs::path& folder) {
  fs::create_directories(folder);
  for (const Record& record : journal.records()) {
    if (record.event != event::kApproval) continue;
    const std::string name = record.fact("nonce") + "-" + record.fact("by");
    base::write_durably(folder / (name + ".sig"),
                        der_of_signature(base::from_hex(record.fact("signature"), "signature")));
    base::write_durably(folder / (name + ".der"), der_of(point_of(journal, record.fact("by"))));
  }
}

}  // namespace

std::string transcript_of(const Journal& journal) {
  const Record* last = journal.find(event::kGivenUp);
  if (last == nullptr) last = journal.find(row_of(State::kBagsSealed).id);
  if (last == nullptr) base::fail(base::Fault::kNotFound, "the bags are not sealed yet");
  std::string out;
  for (const auto& record : journal.records()) {
    if (record.number <= last->number) out += record.line + "\n";
  }
  return out;
}

crypto::PublicPoint point_of(const Journal& journal, const std::string& holder) {
  const Record* const record = journal.find(event::kPoint, {{"holder", holder}});
  if (record == nullptr) {
    base::fail(base::Fault::kNotFound, "{}: the point of its card is not recorded", holder);
  }
  return crypto::point_of_bytes(base::from_hex(record->fact("point"), "point"));
}

void write_evidence(Scene& scene) {
  const Journal& journal = scene.journal();
  audit::Log& log = scene.log_book().log();
  const fs::path folder = scene.folder() / "evidence";
  fs::create_directories(folder / "signatures");
  base::write_durably(folder / "plan.toml", scene.plan().text);
  base::write_durably(folder / "transcript.txt", transcript_of(journal));
  base::write_durably(folder / "journal.txt", journal.text());
  base::write_durably(folder / "check-values.txt", check_values(journal));
  std::string cards;
  for (const HeldCard& card : scene.plan().all_cards()) {
    cards += fmt::format("{} {} {}\n", card.id, format(card.serial), card.name);
  }
  base::write_durably(folder / "cards.txt", cards);
  for (const Person& person : scene.plan().people) {
    write_signature(journal, id_of(person), folder / "signatures");
  }
  write_approvals(journal, folder / "approvals");
  base::write_durably(folder / "checkpoint", log.checkpoint());
  base::write_durably(folder / "log-key.der", der_of(log.key().key));
  base::write_durably(folder / "log-key.txt", audit::format(log.key()) + "\n");
  base::write_durably(folder / "check.sh", kCheckScript);
  fs::permissions(folder / "check.sh", fs::perms::owner_exec, fs::perm_options::add);
}

base::Bytes der_of(const crypto::PublicPoint& point) {
  return base::concat({kP256Prefix, point});
}

base::Bytes der_of(const crypto::Ed25519Public& key) {
  return base::concat({kEd25519Prefix, key});
}

base::Bytes der_of_signature(base::ByteView r_s) {
  const std::size_t half = r_s.size() / 2;
  base::Writer numbers;
  put_integer(numbers, r_s.first(half));
  put_integer(numbers, r_s.subspan(half));
  base::Writer out;
  out.u8(kDerSequence).u8(static_cast<base::Byte>(numbers.view().size())).bytes(numbers.view());
  return out.take();
}

}  // namespace keyceremony
