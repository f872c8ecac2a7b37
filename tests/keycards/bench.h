// Emulated key cards on a bench: a stock pair, a master control set, and pairs below it.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "cos-apdu/keycards/ceremony_cards.h"
#include "cos-apdu/keycards/open_pair.h"
#include "cos-apdu/keycards/pairing.h"
#include "cos-apdu/keycards/role_card.h"
#include "cos-apdu/virtual/chip.h"
#include "tests/support/watched_link.h"

namespace bench {

using base::Byte;
using base::Bytes;
using base::ByteView;
using derivation::CardKind;
using derivation::Factor;
using derivation::Level;
using derivation::Purpose;

base::SecretBytes secret(std::string_view text);
base::SecretBytes secret_hex(std::string_view hex);

// A chip that left its maker, with the way to talk to it.
struct TestCard {
  TestCard(CardKind kind, std::uint64_t number, crypto::SuiteId suite = crypto::SuiteId::kAes128);

  card::layout::CardStatus status() { return card::keycards::read_status(session); }

  derivation::Serial8 serial;
  std::shared_ptr<base::WipedBytes> medium;
  card::chip::Chip chip;
  support::WatchedLink link;
  card::Session session;
};

struct TestPair {
  TestPair(CardKind mother_kind, CardKind control_kind, std::uint64_t number,
           crypto::SuiteId suite = crypto::SuiteId::kAes128);

  card::keycards::OpenPair open(std::uint16_t acts);

  TestCard mother;
  TestCard control;
  card::layout::PairName name;
};

inline constexpr std::string_view kPin = "123456";

// Plan parts with a set id and hashes of our own; `number` makes plans differ.
card::layout::PlanParts plan_of(base::Mode mode, Byte number,
                                crypto::SuiteId suite = crypto::SuiteId::kAes128);

// PIN verified.
void unlock(TestCard& card);

// A stock pair of this mode, ready to open.
std::unique_ptr<TestPair> make_stock(base::Mode mode,
                                     crypto::SuiteId suite = crypto::SuiteId::kAes128);

// manufactured → blank: key pair, PIN, stock transport key.
void admit(TestPair& stock, TestCard& card);

// The master control pair's set: two cards, four leader cards, and their spares if asked for.
struct MasterSet {
  MasterSet(TestPair& stock, const card::layout::PlanParts& plan, std::size_t spares = 0);

  card::keycards::MasterControlCard master() {
    return card::keycards::MasterControlCard(pair.mother.session);
  }

  card::keycards::LeaderCard leader(unsigned number, unsigned copy = 0);
  std::vector<crypto::PublicPoint> members();

  // PUT PLAN and PUT SET on every card; answers the fingerprints they show.
  std::vector<crypto::Hash32> form();

  card::layout::PlanParts plan;
  TestPair pair;
  std::vector<std::unique_ptr<TestCard>> leaders;
};

inline constexpr std::array<std::string_view, card::layout::kLeaders> kComponents = {
    "00112233445566778899AABBCCDDEEFF", "0F1E2D3C4B5A69788796A5B4C3D2E1F0",
    "A0B1C2D3E4F5061728394A5B6C7D8E9F", "13579BDF02468ACE1122334455667788"};

crypto::ComponentHeader header_of(const card::layout::PlanParts& plan, unsigned leader);
void type_components(MasterSet& set);

card::keycards::PurposeFactors sample_factors();

// Commit, freeze, reveal, combine, pair: everything after the components are in.
card::keycards::CheckValues combine(MasterSet& set);
std::unique_ptr<MasterSet> make_master(TestPair& stock, Byte number = 1,
                                       crypto::SuiteId suite = crypto::SuiteId::kAes128);

inline constexpr std::string_view kCounty = "130102";

Factor province_factor(Byte version = 1);
Factor county_factor(std::string_view code = kCounty, Byte version = 1);

// What an opened mother says of a key that it exports.
derivation::ExportHeader header_for(const card::keycards::OpenPair& pair, Purpose purpose,
                                    const std::optional<Factor>& factor,
                                    const derivation::Serial8& target, std::uint32_t seq = 1);

// The blank becomes the issuer's: relay by the stock pair, REBASE by the issuer.
void allot(TestPair& stock, TestPair& issuer, TestCard& blank);

// A whole pair below `issuer`: admitted, allotted, endorsed, keys imported, paired. `factor` is
// empty for a user mother.
void issue_pair(TestPair& stock, TestPair& issuer, TestPair& lower,
                const std::optional<Factor>& factor);

void make_pair(TestPair& pair);

// Stock, master control, provincial and county pair of one province.
struct CountyBench {
  CountyBench();

  std::unique_ptr<TestPair> stock;
  std::unique_ptr<MasterSet> master;
  TestPair province;
  TestPair county;
};

// A blank PSAM of this county.
std::unique_ptr<TestCard> allotted_psam(CountyBench& bench);

// The fault that the call throws; fails the test when it throws none.
template <typename Call>
base::Fault fault_of(Call&& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.fault();
  }
  throw std::logic_error("nothing was refused");
}

// The status word of one raw command.
card::StatusWord status_of(TestCard& card, ByteView apdu);

}  // namespace bench
