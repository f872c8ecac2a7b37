// The frames of the slot sockets and the driver's DEVICENAME, at the edges of what is accepted.
#include "cos-apdu/ifd/frame.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "cos-apdu/ifd/device_name.h"

using Message = std::vector<std::uint8_t>;

namespace {

Message message(std::uint8_t kind, std::size_t body) {
  Message bytes(2 + body, 0x00);
  bytes[0] = 1;
  bytes[1] = kind;
  return bytes;
}

struct Edge {
  std::uint8_t kind;
  std::size_t least;
  std::size_t most;
};

// ISO/IEC 7816-3: an ATR has 2 to 33 bytes; 65,544 = header 4, extended Lc 3, 65,535 bytes, Le 2.
constexpr Edge kEdges[] = {
    {0x01, 0, 0},  {0x02, 0, 0},     {0x03, 0, 0}, {0x04, 1, 65544},
    {0x81, 2, 33}, {0x82, 2, 65538}, {0x83, 0, 0},
};

}  // namespace

TEST_CASE("a frame is accepted at its shortest and longest, and refused one byte beyond") {
  for (const auto& edge : kEdges) {
    CAPTURE(int{edge.kind});
    CHECK(ifd::decode_frame(message(edge.kind, edge.least)));
    CHECK(ifd::decode_frame(message(edge.kind, edge.most)));
    CHECK_FALSE(ifd::decode_frame(message(edge.kind, edge.most + 1)));
    if (edge.least > 0) CHECK_FALSE(ifd::decode_frame(message(edge.kind, edge.least - 1)));
  }
}

TEST_CASE("of all kind bytes and versions only those of the table are frames") {
  int kinds = 0;
  for (unsigned kind = 0; kind < 256; ++kind) {
    for (const std::size_t body : {0U, 2U}) {
      kinds += ifd::decode_frame(message(static_cast<std::uint8_t>(kind), body)) ? 1 : 0;
    }
  }
  CHECK(kinds == 7);
  for (unsigned version = 0; version < 256; ++version) {
    Message power_on = message(0x01, 0);
    power_on[0] = static_cast<std::uint8_t>(version);
    CHECK(ifd::decode_frame(power_on).has_value() == (version == 1));
  }
  CHECK_FALSE(ifd::decode_frame(Message{}));
  CHECK_FALSE(ifd::decode_frame(Message{0x01}));
}

TEST_CASE("an encoded frame is version, kind and body") {
  CHECK(ifd::encode_frame(ifd::FrameKind::kAnswer, Message{0x90, 0x00}) ==
        Message{0x01, 0x82, 0x90, 0x00});
}

TEST_CASE("a device name is exactly sock, folder, slots and an optional patience") {
  const auto full = ifd::parse_device_name("sock:/run/wellkey/slots:8:250");
  REQUIRE(full);
  CHECK(full->folder == "/run/wellkey/slots");
  CHECK(full->slots == 8);
  CHECK(full->patience.count() == 250);
  CHECK(ifd::parse_device_name("sock:/s:16")->patience.count() == 10'000);
  for (const std::string wrong :
       {"", "sock", "sock:", "sock:/s", "sock:/s:", "sock:/s:0", "sock:/s:17", "sock:s:4",
        "sock::4", "sock:/s:4x", "sock:/s:-1", "sock:/s:4:0", "sock:/s:4:5:6", "tcp:/s:4",
        "sock:/s: 4", "sock:/s:4:600001"}) {
    CAPTURE(wrong);
    CHECK_FALSE(ifd::parse_device_name(wrong));
  }
}
