// The page of docs/tables about what each program is confined to.
#pragma once

#include <string>

namespace program {

// One whole page in Markdown.
std::string printed_rows();

}  // namespace program
