// Reports that are not a format of machines: a text, a line of a list, the words of a mail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/reading.h"

namespace cordon {

// Looks for identifiers in `text` (UTF-8). One that the author broke on purpose ("hxxp://") goes before one
// that can be clicked, then the more specific kind, then the earlier. Without a matter: "no_category".
// Mail addresses among `not_reported` are none.
Reading read_text(std::optional<Matter> matter, std::string_view text,
                  const std::vector<std::string>& not_reported = {});

// What somebody typed into a form: the place in the first line, of whatever kind it is among those that the matter may
// hold (a phone number, an account, an app), and the story in the others. A place that the charter keeps out refuses
// the report; one that is none of them leaves it to what the story names.
Reading read_form(std::optional<Matter> matter, std::string_view text);

// One identifier and nothing else.
Reading read_word(std::optional<Matter> matter, std::string_view word);

Reading no_category();

}  // namespace cordon
