// GMime reads every byte of a mail; this file bounds what it hands out and makes text UTF-8 for sure.
#include <gmime/gmime.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "base/text.h"
#include "net/mail.h"

namespace cordon {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kBytesMax = 25u << 20;
constexpr std::size_t kPartsMax = 100;
constexpr std::size_t kHeadersMax = 1000;
constexpr int kLevelsMax = 20;
// GMime makes one object for each part before we can count them; lines that could be boundaries are counted
// first so that a mail of nothing but boundaries cannot fill the memory.
constexpr int kBoundaryLinesMax = 100'000;
constexpr std::size_t kDeclaredLinesMax = 5'000;  // of those, what a header says is one
constexpr std::size_t kHeaderLinesMax = 100'000;  // folded ones have several
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What abuse mail of the world is written in. Held open for the life of the process: glibc loads a table on
// first use and drops it with the last descriptor, and a confined worker can open no file later.
constexpr const char* kCharsets[] = {
    "iso-8859-1",   "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",   "iso-8859-6",   "iso-8859-7",
    "iso-8859-8",   "iso-8859-9",   "iso-8859-10",  "iso-8859-13",  "iso-8859-14",  "iso-8859-15",  "iso-8859-16",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
    "windows-1257", "windows-1258", "windows-874",  "tis-620",      "koi8-r",       "koi8-u",       "gb18030",
    "gb2312",       "gbk",          "big5",         "big5-hkscs",   "iso-2022-jp",  "iso-2022-kr",  "euc-jp",
    "euc-kr",       "cp949",        "shift_jis",    "cp932",        "cp437",        "cp850",        "cp866",
    "macintosh",    "utf-16",       "utf-16le",     "utf-16be",     "utf-32",       "utf-7",        "us-ascii",
    "utf-8",
};

// iconv_open(3) says "no" by this pointer.
iconv_t no_converter() { return reinterpret_cast<iconv_t>(-1); }  // NOLINT(performance-no-int-to-ptr): its contract

class Tables {
 public:
  Tables() {
    g_mime_init();
    for (const char* charset : kCharsets) held_.push_back(g_mime_iconv_open("UTF-8", charset));
  }
  ~Tables() {
    for (iconv_t converter : held_) {
      if (converter != no_converter()) g_mime_iconv_close(converter);
    }
  }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

 private:
  std::vector<iconv_t> held_;
};

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

// The length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t sequence(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  return length != 0 && length <= text.size() && valid_utf8(text.substr(0, length)) ? length : 0;
}

std::string repair_utf8(std::string text) {
  if (valid_utf8(text)) return text;
  std::string good;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = sequence(rest);
    good += length == 0 ? kReplacement : rest.substr(0, length);
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return good;
}

std::string convert(std::string_view bytes, iconv_t converter) {
  std::string text;
  char piece[4096];
  char* in = const_cast<char*>(bytes.data());  // iconv does not write there; its signature is older than const
  std::size_t left = bytes.size();
  for (bool flushed = false; !flushed;) {
    const bool flush = left == 0;  // some sets hold their last character back until asked
    char* out = piece;
    std::size_t room = sizeof piece;
    const std::size_t done = g_mime_iconv(converter, flush ? nullptr : &in, &left, &out, &room);
    text.append(piece, sizeof piece - room);
    const bool stuck = done == static_cast<std::size_t>(-1) && errno != E2BIG;
    if (stuck) text += kReplacement;
    if (stuck && !flush) {  // EILSEQ, or EINVAL where the bytes end in the middle of a character
      ++in;
      --left;
    }
    flushed = flush && (stuck || done != static_cast<std::size_t>(-1));
  }
  return repair_utf8(std::move(text));
}

// Mail that names no character set, or ASCII, and yet holds other bytes was written on some Windows; RFC
// 2045 5.2 gives no answer. Names that nobody knows are treated alike.
std::string to_utf8(std::string bytes, std::string_view charset) {
  const std::string name = lower_ascii(trim(charset));
  const bool unnamed = name.empty() || name == "us-ascii" || name == "ascii" || name == "unknown-8bit";
  if (unnamed && valid_utf8(bytes)) return bytes;
  if (name == "utf-8" || name == "utf8") return repair_utf8(std::move(bytes));
  iconv_t converter = no_converter();
  if (!unnamed && name.find('/') == std::string::npos) converter = g_mime_iconv_open("UTF-8", name.c_str());
  if (converter == no_converter()) {
    if (valid_utf8(bytes)) return bytes;
    converter = g_mime_iconv_open("UTF-8", "windows-1252");
    if (converter == no_converter()) return repair_utf8(std::move(bytes));
  }
  std::string text = convert(bytes, converter);
  g_mime_iconv_close(converter);
  return text;
}

// One encoded word (RFC 2047 2) at the start of `text`.
struct EncodedWord {
  std::string_view charset;
  std::string bytes;
  std::size_t length = 0;  // 0: there is none
};

EncodedWord encoded_word(std::string_view text) {
  const std::size_t encoding = text.starts_with("=?") ? text.find('?', 2) : std::string_view::npos;
  if (encoding == std::string_view::npos || encoding + 2 >= text.size() || text[encoding + 2] != '?') return {};
  const std::size_t end = text.find("?=", encoding + 3);
  const char kind = static_cast<char>(text[encoding + 1] | 0x20);
  if (end == std::string_view::npos || (kind != 'b' && kind != 'q')) return {};
  std::string coded(text.substr(encoding + 3, end - encoding - 3));
  if (kind == 'q') std::replace(coded.begin(), coded.end(), '_', ' ');

  GMimeEncoding decoder;
  const GMimeContentEncoding how = kind == 'b' ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
  g_mime_encoding_init_decode(&decoder, how);
  std::string bytes(g_mime_encoding_outlen(&decoder, coded.size()), '\0');
  bytes.resize(g_mime_encoding_flush(&decoder, coded.data(), coded.size(), bytes.data()));
  std::string_view charset = text.substr(2, encoding - 2);
  charset = charset.substr(0, charset.find('*'));  // RFC 2231 5: a language may follow
  return {charset, std::move(bytes), end + 2};
}

// A header's value, unfolded and decoded. GMime 3.2's own decoder loses every encoded word that follows one
// with base64 padding. Words in a row are joined before they are converted, because mailers cut characters.
std::string decoded(std::string_view raw) {
  std::string line;
  std::copy_if(raw.begin(), raw.end(), std::back_inserter(line), [](char c) { return c != '\r' && c != '\n'; });
  std::string_view rest = trim(line);
  std::string value, plain, joined, charset;
  const auto end_plain = [&] { value += to_utf8(std::exchange(plain, {}), ""); };
  const auto end_words = [&] { value += to_utf8(std::exchange(joined, {}), charset); };
  while (!rest.empty()) {
    const EncodedWord word = encoded_word(rest);
    if (word.length == 0) {
      const std::size_t next = std::min(rest.find("=?", 1), rest.size());
      plain += rest.substr(0, next);
      rest.remove_prefix(next);
      continue;
    }
    const bool in_a_row = !joined.empty() && trim(plain).empty();
    if (in_a_row) plain.clear();
    if (!in_a_row || !equal_ignoring_case(charset, word.charset)) {
      end_words();
      end_plain();
      charset = std::string(word.charset);
    }
    joined += word.bytes;
    rest.remove_prefix(word.length);
  }
  end_words();
  end_plain();
  return value;
}

std::string type_of(GMimeContentType* type) {
  if (type == nullptr) return "text/plain";
  char* name = g_mime_content_type_get_mime_type(type);
  std::string text = lower_ascii(text_of(name));
  g_free(name);
  constexpr std::string_view kToken = "abcdefghijklmnopqrstuvwxyz0123456789!#$&^_.+-/";
  const bool sound = text.size() <= 127 && text.find_first_not_of(kToken) == std::string::npos;
  return sound ? text : "application/octet-stream";
}

std::string content_of(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return array->len == 0 ? std::string() : std::string(reinterpret_cast<const char*>(array->data), array->len);
}

// How much of `bytes` stands before the mail: blank lines, and the "From " line of an mbox.
std::size_t before_headers(std::string_view bytes) {
  std::size_t at = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < bytes.size() && (bytes[at] == '\r' || bytes[at] == '\n')) ++at;
  if (bytes.substr(at).starts_with("From ")) {
    const std::size_t end = bytes.find('\n', at);
    at = end == std::string_view::npos ? bytes.size() : end + 1;
  }
  return at;
}

// Whether `bytes` begins with "Name:", the least that makes a header (RFC 5322 2.2).
bool has_header(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && bytes[at] > ' ' && bytes[at] < 0x7f && bytes[at] != ':') ++at;
  while (at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t')) ++at;
  return at > 0 && at < bytes.size() && bytes[at] == ':' && bytes[0] != ' ' && bytes[0] != '\t';
}

class Reader {
 public:
  explicit Reader(Mail& mail) : mail_(mail) {}

  Result<Nothing> outermost(std::string_view bytes) {
    const std::string_view rest = bytes.substr(before_headers(bytes));
    const Owned<GMimeMessage> message = has_header(rest) ? parse(rest) : nullptr;
    if (message != nullptr) {
      TRY(headers(message.get(), mail_.headers));
      TRY(walk(g_mime_message_get_mime_part(message.get()), 0, 0));
    }
    if (message == nullptr) {
      mail_.headers.clear();
      mail_.parts = {{"text/plain", "", to_utf8(std::string(bytes), ""), 0}};
    }
    return Nothing{};
  }

 private:
  static Owned<GMimeMessage> parse(std::string_view bytes) {
    const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    return Owned<GMimeMessage>(g_mime_parser_construct_message(parser.get(), nullptr));
  }

  static void collect(GMimeHeaderList* list, std::vector<std::pair<gint64, GMimeHeader*>>& all) {
    for (int i = 0; i < g_mime_header_list_get_count(list); ++i) {
      GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
      all.emplace_back(g_mime_header_get_offset(header), header);
    }
  }

  // GMime keeps the Content-* headers of a mail with its part; their offsets give the order back.
  Result<Nothing> headers(GMimeMessage* message, Headers& into) {
    std::vector<std::pair<gint64, GMimeHeader*>> all;
    collect(g_mime_object_get_header_list(GMIME_OBJECT(message)), all);
    GMimeObject* part = g_mime_message_get_mime_part(message);
    if (part != nullptr) collect(g_mime_object_get_header_list(part), all);
    if (all.size() > kHeadersMax) return fail(Fault::Malformed, "a mail with over 1000 headers in one block");
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [offset, header] : all) {
      into.emplace_back(repair_utf8(text_of(g_mime_header_get_name(header))),
                        decoded(text_of(g_mime_header_get_raw_value(header))));
    }
    return Nothing{};
  }

  Result<Nothing> walk(GMimeObject* object, int level, int enclosed) {
    if (object == nullptr) return Nothing{};
    if (level > kLevelsMax) return fail(Fault::Malformed, "a mail nested over 20 levels deep");
    if (++seen_ > 2 * kPartsMax) return fail(Fault::Malformed, "a mail of over 100 parts");
    if (GMIME_IS_MULTIPART(object)) return multipart(GMIME_MULTIPART(object), level, enclosed);
    if (GMIME_IS_MESSAGE_PART(object)) {
      return message(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)), level, enclosed);
    }
    if (!GMIME_IS_PART(object)) return Nothing{};
    return leaf(GMIME_PART(object), level, enclosed);
  }

  Result<Nothing> multipart(GMimeMultipart* parts, int level, int enclosed) {
    const int count = g_mime_multipart_get_count(parts);
    for (int i = 0; i < count; ++i) TRY(walk(g_mime_multipart_get_part(parts, i), level + 1, enclosed));
    if (count == 0) {  // its boundary never came: what it holds is still what somebody wrote
      const std::string text = text_of(g_mime_multipart_get_prologue(parts));
      if (!text.empty()) TRY(keep({"text/plain", "", to_utf8(text, ""), enclosed}));
    }
    return Nothing{};
  }

  Result<Nothing> message(GMimeMessage* inner, int level, int enclosed) {
    if (inner == nullptr) return Nothing{};
    mail_.enclosed_headers.emplace_back();
    TRY(headers(inner, mail_.enclosed_headers.back()));
    return walk(g_mime_message_get_mime_part(inner), level + 1, enclosed + 1);
  }

  Result<Nothing> leaf(GMimePart* part, int level, int enclosed) {
    GMimeObject* object = GMIME_OBJECT(part);
    const std::string type = type_of(g_mime_object_get_content_type(object));
    std::string bytes = content_of(part);
    if (type == "message/rfc822" || type == "text/rfc822-headers") {  // the first only when it was base64
      const std::string_view rest = std::string_view(bytes).substr(before_headers(bytes));
      const Owned<GMimeMessage> inner = has_header(rest) ? parse(rest) : nullptr;
      if (inner != nullptr && type == "message/rfc822") return message(inner.get(), level, enclosed);
      if (inner != nullptr) {
        mail_.enclosed_headers.emplace_back();
        TRY(headers(inner.get(), mail_.enclosed_headers.back()));
      }
    }
    if (type.starts_with("text/")) {
      bytes = to_utf8(std::move(bytes), text_of(g_mime_object_get_content_type_parameter(object, "charset")));
    }
    return keep({type, repair_utf8(text_of(g_mime_part_get_filename(part))), std::move(bytes), enclosed});
  }

  Result<Nothing> keep(MailPart part) {
    if (mail_.parts.size() == kPartsMax) return fail(Fault::Malformed, "a mail of over 100 parts");
    mail_.parts.push_back(std::move(part));
    return Nothing{};
  }

  Mail& mail_;
  std::size_t seen_ = 0;  // parts and the containers around them
};

int boundary_lines(std::string_view bytes) {
  int count = bytes.starts_with("--") ? 1 : 0;
  for (std::size_t at = 0; (at = bytes.find("\n--", at)) != std::string_view::npos; at += 3) ++count;
  return count;
}

// Lines that are boundaries by what some header says, and as many boundaries as are said.
std::size_t declared_boundary_lines(std::string_view bytes) {
  std::set<std::string_view> declared;
  std::size_t count = 0;
  for (const std::string_view mark : {"boundary=", "Boundary=", "BOUNDARY="}) {
    for (std::size_t at = bytes.find(mark); at != std::string_view::npos; at = bytes.find(mark, at + mark.size())) {
      std::string_view value = bytes.substr(at + mark.size(), 200);
      const bool quoted = value.starts_with('"');
      if (quoted) value.remove_prefix(1);
      value = value.substr(0, quoted ? value.find('"') : value.find_first_of("; \t\r\n"));
      if (++count > kDeclaredLinesMax) return count;
      declared.insert(value);
    }
  }
  for (std::size_t at = 0; at < bytes.size() && count <= kDeclaredLinesMax;) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    std::string_view line = trim(bytes.substr(at, std::min<std::size_t>(end - at, 210)));
    at = end + 1;
    if (!line.starts_with("--")) continue;
    line.remove_prefix(2);
    if (declared.contains(line)) ++count;
  }
  return count;
}

// Lines up to the first blank one. GMime makes an object for each header before they can be counted.
std::size_t header_lines(std::string_view bytes) {
  std::size_t count = 0;
  for (std::size_t at = before_headers(bytes); at < bytes.size(); ++count) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    if (trim(bytes.substr(at, end - at)).empty()) break;
    at = end + 1;
  }
  return count;
}

}  // namespace

std::string Mail::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

void prepare_mail_reader() {
  static const Tables kTables;
  static_cast<void>(kTables);
}

Result<Mail> read_mail(std::string_view bytes) {
  prepare_mail_reader();
  if (bytes.size() > kBytesMax) return fail(Fault::Malformed, "a mail of over 25 MiB");
  if (boundary_lines(bytes) > kBoundaryLinesMax || declared_boundary_lines(bytes) > kDeclaredLinesMax)
    return fail(Fault::Malformed, "a mail of over 100 parts");
  if (header_lines(bytes) > kHeaderLinesMax && has_header(bytes.substr(before_headers(bytes))))
    return fail(Fault::Malformed, "a mail with over 1000 headers in one block");
  Mail mail;
  TRY(Reader(mail).outermost(bytes));
  return mail;
}

}  // namespace cordon
