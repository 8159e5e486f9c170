# Writes OUT: the bytes of FILE as what FUNCTION, which HEADER declares, gives.
cmake_minimum_required(VERSION 3.25)
file(READ ${FILE} hex HEX)
file(SIZE ${FILE} size)
string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
file(WRITE ${OUT} "#include \"${HEADER}\"\n\nnamespace cordon {\n\nstd::string_view ${FUNCTION}() { return {\"${bytes}\", ${size}}; }\n\n}  // namespace cordon\n")
