// The security module in the meter: an emulated chip in the same process, over the image that
// issuance personalised.
#pragma once

#include <filesystem>

#include "cos-apdu/purse.h"
#include "cos-apdu/session.h"
#include "cos-apdu/virtual/direct_link.h"

namespace meter {

class Esam {
 public:
  // Powers the module. Throws kNotFound without the image, kConflict while another process has it
  // (a module cannot be in a reader and in a meter), kWrongState when it is no ESAM in use.
  explicit Esam(const std::filesystem::path& image);

  card::Session& session() { return session_; }

  // File 16: the meter's number in BCD.
  card::TerminalNumber terminal();

 private:
  card::chip::Chip chip_;
  card::chip::DirectLink link_;
  card::Session session_;
};

}  // namespace meter
