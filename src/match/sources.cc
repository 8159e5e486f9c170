#include "match/sources.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/csv.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "law/matter.h"
#include "observable/ip.h"
#include "observable/stix_terms.h"

namespace cordon {
namespace {

constexpr std::array<std::string_view, 7> kSourceFormats{"csv",      "list",         "misp",          "stix",
                                                         "maltrail", "eth-phishing", "signature-base"};
constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kLongestRecord = std::size_t{64} << 10;
constexpr int kLifeWithoutCategory = 90;  // days: what charter 4.4 says where a row names no figure

// ── lists by lines ──

// The records of a file, one after another, in constant memory. A record that is too long is its own bad line.
class Records {
 public:
  static Result<Records> open(const std::string& path) {
    return Records(path == "-" ? Fd(::fcntl(0, F_DUPFD_CLOEXEC, 3)) : TRY(open_file(path, O_RDONLY)), path);
  }
  std::uint64_t line() const { return line_; }  // of the record that was given last

  // `end` says where the record at the start of a text ends. Nothing at the end of the file; a loan until the next.
  template <typename End>
  Result<std::optional<std::string_view>> next(End end) {
    line_ += lines_;
    lines_ = 0;
    if (at_ + kLongestRecord > text_.size()) TRY(fill());
    if (at_ == text_.size()) return std::optional<std::string_view>();
    const std::string_view rest = std::string_view(text_).substr(at_);
    const std::size_t size = std::max<std::size_t>(end(rest.substr(0, kLongestRecord)), 1);
    const std::string_view record = rest.substr(0, size);
    at_ += size;
    lines_ = static_cast<std::uint64_t>(std::count(record.begin(), record.end(), '\n'));
    return std::optional(record);
  }

 private:
  Records(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Result<Nothing> fill() {
    text_.erase(0, at_);
    at_ = 0;
    while (!ended_ && text_.size() < kPiece) {
      const std::size_t before = text_.size();
      text_.resize(before + kPiece);
      const ssize_t got = ::read(fd_.get(), text_.data() + before, kPiece);
      text_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      if (got < 0 && errno != EINTR) return system_error("cannot read", errno, path_);
      ended_ = got == 0;
    }
    return Nothing{};
  }
  Fd fd_;
  std::string path_, text_;
  std::size_t at_ = 0;
  bool ended_ = false;
  std::uint64_t line_ = 1, lines_ = 0;
};

std::size_t line_end(std::string_view text) {
  const std::size_t newline = text.find('\n');
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

Offer broken_at(std::uint64_t place, std::string_view value, Fault fault, std::string why) {
  Offer offer;
  offer.place = place;
  offer.value = printable(value);
  offer.broken = fail(fault, std::move(why));
  return offer;
}

template <typename Each>
Result<Nothing> each_line(const std::string& path, const EachOffer& each, Each offer_of) {
  Records records = TRY(Records::open(path));
  for (;;) {
    const auto record = TRY(records.next(line_end));
    if (!record) return Nothing{};
    if (record->size() == kLongestRecord && !record->ends_with('\n')) {
      TRY(each(broken_at(records.line(), record->substr(0, 80), Fault::Malformed, "a line of more than 64 KiB")));
      continue;
    }
    const std::string_view line = trim(*record);
    if (line.empty() || line.front() == '#') continue;
    if (!valid_utf8(line)) {
      TRY(each(broken_at(records.line(), line, Fault::Malformed, "a line that is not UTF-8")));
      continue;
    }
    Offer offer = offer_of(line);
    offer.place = records.line();
    TRY(each(offer));
  }
}

// A "#" starts a comment only behind white space or at the start: a url may hold one.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 1; i < line.size(); ++i)
    if (line[i] == '#' && (line[i - 1] == ' ' || line[i - 1] == '\t')) return trim(line.substr(0, i));
  return line;
}

Offer list_offer(std::string_view line) {
  line = without_comment(line);
  for (const std::string_view sink : {"0.0.0.0", "127.0.0.1"})  // a hosts file
    if (line.starts_with(sink) && line.size() > sink.size() && (line[sink.size()] == ' ' || line[sink.size()] == '\t'))
      line = trim(line.substr(sink.size()));
  Offer offer;
  offer.value = line;
  return offer;
}

// Maltrail's sensor takes a name with all below it; "1.2.3.4:80" is an address, "/a.php" a path on any host.
Offer maltrail_offer(std::string_view line) {
  const std::size_t comment = line.find('#');
  Offer offer;
  std::string_view value = trim(line.substr(0, comment));
  const std::size_t colon = value.rfind(':');
  if (colon != std::string_view::npos && value.find('/') == std::string_view::npos &&
      parse_integer(value.substr(colon + 1)) && (parse_ip(value.substr(0, colon)) || value.find(':') == colon))
    value = value.substr(0, colon);
  offer.value = value;
  if (kind_by_looks(value) == ObservableKind::Domain) offer.reach = name(Reach::Below);
  return offer;
}

Offer signature_base_offer(std::string_view line) {
  Offer offer;
  offer.value = trim(line.substr(0, line.find(';')));
  return offer;
}

Offer file_name_offer(std::string_view line) {
  return broken_at(0, line, Fault::Refused, "an expression for file names: no kind that the charter holds");
}

struct CsvPlan {
  std::vector<std::string> columns;
  std::vector<std::pair<std::size_t, ObservableKind>> kinds;  // columns that are named after a kind
  std::optional<std::size_t> value;
  char delimiter = ',';
};

Result<CsvPlan> csv_plan(std::string_view header, const std::string& path) {
  CsvPlan plan;
  if (header.starts_with("\xEF\xBB\xBF")) header.remove_prefix(3);
  for (const char delimiter : {';', '\t', '|'})
    if (header.find(',') == std::string_view::npos && header.find(delimiter) != std::string_view::npos)
      plan.delimiter = delimiter;
  for (const std::string& field : TRY(parse_csv_record(header, plan.delimiter))) {
    const std::string column = replace_all(lower_ascii(trim(field)), " ", "_");
    for (const std::string_view word : {"value", "indicator", "ioc", "observable"})
      if (column == word && !plan.value) plan.value = plan.columns.size();
    if (const auto kind = parse_observable_kind(column)) plan.kinds.emplace_back(plan.columns.size(), *kind);
    for (const std::string_view word : {"sha256", "sha1", "md5", "hash"})
      if (column == word) plan.kinds.emplace_back(plan.columns.size(), ObservableKind::FileHash);
    for (const std::string_view word : {"host", "hostname", "fqdn"})
      if (column == word) plan.kinds.emplace_back(plan.columns.size(), ObservableKind::Domain);
    plan.columns.push_back(column);
  }
  if (!plan.value && plan.kinds.empty())
    return fail(Fault::Malformed, "the header names no column of values: value, or a kind as url, domain, ip, sha256",
                path);
  return plan;
}

// What formula_safe() put in front.
std::string unsafe(std::string_view cell) {
  cell = trim(cell);
  if (cell.size() > 1 && cell.front() == '\'' && formula_safe(cell.substr(1)) == cell) cell.remove_prefix(1);
  return std::string(cell);
}

Result<Nothing> read_csv(const std::string& path, const EachOffer& each) {
  Records records = TRY(Records::open(path));
  std::optional<CsvPlan> plan;
  for (;;) {
    const char delimiter = plan ? plan->delimiter : ',';
    const auto record = TRY(records.next([&](std::string_view text) {
      return plan ? csv_record_end(text, 0, delimiter, kLongestRecord) : line_end(text);
    }));
    if (!record) break;
    if (trim(*record).empty() || record->front() == '#') continue;
    if (!plan) {
      plan = TRY(csv_plan(*record, path));
      continue;
    }
    const auto cells = parse_csv_record(*record, delimiter);
    if (!cells || cells->size() > plan->columns.size() || !valid_utf8(*record)) {
      TRY(each(broken_at(records.line(), trim(*record).substr(0, 80), Fault::Malformed,
                         cells ? "more cells than columns, or not UTF-8" : cells.error().message)));
      continue;
    }
    Offer offer;
    offer.place = records.line();
    for (std::size_t i = 0; i < cells->size(); ++i) {
      const std::string cell = unsafe((*cells)[i]);
      const std::string& column = plan->columns[i];
      if (column == "kind" || column == "type") {
        if (const auto kind = parse_observable_kind(cell)) offer.kind = *kind;
        if (!cell.empty() && !offer.kind && cell != "cidr")
          offer.broken = fail(Fault::Refused, "no kind of the charter: " + printable(cell, 40));
      }
      if (column == "reach") offer.reach = cell;
      if (column == "standing") offer.standing = cell;
      if (column == "category") offer.category = cell;
      if (column == "source") offer.source = cell;
      if (column == "tlp") offer.tlp = cell;
      if (column == "pap") offer.pap = cell;
      if (column == "confidence") offer.confidence = cell;
      if (column == "added" || column == "first_seen" || column == "dateadded") offer.added = cell;
      if (column == "valid_until" || column == "expires") offer.valid_until = cell;
      if (column == "id" || column == "case" || column == "reference") offer.id = cell;
    }
    if (plan->value && *plan->value < cells->size()) {
      offer.value = unsafe((*cells)[*plan->value]);
      TRY(each(offer));
      continue;
    }
    for (const auto& [column, kind] : plan->kinds) {
      if (column >= cells->size() || trim((*cells)[column]).empty()) continue;
      offer.value = unsafe((*cells)[column]);
      offer.kind = kind;
      TRY(each(offer));
    }
  }
  if (!plan) return fail(Fault::Malformed, "an empty file has no header", path);
  return Nothing{};
}

// ── JSON ──

std::string day_of_seconds(std::string_view seconds) {
  const auto number = parse_integer(seconds);
  return number && *number > 0 && *number < 253402300800 ? to_rfc3339({*number * 1000}) : std::string();
}

std::string seconds_text(const Json& value, std::string_view key) {
  const Json* member = value.find(key);
  if (member == nullptr) return {};
  return member->integer() != nullptr  ? std::to_string(*member->integer())
         : member->string() != nullptr ? *member->string()
                                       : "";
}

std::string tlp_of_tags(const Json& owner) {
  const Json* tags = owner.find("Tag");
  if (tags == nullptr || tags->array() == nullptr) return {};
  for (const Json& tag : *tags->array()) {
    const std::string name = lower_ascii(tag.text_or("name"));
    if (!name.starts_with("tlp:")) continue;
    std::string word = name.substr(4);
    for (char& c : word) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (parse_tlp(word)) return word;
  }
  return {};
}

struct MispType {
  std::string_view type;
  ObservableKind kind;
};
constexpr MispType kMispTypes[] = {
    {"url", ObservableKind::Url},
    {"domain", ObservableKind::Domain},
    {"hostname", ObservableKind::Domain},
    {"ip-src", ObservableKind::Ip},
    {"ip-dst", ObservableKind::Ip},
    {"md5", ObservableKind::FileHash},
    {"sha1", ObservableKind::FileHash},
    {"sha256", ObservableKind::FileHash},
    {"email", ObservableKind::Email},
    {"email-src", ObservableKind::Email},
    {"btc", ObservableKind::Wallet},
    {"xmr", ObservableKind::Wallet},
    {"iban", ObservableKind::Iban},
    {"phone-number", ObservableKind::Phone},
    {"onion-address", ObservableKind::Onion},
    {"x509-fingerprint-sha256", ObservableKind::TlsCert},
};

// "filename|md5", "domain|ip", "ip-dst|port": each half under its own type; a half that is no indicator is left out.
Result<Nothing> misp_attribute(const Json& attribute, const Json& event, std::uint64_t place, const EachOffer& each) {
  const Json* to_ids = attribute.find("to_ids");
  const std::string type = attribute.text_or("type"), value = attribute.text_or("value");
  const bool deleted = attribute.find("deleted") != nullptr && attribute.find("deleted")->boolean() != nullptr &&
                       *attribute.find("deleted")->boolean();
  const bool detects = to_ids != nullptr && ((to_ids->boolean() != nullptr && *to_ids->boolean()) ||
                                             (to_ids->integer() != nullptr && *to_ids->integer() == 1) ||
                                             (to_ids->string() != nullptr && *to_ids->string() == "1"));
  if (!detects || deleted)
    return each(broken_at(place, value, Fault::Refused, "its author does not offer it for detection (to_ids)"));
  const auto types = split(type, '|');
  const auto values = types.size() > 1 ? split(value, '|') : std::vector<std::string_view>{value};
  bool any = false;
  for (std::size_t i = 0; i < types.size() && i < values.size(); ++i) {
    const auto row = std::find_if(std::begin(kMispTypes), std::end(kMispTypes),
                                  [&](const MispType& one) { return one.type == types[i]; });
    if (row == std::end(kMispTypes)) continue;
    any = true;
    Offer offer;
    offer.place = place;
    offer.value = values[i];
    offer.kind = row->kind;
    if (row->kind == ObservableKind::Ip && offer.value.find('/') != std::string::npos) offer.kind = std::nullopt;
    if (row->type == "btc" || row->type == "xmr") offer.value = std::string(row->type) + ":" + offer.value;
    offer.id = attribute.text_or("uuid");
    offer.tlp = tlp_of_tags(attribute);
    if (offer.tlp.empty()) offer.tlp = tlp_of_tags(event);
    offer.added = day_of_seconds(seconds_text(attribute, "timestamp"));
    if (const std::string last = attribute.text_or("last_seen"); offer.added.empty()) offer.added = last;
    TRY(each(offer));
  }
  if (any) return Nothing{};
  return each(
      broken_at(place, value, Fault::Refused, "the MISP type " + printable(type, 40) + " is no kind of the charter"));
}

Result<Nothing> misp_attributes(const Json& owner, const Json& event, std::uint64_t& place, const EachOffer& each) {
  if (const Json* attributes = owner.find("Attribute"); attributes != nullptr) {
    if (attributes->array() != nullptr) {
      for (const Json& attribute : *attributes->array()) TRY(misp_attribute(attribute, event, ++place, each));
    } else if (attributes->object() != nullptr) {
      TRY(misp_attribute(*attributes, event, ++place, each));
    }
  }
  const Json* objects = owner.find("Object");
  if (objects == nullptr || objects->array() == nullptr) return Nothing{};
  for (const Json& object : *objects->array()) TRY(misp_attributes(object, event, place, each));
  return Nothing{};
}

Result<Nothing> read_misp(const Json& json, const std::string& path, const EachOffer& each) {
  std::uint64_t place = 0;
  std::size_t events = 0;
  const auto one = [&](const Json& owner) -> Result<Nothing> {
    const Json* event = owner.find("Event");
    const Json& here = event != nullptr ? *event : owner;
    if (here.find("Attribute") != nullptr || here.find("Object") != nullptr || event != nullptr) ++events;
    return misp_attributes(here, here, place, each);
  };
  const Json* response = json.find("response");
  const Json& whole = response != nullptr ? *response : json;
  if (whole.array() != nullptr) {
    for (const Json& owner : *whole.array()) TRY(one(owner));
  } else {
    TRY(one(whole));
  }
  if (events == 0) return fail(Fault::Malformed, "no MISP event and no attribute in it", path);
  return Nothing{};
}

// Our own extension says the category; others' don't.
std::string category_of_extensions(const Json& object) {
  const Json* extensions = object.find("extensions");
  if (extensions == nullptr || extensions->object() == nullptr) return {};
  for (const auto& [id, extension] : *extensions->object())
    if (const std::string category = extension.text_or("category"); !category.empty()) return category;
  return {};
}

std::string tlp_of_markings(const Json& object) {
  const Json* marks = object.find("object_marking_refs");
  if (marks == nullptr || marks->array() == nullptr) return {};
  std::optional<Tlp> strictest;
  for (const Json& mark : *marks->array()) {
    const auto tlp = mark.string() != nullptr ? tlp_of_marking(*mark.string()) : std::nullopt;
    if (tlp && (!strictest || *tlp > *strictest)) strictest = tlp;
  }
  return strictest ? std::string(name(*strictest)) : std::string();
}

Result<Nothing> stix_object(const Json& object, std::uint64_t place, const EachOffer& each) {
  const std::string type = object.text_or("type");
  std::vector<StixValue> values;
  Offer offer;
  offer.place = place;
  if (type == "indicator") {
    const std::string pattern = object.text_or("pattern");
    if (object.text_or("pattern_type", "stix") != "stix")
      return each(broken_at(place, pattern, Fault::Refused, "a pattern of another language than STIX"));
    if (const Json* revoked = object.find("revoked");
        revoked != nullptr && revoked->boolean() != nullptr && *revoked->boolean())
      return each(broken_at(place, pattern, Fault::Refused, "revoked by its author"));
    auto named = stix_values(pattern);
    if (!named) return each(broken_at(place, pattern, Fault::Refused, named.error().message));
    values = *std::move(named);
    if (values.empty()) return each(broken_at(place, pattern, Fault::Refused, "a pattern of no kind of the charter"));
    offer.added = object.text_or("valid_from");
    offer.valid_until = object.text_or("valid_until");
    if (const Json* confidence = object.find("confidence"); confidence != nullptr && confidence->integer() != nullptr)
      offer.confidence = std::to_string(*confidence->integer());
    offer.category = category_of_extensions(object);
  } else {
    values = stix_object_values(object);
  }
  offer.tlp = tlp_of_markings(object);
  offer.id = object.text_or("id");
  for (const auto& [kind, text] : values) {
    offer.kind = kind;
    offer.value = text;
    TRY(each(offer));
  }
  return Nothing{};
}

Result<Nothing> read_stix(const Json& json, const std::string& path, const EachOffer& each) {
  const Json* bundle = json.find("bundle");  // a peer's envelope has it inside
  const Json& whole = bundle != nullptr ? *bundle : json;
  const Json* objects = whole.find("objects");
  if (objects == nullptr || objects->array() == nullptr)
    return fail(Fault::Malformed, "no bundle of STIX objects", path);
  std::uint64_t place = 0;
  for (const Json& object : *objects->array()) TRY(stix_object(object, ++place, each));
  return Nothing{};
}

Result<Nothing> read_eth_phishing(const Json& json, const std::string& path, const EachOffer& each) {
  const auto names = json.list("blacklist");
  if (!names) return fail(Fault::Malformed, "no blacklist in it", path);
  std::uint64_t place = 0;
  for (const Json& entry : *names) {
    Offer offer;
    offer.place = ++place;
    if (entry.string() == nullptr) {
      TRY(each(broken_at(place, "", Fault::Malformed, "an entry that is no text")));
      continue;
    }
    offer.value = *entry.string();
    if (kind_by_looks(offer.value) == ObservableKind::Domain) offer.reach = name(Reach::Below);
    offer.category = "phishing";
    TRY(each(offer));
  }
  return Nothing{};
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// ── from an offer to an indicator ──

Result<ListedIndicator> with_terms(const Offer& offer, const SourceTerms& terms, std::variant<Observable, IpRange> what,
                                   std::optional<Category> category) {
  const auto* observable = std::get_if<Observable>(&what);
  const bool domain = observable != nullptr && observable->kind() == ObservableKind::Domain;
  const Reach reach = !offer.reach.empty()    ? TRY(parse_reach(offer.reach))
                      : domain && terms.below ? Reach::Below
                                              : Reach::Exact;
  Standing standing = offer.standing.empty() ? terms.standing : TRY(parse_standing(offer.standing));
  if (observable == nullptr) standing = Standing::Reference;  // a range is context, whatever the list is
  std::int64_t confidence = terms.confidence;
  if (!offer.confidence.empty()) confidence = TRY(parse_integer(offer.confidence));
  if (confidence < 0 || confidence > 100) return fail(Fault::Malformed, "confidence is 0 to 100");
  const Day added = offer.added.empty() ? terms.today : TRY(parse_day(offer.added));
  // Charter 4.4: no longer than the category lets such a thing live, whatever the list says.
  const int life = category && observable != nullptr ? life_days(*category, observable->kind()) : kLifeWithoutCategory;
  Day valid_until = added.plus(life);
  if (!offer.valid_until.empty())
    valid_until = std::min(valid_until, TRY(parse_day(offer.valid_until)));
  else if (terms.valid_until)
    valid_until = std::min(valid_until, *terms.valid_until);
  Tlp tlp = terms.tlp.value_or(category ? Tlp::Clear : Tlp::Amber);
  if (!offer.tlp.empty()) tlp = std::max(terms.tlp.value_or(Tlp::Clear), TRY(parse_tlp(offer.tlp)));
  Pap pap = terms.pap.value_or(category ? Pap::Clear : Pap::Amber);
  if (!offer.pap.empty()) pap = std::max(terms.pap.value_or(Pap::Clear), TRY(parse_pap(offer.pap)));
  if (category) {
    const std::set<ObservableKind> kinds =
        observable != nullptr ? std::set{observable->kind()} : std::set<ObservableKind>{};
    tlp = std::max(tlp, least_tlp(*category, kinds));
    pap = std::max(pap, least_pap(*category));
  }
  return ListedIndicator{.what = std::move(what),
                         .reach = reach,
                         .standing = standing,
                         .category = category,
                         .source = offer.source.empty() ? terms.source : offer.source,
                         .tlp = tlp,
                         .pap = pap,
                         .confidence = static_cast<int>(confidence),
                         .added = std::min(added, terms.today),
                         .valid_until = valid_until,
                         .id = offer.id.empty() ? terms.id : offer.id};
}

}  // namespace

std::string_view name(SourceFormat format) { return kSourceFormats[static_cast<std::size_t>(format)]; }

Result<SourceFormat> parse_source_format(std::string_view text) {
  const auto at = std::find(kSourceFormats.begin(), kSourceFormats.end(), text);
  if (at != kSourceFormats.end()) return static_cast<SourceFormat>(at - kSourceFormats.begin());
  return fail(Fault::Usage, "a source is one of " + join({kSourceFormats.begin(), kSourceFormats.end()}, ", ") +
                                ", and not '" + printable(text, 40) + "'");
}

SourceFormat guess_source_format(std::string_view path, std::string_view beginning) {
  const std::string file = lower_ascii(base_name(path));
  const std::string_view text = trim(beginning);
  if (text.starts_with('{') || text.starts_with('[')) {
    const bool stix = text.find("\"objects\"") != std::string_view::npos ||
                      text.find("\"bundle") != std::string_view::npos ||
                      text.find("spec_version") != std::string_view::npos;
    if (text.find("\"fuzzylist\"") != std::string_view::npos || text.find("\"blacklist\"") != std::string_view::npos)
      return SourceFormat::EthPhishing;
    return stix && text.find("\"Event\"") == std::string_view::npos ? SourceFormat::Stix : SourceFormat::Misp;
  }
  if (text.find("Maltrail developers") != std::string_view::npos || path.find("maltrail") != std::string_view::npos)
    return SourceFormat::Maltrail;
  for (const std::string_view kind : {"hash-iocs", "c2-iocs", "filename-iocs", "keywords"})
    if (file.find(kind) != std::string::npos) return SourceFormat::SignatureBase;
  return file.ends_with(".csv") ? SourceFormat::Csv : SourceFormat::List;
}

Result<Nothing> read_source(SourceFormat format, const std::string& path, const EachOffer& each) {
  const std::string file = lower_ascii(base_name(path));
  switch (format) {
    case SourceFormat::Csv:
      return read_csv(path, each);
    case SourceFormat::List:
      return each_line(path, each, list_offer);
    case SourceFormat::Maltrail:
      return each_line(path, each, maltrail_offer);
    case SourceFormat::SignatureBase:
      if (file.find("filename") != std::string::npos || file.find("keyword") != std::string::npos)
        return each_line(path, each, file_name_offer);
      return each_line(path, each, signature_base_offer);
    case SourceFormat::Misp:
    case SourceFormat::Stix:
    case SourceFormat::EthPhishing:
      break;
  }
  const auto text = path == "-" ? read_all(0, kLargestJsonSource, path) : read_file(path, kLargestJsonSource);
  if (!text) return text.error();
  const auto json = parse_json(*text);
  if (!json) return fail(Fault::Malformed, json.error().message, path);
  if (format == SourceFormat::Misp) return read_misp(*json, path, each);
  if (format == SourceFormat::Stix) return read_stix(*json, path, each);
  return read_eth_phishing(*json, path, each);
}

std::optional<ObservableKind> kind_by_looks(std::string_view text) {
  const bool hex = text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  if (hex && (text.size() == 32 || text.size() == 40 || text.size() == 64)) return ObservableKind::FileHash;
  if (text.find("://") != std::string_view::npos || text.find("[:]//") != std::string_view::npos)
    return ObservableKind::Url;
  if (parse_ip(text)) return ObservableKind::Ip;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) return slash == 0 ? std::nullopt : std::optional(ObservableKind::Url);
  for (const std::string_view kind : {"sha256:", "sha1:", "md5:"})
    if (lower_ascii(text.substr(0, 7)).starts_with(kind)) return ObservableKind::FileHash;
  if (text.find('@') != std::string_view::npos || text.find("[at]") != std::string_view::npos)
    return ObservableKind::Email;
  if (lower_ascii(text).ends_with(".onion")) return ObservableKind::Onion;
  if (text.find('.') != std::string_view::npos) return ObservableKind::Domain;
  if (parse_observable(ObservableKind::Wallet, text)) return ObservableKind::Wallet;
  if (parse_observable(ObservableKind::Iban, text)) return ObservableKind::Iban;
  return std::nullopt;
}

Admission admit(const Offer& offer, const SourceTerms& terms, const NeverList& never_list,
                const TrafficSample* sample) {
  if (offer.broken) return *offer.broken;
  std::optional<Category> category = terms.category;
  if (!offer.category.empty()) {  // a line's own word is never replaced by the list's
    const auto matter = parse_matter(offer.category);
    if (!matter || matter->category() == nullptr) return Refused{Refusal::Category, printable(offer.category, 60)};
    category = *matter->category();
  }
  std::optional<std::variant<Observable, IpRange>> what;
  if (!offer.kind)
    if (const auto range = parse_ip_range(offer.value)) what = *range;
  if (!what) {
    const auto kind = offer.kind ? offer.kind : kind_by_looks(offer.value);
    if (!kind && offer.value.starts_with('/')) return Refused{Refusal::BroadPath, printable(offer.value, 60)};
    if (auto refused = refused_text(kind.value_or(ObservableKind::Domain), offer.value)) return *std::move(refused);
    if (!kind) return fail(Fault::Malformed, "nothing that an index holds: " + printable(offer.value, 80));
    auto observable = parse_observable(*kind, offer.value);
    if (!observable) return observable.error();
    what = *std::move(observable);
  }
  if (terms.withdrawn)
    return ListedIndicator{
        .what = *std::move(what), .source = offer.source.empty() ? terms.source : offer.source, .withdrawn = true};
  auto indicator = with_terms(offer, terms, *std::move(what), category);
  if (!indicator) return indicator.error();
  if (auto refused = never_list.judge(*indicator)) return *std::move(refused);
  if (indicator->valid_until < terms.today || indicator->valid_until < indicator->added)
    return Expired{indicator->valid_until};
  if (sample != nullptr) {
    if (const std::uint64_t hits = sample->hits(*indicator); hits > sample->most_hits())
      return Refused{Refusal::BlastRadius, std::to_string(hits) + " hits of " + std::to_string(sample->finds())};
  }
  if (const auto sound = check_indicator(*indicator); !sound) return sound.error();
  return *std::move(indicator);
}

}  // namespace cordon
