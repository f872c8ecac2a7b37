// The way through the stock pcscd and our bridge: our card, a card that only echoes, and peers.
#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "cos-apdu/pcsc/pcsc_link.h"
#include "tests/bench/cards/bench.h"
#include "tests/bench/cards/child.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/temp_folder.h"

namespace bench {
namespace {

constexpr unsigned kSlots = 4;
constexpr unsigned kFirstPeerSlot = 2;
constexpr std::chrono::seconds kComesWithin{30};

void await_card(const card::pcsc::Context& context, unsigned slot) {
  const auto deadline = std::chrono::steady_clock::now() + kComesWithin;
  for (;;) {
    const auto readers = context.readers();
    if (readers.at(slot).presence == card::pcsc::Presence::kCard) return;
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(fmt::format("no card came into slot {}", slot));
    context.wait_for_change(readers, std::chrono::seconds(1));
  }
}

std::unique_ptr<card::pcsc::PcscLink> link_to(const card::pcsc::Context& context, unsigned slot) {
  await_card(context, slot);
  return std::make_unique<card::pcsc::PcscLink>(context, fmt::format("wellkey 00 {:02}", slot));
}

Work asked(const std::string& name, card::Link& link, const base::Bytes& command,
           const base::Bytes& ending) {
  return repeating(name, Counted::kAllTime, [&link, command, ending] {
    const auto answer = link.transmit(command);
    return answer.size() >= ending.size() &&
           std::equal(ending.rbegin(), ending.rend(), answer.rbegin());
  });
}

}  // namespace

void run_through_pcscd() {
  const test::County county(crypto::SuiteId::kAes128);
  const auto user = test::issue_user_card(county);
  const support::TempFolder folder;
  base::write_durably(folder.path() / "user", base::ByteView(*user->medium()));
  const auto command = base::from_hex(kReadCommand);
  const auto answer = user->chip().transmit(command);
  support::PrivatePcscd daemon(kSlots);
  daemon.insert(0, folder.path() / "user");
  const Child echo({"--echo", support::PrivatePcscd::socket(1).string(), base::to_hex(answer)});
  const auto peers = start_peers(kFirstPeerSlot, kSlots - 1);

  const card::pcsc::Context context;
  std::vector<std::unique_ptr<card::pcsc::PcscLink>> links;
  links.push_back(link_to(context, 0));
  links.push_back(link_to(context, 1));
  std::vector<Work> works = {asked("our user card, READ BINARY 16", *links[0], command, answer),
                             asked("an echo card on the same bridge", *links[1], command, answer)};
  for (const auto& peer : peers) {
    links.push_back(link_to(context, peer.slot));
    works.push_back(asked(peer.name, *links.back(), peer.command, base::from_hex("9000")));
  }
  const auto rows = measure(works);
  print_heading("through pcscd");
  for (const auto& row : rows) print_row(row);
  print_ratio("ours to echo", rows[0].per_second / rows[1].per_second, 0.8);
  for (std::size_t at = 0; at < peers.size(); ++at)
    print_ratio("ours to " + peers[at].name, rows[0].per_second / rows[2 + at].per_second,
                peers[at].target);
}

}  // namespace bench
