// The one thing that every reader of XML here needs. No module reads documents in general: each looks for the few
// elements that its own source has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cordon {

// What stands between two tags, with its references resolved: "&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#39;",
// "&#x2f;". Nothing for any other, and for a number that is no character. Says nothing about UTF-8 in the rest.
std::optional<std::string> xml_text(std::string_view text);

}  // namespace cordon
