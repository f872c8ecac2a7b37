// The life of a user card of the interoperability profile: delivered, personalised, loaded, locked.
#pragma once

#include "tests/hostile/key_scenes.h"

namespace hostile {

void play_interoperability_scenes(const Keep& keep);

}  // namespace hostile
