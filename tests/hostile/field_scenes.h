// The life of tool, modify and restore cards at an ESAM.
#pragma once

#include "tests/hostile/key_scenes.h"

namespace hostile {

void play_field_scenes(const Keep& keep);

}  // namespace hostile
