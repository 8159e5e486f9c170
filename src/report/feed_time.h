// Times as feeds write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cordon {

// `text` by `format`, as "2026-11-24T01:02:03+00:00", with microseconds where there are any. A format is "unix",
// "unix_ms", "windows" (100 ns since 1601), or made of %Y %y %m %d %b (a month's name) %a (a day's, passed over) %H %M
// %S (with a fraction if there is one) %z ("+0100", "+01:00", "Z") %Z ("UTC", "PDT"); a blank takes any number of
// blanks. `zone_minutes` east of UTC is for texts that name none.
std::optional<std::string> feed_time(std::string_view text, std::string_view format, int zone_minutes);
// The same by the first that fits of the formats that no two people read differently, Unix seconds among them.
std::optional<std::string> feed_time(std::string_view text, int zone_minutes);
// "+05:30" or "Z" in minutes.
std::optional<int> feed_zone(std::string_view text);
bool is_time_format(std::string_view format);

}  // namespace cordon
