// Decoding of commands and answers.
#include "base/core/error.h"
#include "cos-apdu/apdu.h"
#include "tests/fuzz/targets.h"
#include "tests/hostile/guarded_card.h"

namespace fuzz {
namespace {

using base::ByteView;
using hostile::claim;

bool same(const card::CommandApdu& a, const card::CommandApdu& b) {
  return a.cla == b.cla && a.ins == b.ins && a.p1 == b.p1 && a.p2 == b.p2 && a.data == b.data &&
         a.le == b.le;
}

void command(ByteView input) {
  const auto decoded = card::decode_command(input);
  if (!decoded) return;
  claim(decoded->data.size() <= input.size(), "data is no longer than the command");
  const bool extended = input.size() > 6 && input[4] == 0;
  const auto form = extended ? card::LengthForm::kExtended : card::LengthForm::kShort;
  const auto again = card::encode(*decoded, form);
  claim(base::equal(again, input), "a command encodes to the bytes it was decoded from");
  const auto twice = card::decode_command(again);
  claim(twice && same(*twice, *decoded), "a command decodes to itself");
  std::size_t carried = 0;
  for (const auto& part : card::chained(*decoded)) {
    claim(part.data.size() <= card::kShortData, "a part of a chain is short");
    carried += part.data.size();
  }
  claim(carried == decoded->data.size(), "a chain carries all data");
}

void answer(ByteView input) {
  try {
    const auto decoded = card::decode_response({input.begin(), input.end()});
    claim(base::equal(card::encode(decoded), input), "an answer encodes to itself");
    claim(!card::describe(decoded.status).empty(), "a status word has words");
  } catch (const base::Error& error) {
    claim(input.size() < 2 && error.fault() == base::Fault::kDeviceLost, error.what());
  }
}

}  // namespace

void apdu(ByteView input) {
  command(input);
  answer(input);
}

}  // namespace fuzz
