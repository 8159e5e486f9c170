// An application in a store, by the id that the store gave it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "google:com.example.app", "apple:123456789", "huawei:C123456" or "microsoft:9NBLGGH12345". Takes these
// and the address of the app's page in its store, defanged too. A developer's page, a search or an id
// without its store is Malformed.
Result<std::string> canonical_app_id(std::string_view text);

}  // namespace cordon
