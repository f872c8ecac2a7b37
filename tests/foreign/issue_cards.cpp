// Writes the images of one county's user card, PSAM and ESAM, personalised with keys that a script can
// compute again: the first 16 bytes of SHA-256 of "county CODE PURPOSE VERSION".
//   foreign_cards SUITE FOLDER
#define DOCTEST_CONFIG_IMPLEMENT  // the cards' maker is shared with tests
#include <filesystem>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "tests/cos-apdu/issued_cards.h"

int main(int count, char** words) {
  if (count != 3) return 2;
  const test::County county(crypto::parse_suite(words[1]));
  const std::filesystem::path folder = words[2];
  const auto keep = [&](const char* name, const test::Card& card) {
    base::write_durably(folder / name, base::ByteView(*card.medium()));
  };
  keep("user", *test::issue_user_card(county));
  keep("psam", *test::issue_psam(county, test::usual_ceiling()));
  keep("esam", *test::issue_esam(county));
  return 0;
}
