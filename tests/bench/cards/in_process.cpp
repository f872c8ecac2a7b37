// The engine alone: commands go from the caller's memory to the chip's; and jCardSim, as near to its own.
#include "cos-apdu/layout/card_files.h"
#include "tests/bench/cards/bench.h"
#include "tests/cos-apdu/issued_cards.h"

namespace bench {
namespace {

constexpr std::size_t kStatusBytes = 2;

Work asked(const std::string& name, card::chip::Chip& chip, const base::Bytes& command,
           const base::Bytes& expected) {
  return repeating(name, Counted::kOwnWork,
                   [&chip, command, expected] { return chip.transmit(command) == expected; });
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

base::Bytes data_of(const base::Bytes& answer, std::string_view command) {
  auto response = card::decode_response(answer);
  if (!response.status.is_ok() || answer.size() <= kStatusBytes)
    throw std::runtime_error(std::string(command) + ": the first answer is wrong");
  return std::move(response.data);
}

SimpleCard seen_through(card::chip::Chip& chip) {
  const auto& aid = card::layout::kPurseAid;
  SimpleCard card;
  card.name.assign(aid.begin(), aid.end());
  card.select = select_purse();
  card.read = base::from_hex(kReadCommand);
  card.select_answer = chip.transmit(card.select);
  card.read_answer = chip.transmit(card.read);
  card.fci = data_of(card.select_answer, "SELECT");
  card.file = data_of(card.read_answer, "READ BINARY");
  return card;
}

}  // namespace

void run_in_process() {
  const test::County county(crypto::SuiteId::kAes128);
  const auto user = test::issue_user_card(county);
  auto& chip = user->chip();
  const auto card = seen_through(chip);
  std::vector<Work> works = {
      asked("SELECT by name", chip, card.select, card.select_answer),
      asked("READ BINARY, 16 bytes", chip, card.read, card.read_answer),
  };
  const auto peer = jcardsim_works(card);
  works.insert(works.end(), peer.begin(), peer.end());
  const auto rows = measure(works);
  print_heading("engine in process");
  for (const auto& row : rows) print_row(row);
  for (std::size_t at = 0; at < peer.size(); ++at)
    print_ratio("ours to " + peer[at].name, rows[at].per_second / rows[at + 2].per_second, 1.0);
}

}  // namespace bench
