#include "low/low.h"

#include <engine/motor.h>
#include <plain.h>
#include <sys/types.h>

#include <string>
