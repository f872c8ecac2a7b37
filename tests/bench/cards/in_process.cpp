// The engine alone: commands go from the caller's memory to the chip's.
#include "cos-apdu/layout/card_files.h"
#include "tests/bench/cards/bench.h"
#include "tests/cos-apdu/issued_cards.h"

namespace bench {
namespace {

Work repeated(std::string name, card::chip::Chip& chip, base::Bytes command,
              std::size_t answer_bytes) {
  const auto expected = chip.transmit(command);
  if (expected.size() != answer_bytes || !card::decode_response(expected).status.is_ok())
    throw std::runtime_error(name + ": the first answer is wrong");
  return {std::move(name),
          [&chip, command, expected] { return chip.transmit(command) == expected; }};
}

base::Bytes select_purse() {
  const auto& aid = card::layout::kPurseAid;
  return base::Writer()
      .u32(0x00A40400)
      .u8(static_cast<base::Byte>(aid.size()))
      .bytes(aid)
      .u8(0x00)
      .take();
}

}  // namespace

void run_in_process() {
  const test::County county(crypto::SuiteId::kAes128);
  const auto user = test::issue_user_card(county);
  auto& chip = user->chip();
  const auto fci_bytes = chip.transmit(select_purse()).size();
  print_heading("engine in process");
  for (const auto& row : measure({
           repeated("SELECT by name", chip, select_purse(), fci_bytes),
           repeated("READ BINARY, 16 bytes", chip, base::from_hex(kReadCommand), 18),
       }))
    print_row(row);
}

}  // namespace bench
