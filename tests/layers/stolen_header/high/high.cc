#include <engine/motor.h>
