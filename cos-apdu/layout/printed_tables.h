// The pages of docs/tables whose rows stand in cos-apdu/layout and cos-apdu/status_word.h.
#pragma once

#include <string>

namespace card::layout {

// Each is one whole page in Markdown.
std::string printed_files();
std::string printed_keys();
std::string printed_life_cycles();
std::string printed_status_words();
std::string printed_key_card_commands();
std::string printed_export_matrix();
std::string printed_profile_rows();

}  // namespace card::layout
