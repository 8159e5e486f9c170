// `cordon notice verify`, and the page that asks the same of an uploaded file: a notice is hostile bytes until a
// confined worker has checked it, and needs no desk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace cordon {

inline constexpr std::size_t kLargestNotice = 2u << 20;  // bytes of a mail

// check_notice() behind walls. NotFound: it does not verify, with the reason; Unavailable: no worker can be had.
Result<Json> check_notice_confined(std::string_view mail, const std::string& log_key);

// The command: FILE, perhaps --key, perhaps --log. With a log "state" says what became of the notice since.
Result<Json> notice_verify(const Json& arguments, const std::vector<std::string>& files, Instant now);

// The same in a reader's browser: desk/notice_script.js.
std::string_view notice_script();

// What a person reads.
std::string notice_verdict_for_people(const Json& verdict);

}  // namespace cordon
