// A user card of the interoperability profile, spoken to in hexadecimal.
#pragma once

#include <memory>
#include <string>

#include "cos-apdu/secure_messaging.h"
#include "cos-apdu/session.h"
#include "cos-apdu/virtual/direct_link.h"

namespace test {

inline constexpr const char* kTransportKey = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";

crypto::Key key_of_hex(const std::string& hex);

// What a test wrote itself may be looked at.
std::string hex_of(const base::SecretBytes& secret);

class RawCard {
 public:
  explicit RawCard(const std::string& transport_key = kTransportKey);

  // Answer data and status word; spaces in the command do not count.
  std::string send(const std::string& command);

  // Under secure messaging of a 16-byte key and a fresh challenge of four bytes.
  std::string send(const std::string& key, const std::string& command, card::Protection protection);

  // EXTERNAL AUTHENTICATE with a key of 8 or 16 bytes.
  std::string authenticate(const std::string& key, const std::string& number = "00");

  // What the card draws next; a pattern when nothing was said.
  void draw_next(const std::string& hex) { draw_->wanted = hex; }

  void reset() { chip_->reset(); }

  card::Session& session() { return *session_; }

 private:
  struct Draw {
    std::string wanted;
    base::Byte pattern = 0;

    base::Bytes bytes(std::size_t count);
  };

  std::unique_ptr<Draw> draw_ = std::make_unique<Draw>();
  std::unique_ptr<card::chip::Chip> chip_;
  std::unique_ptr<card::chip::DirectLink> link_;
  std::unique_ptr<card::Session> session_;
};

// A directory 3F01 with a key file of 200 bytes (add: master state A), line key 36/00, all written in
// master state A; selected.
inline constexpr const char* kLineKey = "101112131415161718191A1B1C1D1E1F";
void make_directory(RawCard& card);

}  // namespace test
