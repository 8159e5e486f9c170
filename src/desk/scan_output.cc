#include "desk/scan_output.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/csv.h"
#include "base/text.h"
#include "observable/observable.h"

namespace cordon {
namespace {

// Bytes of a UTF-8 text that begin a character, eight at a time: the rest are 10xxxxxx.
std::uint64_t characters(std::string_view text) {
  constexpr std::uint64_t kLow = 0x0101010101010101;
  std::uint64_t inner = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    inner += static_cast<std::uint64_t>(std::popcount((word >> 7) & ~(word >> 6) & kLow));
  }
  for (; at < text.size(); ++at) inner += (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  return text.size() - inner;
}

constexpr std::array kColumns{"file",   "kind", "value",  "canonical", "offset",
                              "length", "line", "column", "defanged",  "flags"};

std::vector<std::string_view> flags_of(const ScanRow& row) {
  std::vector<std::string_view> flags;
  for (const FindFlag flag : find_flags())
    if (row.find.has(flag)) flags.push_back(name(flag));
  if (row.never_listed) flags.emplace_back("never_list");
  return flags;
}

void append_json_valid(std::string& out, std::string_view text) {  // JSON takes no broken bytes
  append_json_string(out, valid_utf8(text) ? text : std::string_view(printable(text, text.size() * 4)));
}

void append_number(std::string& out, std::uint64_t number) { out += std::to_string(number); }

// The object of to_text(Json), member by member in its order, without a map for each row: a scan writes a million.
void append_json(std::string& out, const ScanRow& row, const ScanWish& wish) {
  const Find& find = row.find;
  out += "{\"canonical\":";
  append_json_string(out, find.canonical);
  out += ",\"column\":";
  append_number(out, row.place.column);
  if (wish.context > 0) {
    out += ",\"context\":";
    append_json_valid(out, row.context);
  }
  out += find.defanged ? R"(,"defanged":true,"file":)" : R"(,"defanged":false,"file":)";
  append_json_valid(out, row.file);
  out += ",\"flags\":[";
  bool first = true;
  for (const std::string_view flag : flags_of(row)) {
    if (!std::exchange(first, false)) out += ',';
    append_json_string(out, flag);
  }
  out += ']';
  if (find.held_back != HeldBack::No) {
    out += ",\"held_back\":";
    append_json_string(out, reason(find.held_back));
  }
  if (!row.hits.empty()) {
    Json::Array hits;
    for (const Hit& hit : row.hits) hits.push_back(show(hit));
    out += ",\"hits\":" + to_text(hits);
  }
  out += ",\"kind\":";
  append_json_string(out, name(find.kind));
  out += ",\"length\":";
  append_number(out, find.length);
  out += ",\"line\":";
  append_number(out, row.place.line);
  out += ",\"offset\":";
  append_number(out, find.offset);
  out += ",\"value\":";
  append_json_valid(out, find.written);
  out += "}\n";
}

std::string joined_flags(const ScanRow& row, char between) {
  std::string text;
  for (const std::string_view flag : flags_of(row)) text += (text.empty() ? "" : std::string(1, between)) += flag;
  return text;
}

void append_csv(std::string& out, const ScanRow& row, const ScanWish& wish) {
  const Find& find = row.find;
  std::vector<std::string> cells{formula_safe(row.file),           std::string(name(find.kind)),
                                 formula_safe(find.written),       formula_safe(find.canonical),
                                 std::to_string(find.offset),      std::to_string(find.length),
                                 std::to_string(row.place.line),   std::to_string(row.place.column),
                                 find.defanged ? "true" : "false", joined_flags(row, ' ')};
  if (wish.options.loose) cells.emplace_back(reason(find.held_back));
  if (wish.context > 0) cells.push_back(formula_safe(row.context));
  if (!wish.index.empty()) {
    const Hit* hit = row.hits.empty() ? nullptr : &row.hits.front();
    cells.push_back(hit != nullptr ? formula_safe(hit->entry.source) : "");
    cells.emplace_back(hit != nullptr ? name(hit->entry.standing) : "");
    cells.push_back(hit != nullptr ? std::to_string(hit->age_days) : "");
  }
  out += write_csv_record(cells, ',');
}

// What people see on a screen must not be reached by a click.
std::string shown_find(const Find& find) {
  const auto kind = target_kind(find.kind);
  if (!kind) return printable(find.canonical, find.canonical.size());
  const auto observable = parse_observable(*kind, find.canonical);
  return printable(observable ? defang(*observable) : std::string(find.canonical), 4096);
}

void append_text(std::string& out, const ScanRow& row, const ScanWish& wish) {
  const bool table = wish.format == ScanFormat::Table;
  const std::string where =
      printable(row.file, 300) + ":" + std::to_string(row.place.line) + ":" + std::to_string(row.place.column);
  std::string notes = row.find.defanged ? "defanged" : "";
  if (const std::string flags = joined_flags(row, ','); !flags.empty()) notes += (notes.empty() ? "" : ",") + flags;
  if (row.find.held_back != HeldBack::No)
    notes += (notes.empty() ? "held back: " : ", held back: ") + std::string(reason(row.find.held_back));
  for (const Hit& hit : row.hits) notes += (notes.empty() ? "" : ", ") + in_a_line(hit);
  if (table) {
    std::string kind(name(row.find.kind));
    kind.resize(std::max<std::size_t>(kind.size() + 1, 12), ' ');
    std::string value = shown_find(row.find);
    value.resize(value.size() + (characters(value) < 48 ? 48 - characters(value) : 0), ' ');
    out += kind + value + "  " + where + (notes.empty() ? "" : "  " + notes) + "\n";
    if (wish.context > 0) out += "            … " + printable(row.context, 4096) + " …\n";
    return;
  }
  out += where + "\t" + std::string(name(row.find.kind)) + "\t" + printable(row.find.canonical, 8192) + "\t" + notes;
  if (wish.context > 0) out += "\t" + printable(row.context, 4096);
  out += "\n";
}

Result<std::size_t> number_of(const Json& arguments, const char* key, const char* option, std::int64_t most) {
  const std::int64_t number = arguments.number_or(key, 0);
  if (number < 0 || number > most)
    return fail(Fault::Usage, std::string(option) + " takes a number from 0 to " + std::to_string(most));
  return static_cast<std::size_t>(number);
}

}  // namespace

// ── where bytes are ──

std::span<char> Window::room() {
  if (!bytes_) bytes_ = std::make_unique_for_overwrite<char[]>(size_);
  if (size_ - used_ < kPiece) {
    const std::size_t gone = used_ - std::min(used_, kKept);
    if (with_places_) count_to(std::max(counted_, begin_ + gone));
    std::memmove(bytes_.get(), bytes_.get() + gone, used_ - gone);
    begin_ += gone;
    used_ -= gone;
  }
  return {bytes_.get() + used_, size_ - used_};
}

void Window::widen(std::size_t bytes) {
  if (bytes <= size_) return;
  auto wider = std::make_unique_for_overwrite<char[]>(bytes);
  if (used_ > 0) std::memcpy(wider.get(), bytes_.get(), used_);
  bytes_ = std::move(wider);
  size_ = bytes;
}

std::string_view Window::add(std::size_t bytes) {
  const std::string_view piece(bytes_.get() + used_, bytes);
  used_ += bytes;
  return piece;
}

std::string_view Window::slice(std::uint64_t from, std::uint64_t to) const {
  from = std::clamp(from, begin_, end());
  to = std::clamp(to, from, end());
  return {bytes_.get() + (from - begin_), static_cast<std::size_t>(to - from)};
}

void Window::count_to(std::uint64_t offset) {
  const std::string_view part = slice(counted_, offset);
  std::size_t line_begin = 0;
  for (const char* at = part.data(); !part.empty();) {
    const auto* found =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(part.data() + part.size() - at)));
    if (found == nullptr) break;
    ++at_.line;
    at_.column = 1;
    at = found + 1;
    line_begin = static_cast<std::size_t>(at - part.data());
  }
  at_.column += characters(part.substr(line_begin));
  counted_ = std::max(counted_, offset);
}

LineAndColumn Window::place(std::uint64_t offset) {
  if (offset >= counted_) {
    count_to(offset);
    return at_;
  }
  // Behind what was counted: rare, so counted anew from the line's start.
  const std::string_view between = slice(offset, counted_);
  LineAndColumn place{at_.line - static_cast<std::uint64_t>(std::count(between.begin(), between.end(), '\n')), 1};
  const std::string_view before = slice(begin_, offset);
  place.column += characters(before.substr(before.rfind('\n') + 1));
  return place;
}

// ── what nobody should report ──

bool never_listed(const NeverList& list, const Find& find) {
  const auto kind = target_kind(find.kind);
  if (list.empty() || !kind) return false;
  const auto observable = parse_observable(*kind, find.canonical);
  return observable && list.holds(*observable);
}

// ── what was asked for ──

Result<ScanWish> read_wish(const Json& arguments, bool json, bool terminal) {
  ScanWish wish;
  wish.options.buffer = Window::kKept / 2;
  const auto given = [&](const char* key) { return arguments.find(key) != nullptr; };
  if (const std::string kinds = arguments.text_or("kinds"); !kinds.empty()) {
    wish.options.kinds = KindSet();
    for (const std::string_view word : split(kinds, ',')) {
      const auto kind = found_kind(trim(word));
      if (!kind) {
        std::string names;
        for (const FoundKind known : found_kinds()) names += (names.empty() ? "" : " ") + std::string(name(known));
        return fail(Fault::Usage, "--kind takes " + names + ", and not '" + printable(word, 40) + "'");
      }
      wish.options.kinds.add(*kind);
    }
  }
  wish.options.loose = given("loose");
  wish.raw = given("raw");
  wish.only_defanged = given("only_defanged");
  wish.unique = given("unique");
  wish.count = given("count");
  wish.never_list = arguments.text_or("never_list");
  wish.index = arguments.text_or("index");
  wish.signed_by = arguments.text_or("signed_by");
  wish.only_hits = given("only_hits");
  if (wish.index.empty() && (wish.only_hits || !wish.signed_by.empty()))
    return fail(Fault::Usage, "--only-hits and --signed-by say something about an --index FILE");
  wish.context = TRY(number_of(arguments, "context", "--context", 10000));
  wish.threads = TRY(number_of(arguments, "threads", "--threads", 256));
  if (json && given("csv")) return fail(Fault::Usage, "--json and --csv are two formats; one of them");
  if (given("defang") && given("refang"))
    return fail(Fault::Usage, "--defang and --refang undo each other; one of them");
  wish.rewrite = given("defang") ? Rewrite::Defang : given("refang") ? Rewrite::Refang : Rewrite::No;
  if (wish.rewrite != Rewrite::No && (json || given("csv") || wish.count || wish.unique || wish.context > 0 ||
                                      !wish.never_list.empty() || !wish.index.empty()))
    return fail(Fault::Usage,
                "--defang and --refang write the text itself; only --kind and --only-defanged go with them");
  wish.format = json           ? ScanFormat::Json
                : given("csv") ? ScanFormat::Csv
                : terminal     ? ScanFormat::Table
                               : ScanFormat::Text;
  return wish;
}

// ── rows ──

std::string first_row(const ScanWish& wish) {
  if (wish.format != ScanFormat::Csv || wish.count) return {};
  std::vector<std::string> cells(kColumns.begin(), kColumns.end());
  if (wish.options.loose) cells.emplace_back("held_back");
  if (wish.context > 0) cells.emplace_back("context");
  if (!wish.index.empty())
    for (const char* column : {"hit_source", "hit_standing", "hit_age_days"}) cells.emplace_back(column);
  return write_csv_record(cells, ',');
}

void append_row(std::string& out, const ScanRow& row, const ScanWish& wish) {
  switch (wish.format) {
    case ScanFormat::Json:
      return append_json(out, row, wish);
    case ScanFormat::Csv:
      return append_csv(out, row, wish);
    case ScanFormat::Text:
    case ScanFormat::Table:
      return append_text(out, row, wish);
  }
}

std::string_view around(std::string_view text, std::size_t from, std::size_t length, std::size_t characters) {
  const auto inner = [&](std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  std::size_t begin = from, end = std::min(from + length, text.size());
  for (std::size_t i = 0; i < characters && begin > 0 && text[begin - 1] != '\n'; ++i) do
      --begin;
    while (begin > 0 && inner(begin));
  for (std::size_t i = 0; i < characters && end < text.size() && text[end] != '\n' && text[end] != '\r'; ++i) do
      ++end;
    while (inner(end));
  return text.substr(begin, end - begin);
}

std::string rewritten(const Find& find, Rewrite how) {
  const auto kind = target_kind(find.kind);
  constexpr std::array kReachable{FoundKind::Url, FoundKind::Domain, FoundKind::Ip, FoundKind::Onion, FoundKind::Email};
  const bool reachable = std::find(kReachable.begin(), kReachable.end(), find.kind) != kReachable.end();
  if (!kind || !reachable) return std::string(find.written);
  // "hxxp://a[.]example/?to=http://b.example/": its author broke half of it.
  const bool whole = find.kind != FoundKind::Url || find.written.find("://", 8) == std::string_view::npos;
  if (how == Rewrite::Defang ? find.defanged && whole : !find.defanged) return std::string(find.written);
  if (how == Rewrite::Refang) return std::string(find.canonical);
  const auto observable = parse_observable(*kind, find.canonical);
  return observable ? defang(*observable) : std::string(find.written);
}

std::string unclickable(std::string_view text) {
  std::string out;
  std::size_t written = 0;
  scan(text, {}, [&](const Find& find) {
    if (find.offset < written || find.has(FindFlag::Decoded)) return;  // inside of the one before; no click reaches it
    out += text.substr(written, find.offset - written);
    out += rewritten(find, Rewrite::Defang);
    written = find.offset + find.length;
  });
  out += text.substr(written);
  return out;
}

}  // namespace cordon
