#include "high/high.h"

#include <engine/public/door.h>

#include "low/low.h"
