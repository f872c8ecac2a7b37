// The plan parts of a job.
#include "cos-apdu/layout/keycard_job.h"

#include <string>

namespace card::layout {

PlanParts parts_of_job(base::Mode mode, crypto::SuiteId suite, const crypto::Hash32& profile_hash,
                       std::string_view job) {
  const crypto::Hash32 text = crypto::sha256(base::bytes_of("wellkey job " + std::string(job)));
  return {.mode = mode,
          .suite = suite,
          .set_id = base::fixed<16>(base::ByteView(text).first(16)),
          .profile_hash = profile_hash,
          .token_key_hash = {},
          .plan_text_hash = text};
}

}  // namespace card::layout
