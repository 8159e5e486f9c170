// What the desk shows of its things: the JSON of --json and of the API, and the line for a person.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "casework/batch.h"
#include "store/store.h"

namespace cordon {

Json show(const Error& error);  // {"fault","message","where"}
Json show(const RunItem& item,
          const std::string& file);  // DESIGN 13: {"file","position","outcome","reason","report","case"}
Json show(const Officer& officer);
Json show(const ApiKey& key);  // never its secret
Json show(const CaseSummary& summary);
Json show(const Case& the_case);
Json show(const Proposal& proposal);
Json show(const OutboxItem& item);

}  // namespace cordon
