#include "tests/tear/desk.h"

#include "cos-apdu/reader/failure.h"

namespace tear {

namespace {

// The card that lies at this place by now: the link outlives a power cycle.
class PlaceLink final : public card::Link {
 public:
  PlaceLink(Table& table, std::size_t at) : table_(table), at_(at) { reset(); }

  Bytes transmit(ByteView apdu) override { return table_.card(at_).link().transmit(apdu); }

  void reset() override { table_.card(at_).link().reset(); }

  std::string name() const override { return table_.card(at_).name(); }

 private:
  Table& table_;
  std::size_t at_;
};

class TableReaders : public card::reader::Readers {
 public:
  explicit TableReaders(Table& table) : table_(table) {}

  std::unique_ptr<card::Link> take(card::layout::CardKind kind) override {
    return std::make_unique<PlaceLink>(table_,
                                       kind == card::layout::CardKind::kPsam ? kSam : kUser);
  }

 private:
  Table& table_;
};

}  // namespace

std::unique_ptr<wellkey_port> open_desk(Table& table) {
  auto port = std::make_unique<wellkey_port>(std::make_unique<TableReaders>(table));
  wellkey_login login{};
  test::kPsamPin.copy(login.pin, sizeof login.pin - 1);
  if (wellkey_psam_verify_pin(port.get(), &login) != WELLKEY_OK)
    base::fail(base::Fault::kUncertain, "the desk does not open: {}", wellkey_error_text());
  return port;
}

bool psam_verifies(Table& table, const card::Mac4& tac, const base::Bytes& input) {
  auto& psam = table.session(kSam);
  if (!card::verify_pin(psam, test::secret(test::kPsamPin)).right()) return false;
  const auto factor = test::user_number(county()).factor8();
  return card::verify_tac(psam, {1, static_cast<Byte>(county().suite()), factor, tac, input}) ==
         card::Verdict::kHolds;
}

}  // namespace tear
