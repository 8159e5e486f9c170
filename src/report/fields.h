// Lines of the shape "Key: value": a feedback report (RFC 5965), X-ARF 0.1 and 0.2, and what reporters' programs write
// into their mails.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cordon {

using Fields = std::vector<std::pair<std::string, std::string>>;  // names in lower case, in their order

// Folded lines are joined; lines of any other shape are passed over. At most 1000 fields.
Fields read_fields(std::string_view text);

std::string_view first_field(const Fields& fields, std::string_view name);  // empty if there is none

// The fields of a text that stand together: bullets and blank lines between them don't part them, a sentence does.
std::vector<Fields> read_field_blocks(std::string_view text);

// Fields that name whoever complained or was written to.
bool is_personal_field(std::string_view name);

}  // namespace cordon
