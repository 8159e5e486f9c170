// Feedback reports in a mail (ARF, RFC 5965 and 6692).
#pragma once

#include <string>
#include <string_view>

#include "net/mail.h"
#include "report/fields.h"
#include "report/reading.h"

namespace cordon {

// `fields` are those of the message/feedback-report part, `told` what the desk keeps of the mail beside them. A
// complaint about spam is about the source address alone; fraud and viruses are about the place that is named.
Reading read_feedback(const Fields& fields, std::string_view told);

}  // namespace cordon
