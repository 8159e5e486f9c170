// The compiled catalogues inside the program; cmake/EmbedCatalogues.cmake writes the definition.
#pragma once

#include <string_view>

#include "words/words.h"

namespace cordon {

// The bytes of a GNU .mo file, which live for ever; empty for English, whose text is the sources'.
std::string_view catalogue(Language language);

}  // namespace cordon
