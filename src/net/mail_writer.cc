// Writes mail by hand, because the digest of these bytes is what officers approve: nothing here depends on
// a library's version, the time or chance.
//
//   From: desk@example.org                                       headers of the envelope
//   …
//   Content-Type: multipart/mixed; boundary="=_OUTER"
//
//   --=_OUTER
//   Content-Type: multipart/mixed; boundary="=_INNER"            <- the body part, byte for byte
//
//   --=_INNER
//   Content-Type: text/plain; charset=utf-8
//   Content-Transfer-Encoding: quoted-printable
//
//   …
//   --=_INNER--                                                  <- its last CRLF included
//
//   --=_OUTER
//   …                                                            attachments
//   --=_OUTER--
//
// A boundary starts with "=_", which neither quoted-printable nor base64 can produce, and goes on with a
// digest of what it bounds, which 7bit content cannot foresee.
#include <algorithm>
#include <chrono>

#include "base/digest.h"
#include "base/text.h"
#include "net/mail.h"

namespace cordon {
namespace {

constexpr std::size_t kLine = 76;
constexpr std::size_t kLineMax = 998;  // RFC 5322 2.1.1
constexpr std::size_t kHeaderMax = 4000;
constexpr std::string_view kEnd = "\r\n";

bool printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

bool is_atext(char c) {  // RFC 5322 3.2.3
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  const std::vector<std::string_view> atoms = split(text, '.');
  return std::all_of(atoms.begin(), atoms.end(), [](std::string_view atom) {
    return !atom.empty() && std::all_of(atom.begin(), atom.end(), is_atext);
  });
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// Whether every line is 7bit, at most `longest` long and ends in CRLF, and holds no CR or LF elsewhere.
bool are_lines(std::string_view text, std::size_t longest) {
  for (bool more = true; more;) {
    const std::size_t end = text.find(kEnd);
    const std::string_view line = text.substr(0, end);
    if (line.size() > longest) return false;
    for (const char c : line) {
      if (c != '\t' && (c < ' ' || c > '~')) return false;
    }
    more = end != std::string_view::npos;
    text.remove_prefix(more ? end + kEnd.size() : text.size());
  }
  return true;
}

// Whether mail servers leave `bytes` as they are without a transfer encoding.
bool survives_as_7bit(std::string_view bytes) {
  if (bytes.empty() || !are_lines(bytes, kLine)) return false;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t end = rest.find(kEnd);
    const std::string_view line = rest.substr(0, end);
    if (line.starts_with('.') || line.starts_with("From ") || line.ends_with(' ') || line.ends_with('\t')) return false;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + kEnd.size());
  }
  return true;
}

// RFC 2045 6.7. Lone LF and CRLF are line ends; a lone CR is a byte like any other. "From " and "." at the
// start of a line are written as hex, so that no mbox and no server changes them (RFC 2049 3).
std::string quoted_printable(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest[0] == '\n' || rest.starts_with(kEnd)) {
      out += kEnd;
      column = 0;
      i += rest[0] == '\r' ? 1 : 0;
      continue;
    }
    const bool ends_line = rest.size() == 1 || rest[1] == '\n' || rest.substr(1).starts_with(kEnd);
    const auto quoted_at = [&](std::size_t at) {
      const char c = rest[0];
      if (c == ' ' || c == '\t') return ends_line;
      return c < '!' || c > '~' || c == '=' || (at == 0 && (c == '.' || rest.starts_with("From ")));
    };
    const std::size_t width = quoted_at(column) ? 3 : 1;
    if (column + width > kLine - (ends_line ? 0 : 1)) {
      out += "=\r\n";
      column = 0;
    }
    if (quoted_at(column)) {
      const auto byte = static_cast<unsigned char>(rest[0]);
      out += {'=', kHex[byte >> 4], kHex[byte & 15]};
      column += 3;
    } else {
      out += rest[0];
      ++column;
    }
  }
  return out;
}

std::string base64_lines(std::string_view bytes) {
  const std::string whole = to_base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < whole.size(); at += kLine) out.append(whole, at, kLine).append(kEnd);
  return out;
}

// "Name: value", broken before a space wherever a line would pass 76.
std::string folded(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + ":";
  std::size_t column = out.size();
  for (const std::string_view word : split(value, ' ')) {
    if (column + 1 + word.size() > kLine && column > name.size() + 1) {
      out += kEnd;
      column = 0;
    }
    out.append(" ").append(word);
    column += 1 + word.size();
  }
  return out.append(kEnd);
}

// RFC 2047 encoded words, none over 75 long and each of whole code points.
std::string encoded(std::string_view name, std::string_view value) {
  std::string words;
  std::size_t room = kLine - name.size() - 2;
  while (!value.empty()) {
    std::size_t take = std::min<std::size_t>(value.size(), (room - 12) / 4 * 3);
    while (take < value.size() && (static_cast<unsigned char>(value[take]) & 0xC0) == 0x80) --take;
    words += (words.empty() ? "" : " ") + ("=?utf-8?B?" + to_base64(value.substr(0, take)) + "?=");
    value.remove_prefix(take);
    room = kLine - 1;
  }
  return folded(name, words);
}

Result<std::string> header_line(std::string_view name, std::string_view value) {
  const std::string where(name);
  const bool named =
      !name.empty() && name.size() <= 40 && printable_ascii(name) && name.find_first_of(" :") == std::string_view::npos;
  if (!named) return fail(Fault::Malformed, "a mail header's name must be 1 to 40 ASCII letters", printable(name));
  if (has_control(value)) return fail(Fault::Malformed, "a mail header holds a control byte", where);
  if (!valid_utf8(value)) return fail(Fault::Malformed, "a mail header is not UTF-8", where);
  if (value.size() > kHeaderMax) return fail(Fault::Malformed, "a mail header is longer than 4000 bytes", where);
  const bool plain = printable_ascii(value) && !value.starts_with(' ') && !value.ends_with(' ') &&
                     value.find("  ") == std::string_view::npos && value.find("=?") == std::string_view::npos;
  if (!plain) return encoded(name, value);
  const std::string line = folded(name, value);
  if (!are_lines(line, kLineMax))
    return fail(Fault::Malformed, "a mail header holds a word of over 900 letters", where);
  return line;
}

// Why a part's own fields cannot be written; empty if they can.
std::string_view fault_of(const OutgoingPart& part) {
  const bool typed = part.type.find('/') != std::string::npos && part.type.size() <= 200 && printable_ascii(part.type);
  if (!typed) return "the type of a part is no type/subtype";
  if (!printable_ascii(part.language) || part.language.size() > 40) return "the language of a part is no ASCII tag";
  if (!printable_ascii(part.description) || part.description.size() > 200) return "a part's description is not ASCII";
  const bool file = printable_ascii(part.file_name) && part.file_name.size() <= 60 &&
                    part.file_name.find_first_of("\"\\/") == std::string::npos;
  return file ? "" : "a part's file name must be at most 60 ASCII characters without quotes or slashes";
}

std::string write_part(const OutgoingPart& part) {
  const bool is_text = lower_ascii(part.type).starts_with("text/");
  const bool as_is = !is_text && survives_as_7bit(part.bytes);
  std::string out = folded("Content-Type", part.type);
  if (!part.language.empty()) out += folded("Content-Language", part.language);
  if (!part.description.empty()) out += folded("Content-Description", part.description);
  if (!part.file_name.empty()) {
    out += "Content-Disposition: attachment;\r\n filename=\"" + part.file_name + "\"\r\n";
  }
  out += folded("Content-Transfer-Encoding", is_text ? "quoted-printable" : as_is ? "7bit" : "base64");
  out += kEnd;
  return out + (is_text ? quoted_printable(part.bytes) : as_is ? part.bytes : base64_lines(part.bytes));
}

// A multipart/mixed of parts already written, from its Content-Type header to its last line.
std::string write_multipart(const std::vector<std::string>& parts) {
  Sha256 sum;
  for (const std::string& part : parts) sum.add(sha256(part).view());
  const std::string boundary = "=_" + sum.finish().hex().substr(0, 40);
  std::string out = "Content-Type: multipart/mixed;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  for (const std::string& part : parts) out += "--" + boundary + "\r\n" + part + "\r\n";
  return out + "--" + boundary + "--\r\n";
}

Result<Nothing> check_address(const std::string& address, const char* where) {
  if (is_plain_address(address)) return Nothing{};
  return fail(Fault::Malformed, "not a plain local@domain: " + printable(address), where);
}

}  // namespace

bool is_plain_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at > 64 || text.size() > 254) return false;  // npos is above 64 too
  const std::vector<std::string_view> labels = split(text.substr(at + 1), '.');
  return is_dot_atom(text.substr(0, at)) && std::all_of(labels.begin(), labels.end(), is_label);
}

std::string write_body_part(const std::vector<OutgoingPart>& parts) {
  CORDON_CHECK(!parts.empty(), "a multipart has at least one part (RFC 2046 5.1.1)");
  std::vector<std::string> written;
  for (const OutgoingPart& part : parts) {
    CORDON_CHECK(fault_of(part).empty(), "a part's type, language, description or file name breaks its header");
    written.push_back(write_part(part));
  }
  return write_multipart(written);
}

Result<std::string> write_mail(const MailHeaders& headers, std::string_view body_part,
                               const std::vector<OutgoingPart>& attachments) {
  TRY(check_address(headers.from, "From"));
  TRY(check_address(headers.to, "To"));
  if (!headers.reply_to.empty()) TRY(check_address(headers.reply_to, "Reply-To"));
  const std::size_t at = headers.message_id.find('@');
  const bool id = at != std::string::npos && headers.message_id.size() <= 250 &&
                  is_dot_atom(headers.message_id.substr(0, at)) && is_dot_atom(headers.message_id.substr(at + 1));
  if (!id) return fail(Fault::Malformed, "expected left@right without < and >", "Message-ID");
  if (!body_part.starts_with("Content-Type: ") || !are_lines(body_part, kLineMax)) {
    return fail(Fault::Malformed, "the body part must be 7bit lines ending in CRLF, its Content-Type first");
  }

  std::vector<std::pair<std::string, std::string>> all = {{"From", headers.from}, {"To", headers.to}};
  if (!headers.reply_to.empty()) all.emplace_back("Reply-To", headers.reply_to);
  all.insert(all.end(),
             {{"Subject", headers.subject}, {"Message-ID", "<" + headers.message_id + ">"}, {"Date", headers.date}});
  all.insert(all.end(), headers.more.begin(), headers.more.end());
  all.emplace_back("MIME-Version", "1.0");
  std::vector<std::string> names;
  std::string out;
  for (const auto& [name, value] : all) {
    out += TRY(header_line(name, value));
    names.push_back(lower_ascii(name));
    if (names.back().starts_with("content-")) return fail(Fault::Malformed, "is written with the parts only", name);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) return fail(Fault::Malformed, "a mail header stands twice", *twice);

  std::vector<std::string> written = {std::string(body_part)};
  for (const OutgoingPart& part : attachments) {
    if (!fault_of(part).empty()) return fail(Fault::Malformed, std::string(fault_of(part)), "attachment");
    written.push_back(write_part(part));
  }
  return out + write_multipart(written);
}

namespace {

// The headers of a mail and what lies behind the blank line, its line ends made CR LF.
struct Halves {
  std::string head, rest;
};

Result<Halves> halves_of(std::string_view bytes) {
  std::string whole;
  whole.reserve(bytes.size() + bytes.size() / 32);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool ends = bytes[i] == '\n';
    if (bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n'))
      return fail(Fault::Malformed, "a carriage return stands alone");
    if (ends && (i == 0 || bytes[i - 1] != '\r')) whole += '\r';
    whole += bytes[i];
  }
  const std::size_t blank = whole.find("\r\n\r\n");
  if (blank == std::string::npos)
    return fail(Fault::Malformed, "there is no mail in it: no blank line ends its headers");
  return Halves{whole.substr(0, blank + 2), whole.substr(blank + 4)};
}

Result<std::vector<std::pair<std::string, std::string>>> unfolded(std::string_view head) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (std::string_view line : split(head.substr(0, head.size() - 2), '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool goes_on = line.starts_with(' ') || line.starts_with('\t');
    if (goes_on && !headers.empty()) {
      (headers.back().second += ' ') += trim(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || goes_on) {
      if (headers.empty() && line.starts_with("From ")) continue;  // a mailbox's own line before a mail
      return fail(Fault::Malformed, "a line of the headers is none", printable(line, 60));
    }
    headers.emplace_back(lower_ascii(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return headers;
}

// Takes `what` off the front of `text`.
bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

}  // namespace

std::string SentMail::header(std::string_view name) const {
  const auto row = std::find_if(headers.begin(), headers.end(), [&](const auto& one) { return one.first == name; });
  return row == headers.end() ? std::string() : row->second;
}

// Nothing is decoded leniently: what write_mail() would write for these two parts must stand there.
Result<SentMail> read_sent_mail(std::string_view bytes, const OutgoingPart& attachment) {
  if (bytes.size() > (8u << 20)) return fail(Fault::Malformed, "a mail of a desk has at most 8 MiB");
  const Halves halves = TRY(halves_of(bytes));
  SentMail out;
  out.headers = TRY(unfolded(halves.head));
  if (std::count_if(out.headers.begin(), out.headers.end(),
                    [](const auto& one) { return one.first == "content-type"; }) != 1)
    return fail(Fault::Malformed, "expected exactly one Content-Type among the headers", "Content-Type");

  std::string_view rest = halves.rest;
  const std::size_t first_line = rest.find(kEnd);
  if (!rest.starts_with("--=_") || first_line == std::string_view::npos)
    return fail(Fault::Malformed, "something stands before the first part, or there is none");
  const std::string boundary(rest.substr(2, first_line - 2));
  rest.remove_prefix(first_line + kEnd.size());
  // Written by us, or by whoever folded or unfolded the header on the way.
  const std::string type = out.header("content-type");
  const std::string_view start = std::string_view(type).substr(0, type.find('='));
  if (lower_ascii(start) != "multipart/mixed; boundary" || type != std::string(start) + "=\"" + boundary + "\"")
    return fail(Fault::Malformed, "the mail's Content-Type is not that of its parts", "Content-Type");

  const std::string between = "\r\n--" + boundary + "\r\n";
  const std::size_t body_end = rest.find(between);
  if (body_end == std::string_view::npos)
    return fail(Fault::Malformed, "the mail has no second part: the proof is gone");
  out.body_part = std::string(rest.substr(0, body_end));
  rest.remove_prefix(body_end + between.size());
  OutgoingPart proof = attachment;
  const std::size_t proof_end = rest.find("\r\n--" + boundary);
  const std::size_t its_headers_end = rest.find("\r\n\r\n");
  if (proof_end == std::string_view::npos || its_headers_end == std::string_view::npos || its_headers_end > proof_end)
    return fail(Fault::Malformed, "the mail ends inside the proof");
  const std::string lines = replace_all(
      std::string(rest.substr(its_headers_end + 4, proof_end - std::min(proof_end, its_headers_end + 4))), kEnd, "");
  Result<std::string> decoded = from_base64(lines);
  if (!decoded) return fail(Fault::Malformed, "the proof is not base64", "proof");
  proof.bytes = *std::move(decoded);
  if (!take(rest, write_part(proof)))
    return fail(Fault::Malformed, "the proof's part is not written as a desk writes it", "proof");
  if (!take(rest, "\r\n--" + boundary + "--\r\n") || rest.find_first_not_of("\r\n") != std::string_view::npos)
    return fail(Fault::Malformed, "there is something behind the proof that no officer approved");
  out.attachment = std::move(proof.bytes);
  return out;
}

std::string rfc5322_date(std::int64_t ms_since_1970) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(ms_since_1970)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::string(kDays[std::chrono::weekday(day).c_encoding()]) + ", " + two(static_cast<unsigned>(date.day())) +
         " " + kMonths[static_cast<unsigned>(date.month()) - 1] + " " + std::to_string(static_cast<int>(date.year())) +
         " " + two(time.hours().count()) + ":" + two(time.minutes().count()) + ":" + two(time.seconds().count()) +
         " +0000";
}

}  // namespace cordon
