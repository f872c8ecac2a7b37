// The life of user cards, a PSAM and an ESAM: personalised, loaded, spent, locked, settled, blocked.
#pragma once

#include "tests/hostile/key_scenes.h"

namespace hostile {

void play_county_scenes(const Keep& keep);

}  // namespace hostile
