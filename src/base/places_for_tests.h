// Where tests find the project's own files, and the published data that lies beside the project and not in it.
#pragma once

#include <string>
#include <string_view>

namespace cordon {

std::string source_folder();  // of this checkout; tests/places.cc knows it from the build

// The path of `name` below $CORDON_SHARED_DATA, or below ../shared/data as seen from the project's root. It may not
// exist: a test then skips.
std::string shared_data(std::string_view name);

}  // namespace cordon
