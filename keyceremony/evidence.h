// The evidence bundle of a ceremony that was closed or given up: a folder without any secret that a stranger can check on a bare
// machine with openssl.
//
//   plan.toml         as reviewed
//   transcript.txt    the journal up to the sealed bags, or to "given-up": what everybody signed
//   journal.txt       the journal whole
//   check-values.txt  "<purpose> <value>" per line, method 01; of an aborted ceremony those that were seen
//   cards.txt         "<id> <serial> <keeper>" per line
//   signatures/       <id>.sig (ECDSA, DER) and <id>.der (public key) of each participant; who did not sign an abort is in the journal
//   approvals/        <nonce>-<id>.sig and .der of each approval (approvals.h)
//   checkpoint        signed note of the audit log, log-key.der and log-key.txt its key
//   check.sh          checks all of it, and says of an abort that it is one, and why
//
// What each card signed: planId | step | SHA-256(transcript.txt).
#pragma once

#include <string>

#include "base/crypto/p256.h"
#include "keyceremony/scene.h"

namespace keyceremony {

inline constexpr base::Byte kStepTranscript = 0x01;

// Every line up to the one that says that the bags are sealed, or that the ceremony is given up.
// Throws kNotFound before that.
std::string transcript_of(const Journal& journal);

crypto::PublicPoint point_of(const Journal& journal, const std::string& holder);

// Writes the folder anew; throws kNotFound for whatever is not recorded yet.
void write_evidence(Scene& scene);

// SubjectPublicKeyInfo and ECDSA-Sig-Value, as openssl reads them.
base::Bytes der_of(const crypto::PublicPoint& point);
base::Bytes der_of(const crypto::Ed25519Public& key);
base::Bytes der_of_signature(base::ByteView r_s);

}  // namespace keyceremony
