// The API's description, from the one table of desk/routes.h: what is not there is not in it, and what is there cannot
// be left out. `cordon docs api` prints both; docs/generated/api.md is compared with the Markdown.
#pragma once

#include <string>

#include "base/json.h"

namespace cordon {

Json openapi_document();  // OpenAPI 3.1.0, JSON Schema 2020-12
std::string api_markdown();

}  // namespace cordon
