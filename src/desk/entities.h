// The Security Council's list at a desk (G_UN_REFERENCE): loaded by two people; what rests on an entity that is no
// longer on it ends in the same transaction. The rules are decision/un_list.h's.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "decision/un_list.h"
#include "desk/desk.h"
#include "officer/permit.h"

namespace cordon {

Result<std::optional<UnEntities>> un_entities(const Store& store);  // the list in force

struct UnListLoaded {
  UnListKept event;
  std::int64_t ended = 0;  // requests that ended because of it
};
Result<UnListLoaded> load_un_list(Desk& desk, std::string_view xml, const Permit<Act::KeepEntityList>& one,
                                  const Officer& other);

}  // namespace cordon
