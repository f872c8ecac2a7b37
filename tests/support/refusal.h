// What an act was refused with, in words.
#pragma once

#include <functional>
#include <string>

#include "base/core/error.h"

namespace support {

inline std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace support
