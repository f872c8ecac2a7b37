#include "tests/tear/user_orders.h"

#include "cos-apdu/secure_messaging.h"

namespace tear {

namespace {

constexpr std::size_t kUserCard = 0;

crypto::Key leaf(test::Purpose purpose) {
  return county().leaf(purpose, test::user_number(county()).factor8());
}

}  // namespace

card::StatusWord send_order(Table& table, test::Purpose purpose, card::CommandApdu command,
                            Form form) {
  auto& session = table.session(kUserCard);
  const auto suite = county().suite();
  const auto challenge = card::get_challenge(session, card::sm_challenge_bytes(suite));
  const auto key = leaf(purpose);
  const card::SecureMessaging messaging(suite, key, challenge);
  const auto sealed =
      form == Form::kMac ? messaging.with_mac(std::move(command)) : messaging.enciphered(command);
  return session.send(sealed).status;
}

card::StatusWord reload_pin(Table& table, std::string_view digits) {
  const auto block = card::pin_block(test::secret(digits));
  const auto mac = crypto::tac4(county().suite(), leaf(test::Purpose::kPinReload), block);
  card::CommandApdu command{.name = "RELOAD PIN", .cla = 0x80, .ins = 0x5E};
  command.data.assign(block.begin(), block.end());
  command.data.insert(command.data.end(), mac.begin(), mac.end());
  return table.session(kUserCard).send(command).status;
}

card::CommandApdu blocking_command(Byte ins, Byte p2) {
  return {.name = "BLOCKING", .cla = 0x84, .ins = ins, .p1 = 0, .p2 = p2};
}

}  // namespace tear
