// Links that write down what is said over them, and lose what the dice want lost.
#pragma once

#include <map>
#include <random>

#include "cos-apdu/link.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/model/trace.h"

namespace model {

using base::Bytes;
using base::ByteView;

// The power of meter or desk is gone.
struct PowerCut {};

enum class Luck { kMixed, kGood };  // kGood: nothing is lost by chance

class Dice {
 public:
  Dice(unsigned seed, Luck luck) : source_(seed), luck_(luck) {}

  unsigned below(unsigned count) { return static_cast<unsigned>(source_() % count); }

  // "Yes" once in `odds`, with good luck never.
  bool once_in(unsigned odds) { return luck_ == Luck::kMixed && below(odds) == 0; }

 private:
  std::mt19937 source_;
  Luck luck_;
};

// Which session or load a MAC belongs to: the model's number, 0 for one that was made up.
struct Ledger {
  std::map<Bytes, int> locks, gmacs, loads, releases;
  int drawn = 0;
  int open_load = 0;

  static int number(const std::map<Bytes, int>& known, ByteView mac);
};

// A message that was on the air, to be sent again.
using Air = std::vector<Bytes>;

class UserLink : public card::Link {
 public:
  UserLink(test::Card& card, Trace& trace, Ledger& ledger, Dice& dice)
      : card_(card), trace_(trace), ledger_(ledger), dice_(dice) {}

  // Losing a command or an answer, or cutting the card's power inside a write, is up to the dice.
  Bytes transmit(ByteView apdu) override;
  // Nothing is lost.
  Bytes deliver(ByteView apdu);
  void reset() override;

  std::string name() const override { return "observed user card"; }

  const Air& air() const { return air_; }

 private:
  void note(ByteView apdu, ByteView answer);

  test::Card& card_;
  Trace& trace_;
  Ledger& ledger_;
  Dice& dice_;
  Air air_;
};

// An ESAM or the PSAM; its answers that wait for GET RESPONSE are noted when they are there.
class ModuleLink : public card::Link {
 public:
  ModuleLink(test::Card& module, int meter, Trace& trace, Ledger& ledger, Dice& dice)
      : module_(module), meter_(meter), trace_(trace), ledger_(ledger), dice_(dice) {}

  // Throws PowerCut after the module has done the command, when the dice say so.
  Bytes transmit(ByteView apdu) override;
  void reset() override;

  std::string name() const override { return "observed module"; }

  // The lock session of the newest E0 40.
  int session() const { return session_; }

 private:
  void note(ByteView answer);
  void note_lost();

  test::Card& module_;
  int meter_;
  Trace& trace_;
  Ledger& ledger_;
  Dice& dice_;
  Bytes command_;
  int session_ = 0;
};

}  // namespace model
