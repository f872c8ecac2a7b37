// A user card of the interoperability profile as a county issues it: CREATE FILE, WRITE KEY, and a
// purse under its own keys.
#pragma once

#include <memory>

#include "cos-apdu/layout/key_types.h"
#include "cos-apdu/session.h"
#include "cos-apdu/virtual/chip.h"
#include "tests/support/watched_link.h"

namespace test::interoperability {

using base::Byte;
using base::Bytes;
using base::ByteView;
using card::Protection;
using card::layout::KeyType;

// Its short file ids in the purse's directory; binary, fixed, TLV and cyclic files of 16 bytes or
// four records of eight.
inline constexpr Byte kInformation = 0x15;
inline constexpr Byte kPlainBinary = 0x05;
inline constexpr Byte kMacBinary = 0x06;
inline constexpr Byte kEncipheredBinary = 0x07;
inline constexpr Byte kPlainFixed = 0x09;
inline constexpr Byte kMacFixed = 0x0A;
inline constexpr Byte kPlainCyclic = 0x0B;
inline constexpr Byte kMacCyclic = 0x0C;
inline constexpr Byte kEncipheredTlv = 0x0D;
inline constexpr std::size_t kBinaryBytes = 16;
inline constexpr std::size_t kRecordBytes = 8;

// The PIN that the issuer wrote, as an ASCII text.
inline constexpr const char* kPin = "123456";

enum class Directory { kMaster, kPurse };

// The issuer's keys; fixed, so that a failure repeats. Another version is another key.
Bytes key_bytes(Directory directory, KeyType type, Byte number = 0, Byte version = 1);
crypto::Key key_of(Directory directory, KeyType type, Byte number = 0, Byte version = 1);

// The keys of types 30, 31 and 32 that the card answers INTERNAL AUTHENTICATE with.
inline constexpr Byte kInternalKey = 0x01;

void select(card::Session& session, Directory directory);

// EXTERNAL AUTHENTICATE with what should be the control key of the directory that is selected.
bool authenticate(card::Session& session, const crypto::Key& key);

// Under `key` and a fresh challenge. In clear when the protection is kPlain.
card::StatusWord send(card::Session& session, const crypto::Key& key,
                      const card::CommandApdu& command, Protection protection);

enum class KeyTravel {
  kClear,       // after ERASE DF, the way of the makers' manuals
  kEnciphered,  // each key under the control key, the first under the maker's transport key
};

// The station that issues one card. What it remembers is which control key the card has: a wrong
// guess costs a try, and a cut may cost the next.
class Station {
 public:
  // From the maker's delivery to use. May be repeated after a cut. Throws card::Refusal.
  void personalise(card::Session& session, KeyTravel travel);

 private:
  enum class Control { kOfMaker, kOfIssuer };

  bool authenticate_at(card::Session& session);
  void begin_anew(card::Session& session);
  void take_over(card::Session& session);

  Control control_ = Control::kOfMaker;
};

// Whether the station's last step was done.
bool is_personalised(card::Session& session);

class Card {
 public:
  // As its maker delivers it.
  Card();

  card::Session& session() { return *session_; }

  const base::WipedBytes& image() const { return *medium_; }

 private:
  std::shared_ptr<base::WipedBytes> medium_;
  std::unique_ptr<card::chip::Chip> chip_;
  std::unique_ptr<support::WatchedLink> link_;
  std::unique_ptr<card::Session> session_;
};

// Personalised with enciphered keys.
std::unique_ptr<Card> issue();

}  // namespace test::interoperability
