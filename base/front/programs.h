// The programs of the product, one per role, and how the front finds and runs them.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace front {

struct Program {
  std::string_view name;  // as a person says it
  std::string_view file;
  std::string_view role;
};

inline constexpr std::array kPrograms = {
    Program{"keyceremony", "keyceremony", "four leaders make one key that nobody holds (密钥仪式)"},
    Program{"issuance", "issuance",
            "a blank card becomes one thing, once, and is accounted for (发卡)"},
    Program{"audit", "audit", "checks the log; needs neither reader nor token (审计)"},
    Program{"salesdesk", "salesdesk", "accounts, top-ups, the desk's books (售电)"},
    Program{"meter-emu", "meter-emu", "the well's side: meter with ESAM (电表仿真)"},
    Program{"card", "wellkey-card", "shows what card is in a reader and what to do next (看卡)"},
    Program{"virtual-card", "virtual-card", "puts card images into reader slots (虚拟卡)"},
};

// The folder of the running front: its siblings are the programs.
std::filesystem::path own_folder();

struct Outcome {
  int status = 0;
  std::string text;  // standard output and error together
};

// Runs a sibling and waits; throws kNotFound when it is not installed.
Outcome run(std::string_view program, const std::vector<std::string>& arguments);

// Replaces this process by a sibling; throws kNotFound when it is not installed.
[[noreturn]] void become(std::string_view program, char** arguments);

}  // namespace front
