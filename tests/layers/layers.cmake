# A tree of two modules for the tests of cmake/CheckLayers.cmake: `high` needs `low`, and `low` owns engine/.
set(OWNED "engine/=low" "engine/public/=high" "plain.h=low")
set(MODULES low high)
set(NEEDS_low low)
set(NEEDS_high high low)
