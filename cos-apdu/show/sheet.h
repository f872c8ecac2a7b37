// The facts of a card as lines for people and as an object for scripts.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cos-apdu/show/condition.h"

namespace card::show {

// One card in one reader.
struct Sight {
  std::string reader;
  Bytes atr;
  std::optional<CardFacts> facts;
  Condition condition = Condition::kWell;
};

// Label and value per line, each in both languages. A user card's number and serial stand there
// masked, because a screen is seen by many.
std::string text_of(const Sight& sight);

// The same with the whole number.
nlohmann::json json_of(const Sight& sight);

}  // namespace card::show
