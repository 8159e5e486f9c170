// What a database says of itself when it is asked, for `cordon doctor`: the settings without which an acknowledgement
// is no promise (reliability.md F2 to F4). The drivers set and read them back on every connection that writes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace cordon {

struct DurabilitySetting {
  std::string name, value;
  bool sound = false;
};
Result<std::vector<DurabilitySetting>> durability_of(Database& database, const std::string& address);

}  // namespace cordon
