// One function per subcommand; each answers the exit status of the program. Errors are thrown.
#pragma once

#include <string>

#include "salesdesk/commands/options.h"

namespace desk::commands {

int init_desk(const Options& options, const InitOptions& fixed);

int open_shift(const Options& options, const std::string& clerk);
int close_shift(const Options& options);

int open_account(const Options& options, const ApplicantOptions& applicant);

// Status 0 when the money is on the card; 12 when it is not and goes back, 18 when nobody knows yet,
// 16 when the card says something that the books cannot explain.
int top_up(const Options& options, const TopUpOptions& order);

// Asks the card on the reader about its open top-up. Status as top_up; 0 when there is none.
int recover(const Options& options);

// Settles the lock of the card on the reader with the harvested record of its meter.
int settle(const Options& options);

// Files of the county station: the PSAM's next keys, a blank tool card, the lock of the card on the
// reader.
int modify_psam(const Options& options, const std::string& file);
int issue_tool(const Options& options, const std::string& file);
int read_tool(const Options& options);
int release(const Options& options, const std::string& file);

int show(const Options& options);
int harvest_file(const Options& options, const std::string& file);
int print_balance(const Options& options);

}  // namespace desk::commands
