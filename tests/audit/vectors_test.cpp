// Every row of the published vectors that speaks about trees, notes, checkpoints and proofs.
#include "tests/audit/vectors.h"

#include <doctest/doctest.h>

#include "audit/checkpoint.h"
#include "audit/proof.h"
#include "base/core/error.h"

using audit::Hash32;
using support::bytes_of_hex;
using support::hash_of_base64;
using support::Json;
using support::proof_of;
using support::vectors;

namespace {

std::string hex(const Hash32& hash) {
  return base::to_hex(hash, base::HexCase::kLower);
}

std::vector<Hash32> eight_leaves() {
  std::vector<Hash32> leaves;
  for (const Json& input : vectors()["rfc6962_tree"]["leaf_inputs_hex"]) {
    leaves.push_back(audit::leaf_hash(bytes_of_hex(input)));
  }
  return leaves;
}

}  // namespace

TEST_CASE("hashes of leaves, nodes and the empty tree are those of RFC 6962") {
  for (const Json& row : vectors()["rfc6962_hash"]) {
    const auto desc = row["desc"].get<std::string>();
    const auto op = row["op"].get<std::string>();
    CAPTURE(desc);
    Hash32 found{};
    if (op == "empty") found = audit::empty_root();
    if (op == "leaf") found = audit::leaf_hash(bytes_of_hex(row["data_hex"]));
    if (op == "node") {
      // The published case hashes short strings, which typed nodes cannot be: raw, same prefix.
      const base::Bytes prefix = {0x01};
      found =
          crypto::sha256({prefix, bytes_of_hex(row["left_hex"]), bytes_of_hex(row["right_hex"])});
    }
    CHECK(hex(found) == row["expected_hex"].get<std::string>());
  }
}

TEST_CASE("the tree of eight leaves has the published roots, whole and appended") {
  const Json& tree = vectors()["rfc6962_tree"];
  const std::vector<Hash32> leaves = eight_leaves();
  audit::CompactRange range;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    CAPTURE(size);
    CHECK(hex(audit::root_of(std::span(leaves).first(size))) ==
          tree["roots_by_size_hex"][size].get<std::string>());
    CHECK(hex(range.root()) == tree["roots_by_size_hex"][size].get<std::string>());
    if (size == leaves.size()) break;
    CHECK(hex(leaves[size]) == tree["leaf_hashes_hex"][size].get<std::string>());
    range.append(leaves[size]);
  }
}

TEST_CASE("all proofs of the tree of eight leaves are made as listed, and hold") {
  const std::vector<Hash32> leaves = eight_leaves();
  const auto head = [&leaves](std::uint64_t size) {
    return audit::Head{size, audit::root_of(std::span(leaves).first(size))};
  };
  const Json& lists = vectors()["derived_all_proofs_of_the_8_leaf_tree"];
  for (const Json& row : lists["inclusion"]) {
    const auto index = row["index"].get<std::uint64_t>();
    const auto size = row["size"].get<std::uint64_t>();
    CAPTURE(index);
    CAPTURE(size);
    const audit::Proof proof = audit::inclusion_proof(std::span(leaves).first(size), index);
    CHECK(proof == proof_of(row["proof_b64"]));
    CHECK(audit::includes(head(size), index, leaves[index], proof));
  }
  for (const Json& row : lists["consistency"]) {
    const auto older = row["size1"].get<std::uint64_t>();
    const auto newer = row["size2"].get<std::uint64_t>();
    CAPTURE(older);
    CAPTURE(newer);
    const audit::Proof proof = audit::consistency_proof(std::span(leaves).first(newer), older);
    CHECK(proof == proof_of(row["proof_b64"]));
    CHECK(audit::consistent(head(older), head(newer), proof));
  }
}

TEST_CASE("inclusion proofs are judged as published") {
  int positive = 0;
  for (const Json& row : vectors()["inclusion_proofs"]["cases"]) {
    const auto file = row["file"].get<std::string>();
    CAPTURE(file);
    const auto root = hash_of_base64(row["root"]);
    const auto leaf = hash_of_base64(row["leafHash"]);
    const auto proof = proof_of(row["proof"]);
    const bool good = root && leaf && proof &&
                      audit::includes({row["treeSize"].get<std::uint64_t>(), *root},
                                      row["leafIdx"].get<std::uint64_t>(), *leaf, *proof);
    CHECK(good == !row["wantErr"].get<bool>());
    positive += good ? 1 : 0;
  }
  CHECK(positive == 3);
}

TEST_CASE("consistency proofs are judged as published") {
  int positive = 0;
  for (const Json& row : vectors()["consistency_proofs"]["cases"]) {
    const auto file = row["file"].get<std::string>();
    CAPTURE(file);
    const auto root1 = hash_of_base64(row["root1"]);
    const auto root2 = hash_of_base64(row["root2"]);
    const auto proof = proof_of(row["proof"]);
    const bool good = root1 && root2 && proof &&
                      audit::consistent({row["size1"].get<std::uint64_t>(), *root1},
                                        {row["size2"].get<std::uint64_t>(), *root2}, *proof);
    CHECK(good == !row["wantErr"].get<bool>());
    positive += good ? 1 : 0;
  }
  CHECK(positive == 4);
}

TEST_CASE("published notes hold, and one changed letter breaks them") {
  for (const Json& row : vectors()["signed_notes"]) {
    const auto source = row["source"].get<std::string>();
    CAPTURE(source);
    const auto text = row["note"].get<std::string>();
    const auto key = audit::VerifierKey::parse(row["vkey"].get<std::string>());
    audit::Note note = audit::parse_note(text);
    CHECK(note.lines.at(0).key_id == key.id());
    CHECK(audit::format(note) == text);
    CHECK(audit::judge(note, key) == audit::Verdict::kGood);
    if (row.contains("test_only_skey")) {
      const auto secret = row["test_only_skey"].get<std::string>();
      base::Bytes body = audit::from_base64(secret.substr(secret.find("+A") + 1));
      const auto seed = base::SecretBytes::copy_of(base::ByteView(body).subspan(1));
      const auto signature = crypto::sign(seed, base::bytes_of(note.text));
      CHECK(audit::log_line(key, signature) == note.lines.at(0));
    }
    note.text.front() ^= 0x20;
    CHECK(audit::judge(note, key) == audit::Verdict::kBad);
  }
}

TEST_CASE("verifier keys are read and written as published, and a wrong id is refused") {
  for (const Json& row : vectors()["vkey_ids"]) {
    const auto text = row["vkey"].get<std::string>();
    CAPTURE(text);
    const auto key = audit::VerifierKey::parse(text);
    CHECK(static_cast<int>(key.type) == row["type"].get<int>());
    CHECK(fmt::format("{:08x}", key.id()) == row["key_id_hex"].get<std::string>());
    CHECK(audit::format(key) == text);
    std::string other = text;
    other[text.find('+') + 1] = other[text.find('+') + 1] == '0' ? '1' : '0';
    CHECK_THROWS_AS(audit::VerifierKey::parse(other), base::Error);
  }
}

TEST_CASE("notes are accepted and refused as x/mod does") {
  const auto verdict = [](const std::string& note, const audit::VerifierKey& key) {
    try {
      audit::require_signed(audit::parse_note(note), key);
      return true;
    } catch (const base::Error&) {
      return false;
    }
  };
  for (const Json& row : vectors()["note_acceptance"]["cases"]) {
    const auto desc = row["desc"].get<std::string>();
    CAPTURE(desc);
    const auto key = audit::VerifierKey::parse(row["vkey"].get<std::string>());
    CHECK(verdict(base::text_of(bytes_of_hex(row["note_hex"])), key) == row["accept"].get<bool>());
  }
}

TEST_CASE("published checkpoints are parsed, and the real one holds under its own origin") {
  const auto go = audit::VerifierKey::parse(vectors()["vkey_ids"][0]["vkey"].get<std::string>());
  for (const Json& row : vectors()["checkpoint_examples"]) {
    const auto text = row["text"].get<std::string>();
    CAPTURE(text);
    if (!row.contains("log_key_id_hex")) {
      // Two bodies without signatures; the root of one is seven bytes long.
      if (text.starts_with("Log\n")) {
        CHECK_THROWS_AS(audit::parse_checkpoint(text), base::Error);
      } else {
        CHECK(audit::format(audit::parse_checkpoint(text)) == text);
      }
      continue;
    }
    audit::Note note = audit::parse_note(text);
    CHECK(audit::format(note) == text);
    CHECK(fmt::format("{:08x}", note.lines.at(0).key_id) ==
          row["log_key_id_hex"].get<std::string>());
    CHECK(note.lines.at(0).signature.size() == row["log_sig_len"].get<std::size_t>());
    audit::Checkpoint checkpoint = audit::parse_checkpoint(note.text);
    CHECK(audit::format(checkpoint) == note.text);
    checkpoint.origin = "go.sum database tree";
    note.text = audit::format(checkpoint);
    note.lines.at(0).name = go.name;
    CHECK(audit::judge(note, go) == audit::Verdict::kGood);
    if (note.lines.size() < 2) continue;
    const audit::SignatureLine& witness = note.lines.at(1);
    CHECK(fmt::format("{:08x}", witness.key_id) == row["witness_key_id_hex"].get<std::string>());
    CHECK(base::Reader(witness.signature).u64() == row["witness_timestamp"].get<std::uint64_t>());
  }
}

TEST_CASE("a cosignature carries its time in front") {
  const Json& row = vectors()["cosignature_timestamp"];
  const base::Bytes body = audit::from_base64(row["sig_b64"].get<std::string>());
  base::Reader reader(body);
  reader.u32();
  CHECK(reader.u64() == row["expected_unix"]);
  CHECK(reader.remaining() == 64);
}

TEST_CASE("proof files are read and written as published") {
  for (const Json& row : vectors()["tlog_proof_format"]) {
    const auto text = row["text"].get<std::string>();
    CAPTURE(text);
    const audit::ProofFile file = audit::parse_proof(text);
    CHECK(audit::format(file) == text);
    CHECK(file.index == row["index"]);
    if (row.contains("hashes_b64")) CHECK(file.hashes == proof_of(row["hashes_b64"]));
    CHECK(file.extra.has_value() == row.contains("extra"));
    if (file.extra) CHECK(base::text_of(*file.extra) == row["extra"].get<std::string>());
  }
}
