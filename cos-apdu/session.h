// A conversation with one card: the only place that follows 61xx and 6Cxx and cuts long commands.
#pragma once

#include "base/core/error.h"
#include "cos-apdu/apdu.h"
#include "cos-apdu/link.h"

namespace card {

// What expect_ok throws: kRefused, and the status word for those who must tell refusals apart.
class Refusal : public base::Error {
 public:
  Refusal(std::string_view command, StatusWord status);

  StatusWord status() const noexcept { return status_; }

 private:
  StatusWord status_;
};

class Session {
 public:
  // The link outlives the session.
  explicit Session(Link& link) : link_(link) {}

  // Any status word comes back as it is; errors of the link pass through.
  ResponseApdu send(const CommandApdu& command);

  // Throws Refusal unless the answer is 9000, with the command's name and the status word in words
  // ("INITIALIZE FOR LOAD: 6985, condition of use is not satisfied").
  Bytes expect_ok(const CommandApdu& command);

  Link& link() { return link_; }

 private:
  ResponseApdu send_one(const CommandApdu& command);

  Link& link_;
};

// The error that expect_ok throws, for callers that look at the status word first.
[[noreturn]] void refuse(const CommandApdu& command, StatusWord status);

}  // namespace card
