// Commands and answers protected by a key of the card.
//
//              tdes2                                   sm4, aes128
// MAC          retail MAC, left 4, IV = challenge | 0  SM-MAC = B(K, 32 | 0…): CMAC, left 8, over
//                                                      challenge16 | command
// encryption   ECB of LD1 | data, then 80 00… only     SM-ENC = B(K, 31 | 0…): CBC of LD1 | data |
//              when not whole blocks                   80 00…, IV = B(SM-ENC, challenge16)
//
// The command under the MAC is CLA INS P1 P2 Lc | data as sent, with Lc counting the MAC. An answer
// has its data only under the MAC, and the MAC behind it.
#pragma once

#include <optional>

#include "base/crypto/suite.h"
#include "cos-apdu/apdu.h"

namespace card {

constexpr std::size_t sm_mac_bytes(crypto::SuiteId suite) {
  return suite == crypto::SuiteId::kTdes2 ? 4 : 8;
}

// How long a challenge the suite's secure messaging wants.
constexpr std::uint32_t sm_challenge_bytes(crypto::SuiteId suite) {
  return suite == crypto::SuiteId::kTdes2 ? 4 : 16;
}

// The two rules alone, for a module that applies them to what its terminal framed. `challenge` is
// empty where the terminal gives none: then the tdes2 chain begins at zero. `padded` is whole blocks
// in tdes2, of any length in the others; `blocks` are whole blocks.
Bytes sm_mac(crypto::SuiteId suite, const crypto::Key& key, ByteView challenge, ByteView padded);
Bytes sm_encrypt_blocks(crypto::SuiteId suite, const crypto::Key& key, ByteView challenge,
                        ByteView blocks);

// How data of a file or key travels.
enum class Protection : Byte {
  kPlain,
  kMac,
  kEnciphered,  // without a MAC
  kEncipheredMac,
  // Not made here:
  kOrder,         // the order MAC of card_commands.h
  kWithPurchase,  // a record that a composite purchase carries
};

class SecureMessaging {
 public:
  // The key outlives the object; tdes2 takes a challenge of 4 or 8 bytes, the others of 16
  // (kMalformed).
  SecureMessaging(crypto::SuiteId suite, const crypto::Key& key, Bytes challenge);

  // Appends the MAC.
  CommandApdu with_mac(CommandApdu command) const;

  // Enciphers the data, then appends the MAC.
  CommandApdu enciphered(const CommandApdu& command) const;

  // The data before the MAC; nullopt when the MAC does not hold or there is none.
  std::optional<base::WipedBytes> checked(const CommandApdu& command) const;

  // Checked, then deciphered; nullopt also when the padding is wrong.
  std::optional<base::SecretBytes> deciphered(const CommandApdu& command) const;

  // The same for every protection but plain and order (kMalformed).
  CommandApdu protect(const CommandApdu& command, Protection protection) const;
  std::optional<base::WipedBytes> unprotect(const CommandApdu& command,
                                            Protection protection) const;

  // An enciphered read says in its data how many bytes it wants: E(wanted1 | 80 00…), MAC. wanted
  // is nullopt when the MAC does not hold.
  CommandApdu enciphered_read(CommandApdu command, Byte wanted) const;
  std::optional<Byte> wanted(const CommandApdu& command) const;

  // MAC or enciphered with MAC; the MAC is over the data as sent.
  Bytes answer_with_mac(ByteView data) const;
  Bytes enciphered_answer(ByteView data) const;
  // Throw kTampered.
  Bytes checked_answer(ByteView answer) const;
  base::SecretBytes deciphered_answer(ByteView answer) const;

 private:
  Bytes mac(ByteView message) const;
  Bytes encrypt(ByteView plain) const;
  Bytes decrypt_blocks(ByteView cipher_text) const;
  std::optional<base::SecretBytes> decrypt(ByteView cipher) const;
  Bytes command_under_mac(const CommandApdu& command, ByteView data) const;

  crypto::SuiteId suite_;
  const crypto::Key& key_;
  Bytes challenge_;
};

}  // namespace card
