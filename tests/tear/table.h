// Cards on a table: each can lose its power at any byte of any write, and its memory can be read past
// the card, record by record.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cos-apdu/session.h"
#include "cos-apdu/virtual/chip.h"
#include "cos-apdu/virtual/direct_link.h"

namespace tear {

using base::Byte;
using base::Bytes;
using base::ByteView;
using Medium = std::shared_ptr<base::WipedBytes>;

// What a card's memory holds: every record with its content.
using Dump = std::map<card::chip::RecordId, Bytes>;

// A memory that the engine writes through; tests of the explorer itself pass a broken one.
using Memory = std::function<std::unique_ptr<card::chip::Storage>(Medium)>;

std::unique_ptr<card::chip::Storage> sound_memory(Medium medium);

// As a card of the engine would read it at power-on. Throws what the engine throws.
Dump dump_of(ByteView image, const Memory& memory);

// The records after a write of these bytes was complete, told without the engine: docs/formats/README.md
// says how a frame is laid out.
Dump after_write(Dump before, ByteView written);

// A card as it is when a sequence begins.
struct Placed {
  std::string name;
  base::WipedBytes image;
};

// The n-th write of one card, counted from Table::arm, and how many bytes of it still reach the
// medium; at least as many as there are: the write is complete and only its answer is lost.
struct Cut {
  std::size_t card = 0;
  std::size_t write = 1;
  std::size_t bytes = 0;
};

struct WriteSeen {
  std::size_t card = 0;
  std::size_t number = 1;  // of this card
  std::size_t bytes = 0;
  std::string command{};  // kind of the card, then CLA INS P1 P2, in hex
  bool replaces = false;  // the whole image, beside the old one: inside it every cut is alike
};

class CardOnTable {
 public:
  // Throws what the engine throws for an image that does not open.
  CardOnTable(const Placed& placed, Memory memory);

  const std::string& name() const { return name_; }

  card::Session& session() { return *session_; }

  card::Link& link() { return *link_; }

  card::chip::Chip& chip() { return *chip_; }

  // The command that it was last given: "40 80520000", a user card's CREDIT FOR LOAD; "40i" for one
  // of the interoperability profile.
  std::string command() const;

  Dump dump() const { return dump_of(*medium_, memory_); }

  base::WipedBytes image() const { return *medium_; }

  // Asked before each write; a number lets so many bytes pass and ends the card's power.
  using Watch = std::function<std::optional<std::size_t>(ByteView bytes)>;
  void watch(Watch watch);

  // A new chip over the same medium.
  void power_cycle();

  // A new chip over another image of this card.
  void put_back(ByteView image);

 private:
  std::string name_;
  Memory memory_;
  Medium medium_;
  Watch watch_;
  bool interoperability_ = false;
  Bytes header_;  // of the last command
  std::unique_ptr<card::chip::Chip> chip_;
  std::unique_ptr<card::Link> link_;
  std::unique_ptr<card::Session> session_;
};

class Table {
 public:
  Table(const std::vector<Placed>& cards, const Memory& memory);

  std::size_t size() const { return cards_.size(); }

  CardOnTable& card(std::size_t at) { return *cards_.at(at); }

  card::Session& session(std::size_t at) { return card(at).session(); }

  // From here on every write is seen, and at `cut` the power of that card is gone.
  void arm(std::optional<Cut> cut);

  // Since the last arm().
  const std::vector<WriteSeen>& writes() const { return writes_; }

  bool was_cut() const { return torn_.has_value(); }

  // Whether the torn card's memory held, when it was next used, what it held before the cut write, or
  // all of that write once it was complete.
  bool left_old_or_new() const;

  std::size_t torn_card() const { return torn_->card; }

  // All cards, and no cut is armed any more.
  void power_cycle();

 private:
  struct Torn {
    std::size_t card = 0;
    Dump expected{};
    std::optional<bool> as_expected{};  // told before the card's next write
  };

  std::optional<std::size_t> on_write(std::size_t card, ByteView bytes);

  std::vector<std::unique_ptr<CardOnTable>> cards_;
  std::optional<Cut> cut_;
  std::vector<WriteSeen> writes_;
  std::vector<std::size_t> counts_;
  std::optional<Torn> torn_;
};

}  // namespace tear
