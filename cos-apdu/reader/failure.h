// Why a function of the library did not do what it was asked. Known inside the library only: the edge
// turns it into its result and text.
#pragma once

#include <string>

#include "cos-apdu/reader/results.h"

namespace card::reader {

class Failure : public base::Error {
 public:
  explicit Failure(wellkey_result result, const std::string& detail = {});

  wellkey_result result() const noexcept { return result_; }

 private:
  wellkey_result result_;
};

// Of commands that move no money; those that do ask the card instead.
wellkey_result result_of(const base::Error& error);

// The card or the way to it was lost; it may be asked again.
bool is_loss(const base::Error& error);

}  // namespace card::reader
