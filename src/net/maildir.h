// Delivery into a Maildir on this machine, and taking what others delivered into one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cordon {

// Delivers into `maildir`/new (cur, new and tmp are made if missing), fsynced before it returns. The file's
// name is derived from message_id alone, so a second delivery of the same mail finds the first in new/ or
// cur/ (whatever flags a reader put after ":2,") and changes nothing. Unavailable when the disk fails.
enum class Delivered { Now, Already };
Result<Delivered> deliver_to_maildir(const std::string& maildir, std::string_view message_id, std::string_view mail);

// Files of `maildir`/new, at most `limit`, in order of name; none where there is no such folder.
Result<std::vector<std::string>> new_mails(const std::string& maildir, std::size_t limit);
// Moves one of them to cur, as seen and, where somebody should look at it, flagged. What is not there any more is done.
enum class Flag { No, Yes };
Result<Nothing> mark_taken(const std::string& maildir, const std::string& file, Flag flag);

}  // namespace cordon
