// What is typed on the command line, as it is typed; the commands judge it.
#pragma once

#include <string>

namespace desk::commands {

struct Options {
  std::string desk;     // --desk DIR
  std::string answers;  // --answers FILE, rehearsal only; empty at a terminal
  bool json = false;    // --json: one object on stdout
};

struct InitOptions {
  std::string county;
  std::string mode = "rehearsal";
  std::string origin;
  std::string signer;
  std::string profile;
};

struct ApplicantOptions {
  std::string name;
  std::string identity_no;
  std::string village;
  std::string approved_by;
};

struct TopUpOptions {
  std::string yuan;
  std::string request;  // empty: a new one is drawn
};

}  // namespace desk::commands
