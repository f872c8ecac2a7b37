// A leader's component on its way from his hands to his card: every check is made at entry, and an
// error names a position, never a content.
//
// Ids of the questions, for leader N: "leader-N.word-01" … "-20", "leader-N.dice",
// "leader-N.group-1" … "-8", and the same with "leader-N.again." in front of the last part for the
// read-back.
#pragma once

#include <map>

#include "base/core/secret.h"
#include "base/crypto/hash.h"
#include "base/crypto/words.h"
#include "base/terminal/terminal.h"
#include "keyceremony/plan.h"

namespace keyceremony {

inline constexpr std::size_t kLeastRolls = 50;
inline constexpr std::size_t kMostRolls = 200;

// What a component of this plan and leader must say about itself.
crypto::ComponentHeader header_of(const Plan& plan, unsigned leader);

// First 16 bytes of SHA-256 over the ASCII digits of the rolls. Throws kRefused for fewer than
// kLeastRolls, and for rolls that a fair die would give less than once in a million tries.
base::SecretBytes component_of_rolls(const terminal::SecretAnswer& rolls);

// 32 digits of somebody's own choice to 16 bytes. Throws kRefused for digits that chance would give
// less than once in a million tries.
base::SecretBytes component_of_own_digits(const base::SecretBytes& digits);

// Throws kRefused, naming the difference: another set, a rehearsal component in a live ceremony or
// the other way round, another leader's, another suite.
void check_header(const crypto::ComponentHeader& found, const crypto::ComponentHeader& expected);

// Throws kRefused for sixteen equal bytes and for bytes that count up or down.
void check_not_weak(const base::SecretBytes& component);

// Where leaders type, one after another. Two leaders with one value would cancel each other, so the
// desk remembers a hash of each value for as long as it stands, in memory only. A leader whose card
// failed him enters his own again.
class EntryDesk {
 public:
  EntryDesk(terminal::Terminal& terminal, const Plan& plan) : terminal_(terminal), plan_(plan) {}

  // Asks for the words, the rolls or the groups, asks again to read them back, and gives the 16 bytes.
  // Not for a leader whose component is made in his card. After three failures throws the last one.
  base::SecretBytes enter(const Person& leader);

  // Asks for 20 words that must be `numbers` again; throws kRefused when they are not.
  void read_back_words(const std::string& prefix, const std::string& name,
                       const base::SecretBytes& numbers, const crypto::ComponentHeader& header);

  // The same for the 8 groups of `component`.
  void read_back_groups(const std::string& prefix, const std::string& name,
                        const base::SecretBytes& component);

 private:
  base::SecretBytes enter_words(const Person& leader);
  base::SecretBytes enter_rolls(const Person& leader);
  base::SecretBytes enter_groups(const Person& leader);
  base::SecretBytes ask_words(const std::string& prefix, const std::string& name,
                              const crypto::ComponentHeader& expected);
  base::SecretBytes ask_rolls(const std::string& prefix, const std::string& name);
  base::SecretBytes ask_groups(const std::string& prefix, const std::string& name);
  base::SecretBytes enter_once(const Person& leader);
  void check_new(const Person& leader, const base::SecretBytes& component);

  terminal::Terminal& terminal_;
  const Plan& plan_;
  std::map<unsigned, crypto::Hash32> entered_;  // by the leader's number
};

}  // namespace keyceremony
