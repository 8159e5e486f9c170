// Which names belong to the large platforms, and which of their pages are lists that the platform makes
// up itself. Such a page holds whatever matches a word at that moment, so a request about it would be a
// request about a topic (charter 4.8).
#pragma once

#include <string_view>

#include "base/result.h"

namespace cordon {

class Url;

// True for "facebook.com" and the names below it; for a platform whose users have names of their own
// ("someone.tumblr.com") only the platform's own ones. `host` is a name in A-labels.
bool is_platform_host(std::string_view host);

// The same for one who knows the registrable name.
bool is_platform_host(std::string_view host, std::string_view registrable);

// Whether a platform holds the name; the hosts of its users may lie below it.
bool is_platform(std::string_view registrable);

// False for most names that no platform has, by the registrable name's first label alone ("facebook"): cheap.
bool may_be_platform(std::string_view label);

// Refused for a platform's front page and its search, hashtag, topic, trend and feed pages.
Result<Nothing> refuse_platform_page(const Url& url);

// What it is that is refused ("search-result", "hashtag", …, "front"), without a Url; empty for a page that is none.
std::string_view listed_page(std::string_view host, std::string_view registrable, std::string_view path,
                             std::string_view query);

}  // namespace cordon
