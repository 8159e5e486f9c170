// Mail that somebody passed on: what is reported is the mail inside, and whoever passed it on is no part of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/mail.h"

namespace cordon {

inline constexpr std::size_t kMostWords = 2u << 20;  // what is read of a mail's words

struct PassedOn {
  std::string text;  // what the mail inside shows its reader: its subject, then its words; no addresses of its headers
  std::optional<Instant> sent_at;
};

// The mail inside of a text: below a line that mail programs put there ("---------- Forwarded message", «Пересылаемое
// сообщение», «Қайта жіберілген хат», 转发邮件) or a block of headers as they write them, else the lines quoted with
// '>'. Nothing where there is none.
std::optional<PassedOn> passed_on_inline(std::string_view text);

// The mails that are attached as mails, one after another; nothing where there is none or they show nothing.
std::optional<PassedOn> passed_on_attached(const Mail& mail);

// What the writer of the mail wrote, the plain form before the page; without the signature ("-- " and what follows).
std::string own_words(const Mail& mail);

// The addresses in the mail's own headers: whoever wrote it or had it.
std::vector<std::string> own_addresses(const Mail& mail);

}  // namespace cordon
