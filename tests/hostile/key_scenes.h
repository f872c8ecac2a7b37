// The life of the key cards from the stock pair to a user mother card, every command of theirs said
// at least once.
#pragma once

#include <functional>
#include <string>

#include "base/core/secret.h"

namespace hostile {

// Name, memory, and the name of the other half of its pair.
using Keep =
    std::function<void(std::string name, const base::WipedBytes& image, std::string partner)>;

void play_key_scenes(const Keep& keep);

}  // namespace hostile
