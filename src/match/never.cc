#include "match/never.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "law/matter.h"
#include "match/never_data.h"
#include "observable/domain.h"
#include "observable/ip.h"
#include "observable/platform.h"
#include "observable/refang.h"
#include "observable/suffix.h"
#include "observable/url.h"

namespace cordon {
namespace {

struct Row {
  Refusal reason;
  std::string_view name, about;
};
constexpr std::array kRows{
    Row{Refusal::Pattern, "pattern", "a wildcard or an expression: an indicator is one thing (charter 4.8)"},
    Row{Refusal::PublicSuffix, "public_suffix", "a name under which anybody registers, as com or co.uk"},
    Row{Refusal::Platform, "platform", "a large platform itself; name one item or account on it (charter 4.8)"},
    Row{Refusal::ListedPage, "listed_page", "a search, hashtag, topic, trend or feed page (charter 4.8)"},
    Row{Refusal::TopSite, "top_site", "a site that everybody uses, or a name below it"},
    Row{Refusal::SharedHost, "shared_host", "a host where anybody can put something; name one item on it"},
    Row{Refusal::HostRoot, "host_root", "the front page of a host of many; name one item on it"},
    Row{Refusal::BroadPath, "broad_path", "a prefix that is a whole host, or on a host of many, or has no host"},
    Row{Refusal::BroadRange, "broad_range", "a range as a target, or wider than /16 (v6: /32); a range is context"},
    Row{Refusal::SharedAddress, "shared_address", "an address of a CDN, a hosting cluster or of parked names"},
    Row{Refusal::Infrastructure, "infrastructure", "an address that the network itself runs on"},
    Row{Refusal::Reserved, "reserved", "kept for documents and private networks (RFC 2606, 5737, 6761, 6890)"},
    Row{Refusal::TrivialFile, "trivial_file", "the hash of a file that every machine has"},
    Row{Refusal::TrustedRoot, "trusted_root", "a certificate that every browser trusts"},
    Row{Refusal::Guarded, "guarded", "its holder is sensitive: the ombudsperson signs first (charter 11.3)"},
    Row{Refusal::OperatorList, "operator_list", "on a list that this operator added"},
    Row{Refusal::Category, "category", "no category of the charter, or one that holds no such thing (charter 4.4)"},
    Row{Refusal::NoCase, "no_case", "an active indicator names its category and its case (charter 6.7)"},
    Row{Refusal::BlastRadius, "blast_radius", "it hits too much of a sample of ordinary traffic"},
};

constexpr auto kRefusals = [] {
  std::array<Refusal, kRows.size()> all{};
  for (std::size_t i = 0; i < kRows.size(); ++i) all[i] = kRows[i].reason;
  return all;
}();
static_assert(std::is_sorted(kRefusals.begin(), kRefusals.end()));

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <typename Value>
using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

using Start = std::array<std::uint8_t, 16>;

Start masked(Start start, int bits) {
  for (int bit = bits; bit < 128; ++bit) {
    std::uint8_t& byte = start[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte & ~(0x80u >> (bit % 8)));
  }
  return start;
}

// An address or a range; bits behind the length don't count here.
std::optional<IpRange> read_range(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  const std::string_view address = text.substr(0, slash);
  const auto ip = parse_ip(address);
  if (!ip) return std::nullopt;
  const int most = ip->is_v4() ? 32 : 128;
  const auto whole = parse_ip_range(ip->text() + "/" + std::to_string(most));
  if (!whole || slash == std::string_view::npos) return whole ? std::optional(*whole) : std::nullopt;
  auto bits = parse_integer(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > 128) return std::nullopt;
  if (ip->is_v4() && address.find(':') != std::string_view::npos) *bits -= 96;  // a v4-mapped one
  if (*bits < 0 || *bits > most) return std::nullopt;
  const auto range =
      make_ip_range(ip->is_v4(), masked(whole->start(), static_cast<int>(*bits)), static_cast<int>(*bits));
  return range ? std::optional(*range) : std::nullopt;
}

bool is_front(const Url& url) {
  if (url.query()) return false;
  const std::string path = lower_ascii(url.path());
  for (const std::string_view front :
       {"/", "/index.html", "/index.htm", "/index.php", "/index.asp", "/index.aspx", "/default.aspx", "/home"})
    if (path == front) return true;
  return false;
}

bool reserved_top(std::string_view host) {
  const std::string_view top = host.substr(host.rfind('.') + 1);
  return top == "test" || top == "example" || top == "invalid" || top == "localhost" || top == "arpa";
}

// Universities have endings of their own in most countries: "edu", "edu.kz", "ac.uk".
bool academic(std::string_view host) {
  const std::size_t last = host.rfind('.');
  const std::string_view top = host.substr(last + 1);
  if (last == std::string_view::npos || top == "edu") return top == "edu";
  const std::string_view before = host.substr(0, last);
  const std::size_t dot = before.rfind('.');
  const std::string_view second = before.substr(dot + 1);
  return top.size() == 2 && dot != std::string_view::npos && (second == "edu" || second == "ac");
}

bool is_special(const IpRange& range) {
  const std::string text = range.text();
  const auto ip = parse_ip(text.substr(0, text.find('/')));
  return ip && ip->is_special();
}

std::string_view parent(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

}  // namespace

std::string_view name(Refusal reason) { return kRows[static_cast<std::size_t>(reason)].name; }
std::string_view about(Refusal reason) { return kRows[static_cast<std::size_t>(reason)].about; }
std::span<const Refusal> refusals() { return kRefusals; }

struct NeverList::Lists {
  struct Name {
    Refusal reason;
    bool tenants = false;  // the names below it are other people's
  };
  ByText<Name> names;
  ByText<Refusal> things;  // hashes, urls, accounts: in their canonical form
  ByText<bool> guarded;
  // By family and length, then by start: an address asks each length that there is.
  std::map<std::pair<bool, int>, std::map<Start, Refusal>> ranges;

  void add_range(const IpRange& range, Refusal reason) {
    ranges[{range.is_v4(), range.bits()}].try_emplace(range.start(), reason);
  }
  std::optional<Refused> of_name(std::string_view host) const;
  std::optional<Refused> of_address(const IpRange& range) const;
  bool add_line(std::string_view line);
  void add_bundled(std::string_view list, Refusal reason);
};

// The nearest entry above a name holds it. Of the bundled ones only down to what somebody registered: a suffix that
// is newer than the list has tenants below it.
std::optional<Refused> NeverList::Lists::of_name(std::string_view host) const {
  const auto registrable = registrable_part(host);
  bool bundled = true;
  for (std::string_view name = host; !name.empty(); name = parent(name)) {
    if (registrable && name.size() < registrable->size()) bundled = false;
    const auto found = names.find(name);
    if (found == names.end()) continue;
    const Name& entry = found->second;
    if (entry.reason == Refusal::OperatorList) return Refused{entry.reason, std::string(name)};
    if (!bundled) continue;
    if (!entry.tenants || name.size() == host.size()) return Refused{entry.reason, std::string(name)};
    bundled = false;
  }
  return std::nullopt;
}

// An entry that holds the range, or lies in it.
std::optional<Refused> NeverList::Lists::of_address(const IpRange& range) const {
  for (const auto& [shape, blocks] : ranges) {
    const auto& [v4, bits] = shape;
    if (v4 != range.is_v4()) continue;
    const auto at = blocks.lower_bound(masked(range.start(), bits));
    if (at == blocks.end()) continue;
    const auto block = make_ip_range(v4, at->first, bits);
    if (block && (block->covers(range) || range.covers(*block))) return Refused{at->second, block->text()};
  }
  return std::nullopt;
}

bool NeverList::Lists::add_line(std::string_view line) {
  if (const auto range = read_range(line)) {
    add_range(*range, Refusal::OperatorList);
    return true;
  }
  if (const auto hash = parse_observable(ObservableKind::FileHash, line)) {
    things.insert_or_assign(hash->canonical(), Refusal::OperatorList);
    return true;
  }
  std::string_view host = line;
  while (host.starts_with('.')) host.remove_prefix(1);
  while (host.ends_with('/')) host.remove_suffix(1);
  if (auto found = ascii_host(host)) {
    names.insert_or_assign(*std::move(found), Name{Refusal::OperatorList});
    return true;
  }
  for (const ObservableKind kind : {ObservableKind::Url, ObservableKind::Email}) {
    if (const auto thing = parse_observable(kind, line)) {
      things.insert_or_assign(thing->canonical(), Refusal::OperatorList);
      return true;
    }
  }
  return false;
}

// data/never: a line that begins with a blank belongs to the one above it that does not.
void NeverList::Lists::add_bundled(std::string_view list, Refusal reason) {
  std::string_view head;
  for (const std::string_view line : split(never_data(list), '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.front() != ' ') {
      head = line;
      if (list == "shared-hosts")
        names.try_emplace(std::string(line.substr(line.front() == '.')), Name{reason, line.front() == '.'});
      continue;
    }
    for (const std::string_view word : split(line.substr(1), ' ')) {
      const std::string whole = std::string(word) + "." + std::string(head);
      if (list == "top-sites") names.try_emplace(whole, Name{reason});
      if (list == "top-hosts" || list == "suffixes") names.try_emplace(whole, Name{reason, true});
      if (list == "sensitive") guarded.try_emplace(whole, true);
      if (list == "hashes")
        things.try_emplace(std::string(word), head == "trusted_root" ? Refusal::TrustedRoot : Refusal::TrivialFile);
      if (list == "addresses")
        if (const auto range = read_range(word))
          add_range(*range, head == "infrastructure" ? Refusal::Infrastructure : Refusal::SharedAddress);
    }
  }
}

NeverList::NeverList() : lists_(std::make_unique<Lists>()) {}
NeverList::NeverList(const NeverList& other)
    : lists_(std::make_unique<Lists>(*other.lists_)),
      left_out_(other.left_out_),
      reserved_allowed_(other.reserved_allowed_) {}
NeverList::NeverList(NeverList&& other) noexcept = default;
NeverList::~NeverList() = default;

const NeverList& NeverList::bundled() {
  static const NeverList list = [] {
    NeverList made;
    made.lists_->add_bundled("shared-hosts", Refusal::SharedHost);
    made.lists_->add_bundled("suffixes", Refusal::PublicSuffix);
    made.lists_->add_bundled("top-hosts", Refusal::TopSite);
    made.lists_->add_bundled("top-sites", Refusal::TopSite);
    made.lists_->add_bundled("sensitive", Refusal::Guarded);
    made.lists_->add_bundled("addresses", Refusal::SharedAddress);
    made.lists_->add_bundled("hashes", Refusal::TrivialFile);
    return made;
  }();
  return list;
}

std::size_t NeverList::size() const {
  std::size_t size = lists_->names.size() + lists_->things.size() + lists_->guarded.size();
  for (const auto& [shape, blocks] : lists_->ranges) size += blocks.size();
  return size;
}

bool NeverList::empty() const {
  return lists_->names.empty() && lists_->things.empty() && lists_->guarded.empty() && lists_->ranges.empty();
}

Result<Nothing> NeverList::add(std::string_view text, const std::string& where) {
  if (!valid_utf8(text)) return fail(Fault::Malformed, "a never-list is UTF-8 text, one entry a line", where);
  if (trim(text).starts_with('{')) {
    const auto json = parse_json(text);
    if (!json) return fail(Fault::Malformed, json.error().message, where);
    const Json::Array entries = TRY(json->list("list"));
    const bool expressions = json->text_or("type") == "regex";
    for (const Json& entry : entries)
      if (expressions || entry.string() == nullptr || !lists_->add_line(trim(*entry.string()))) ++left_out_;
    return Nothing{};
  }
  for (std::string_view line : split(text, '\n')) {
    line = trim(line.substr(0, line.find('#')));
    if (!line.empty() && !lists_->add_line(line)) ++left_out_;
  }
  return Nothing{};
}

Result<Nothing> NeverList::add_guarded(std::string_view text, const std::string& where) {
  if (!valid_utf8(text)) return fail(Fault::Malformed, "a list of guarded hosts is UTF-8 text, one a line", where);
  for (std::string_view line : split(text, '\n')) {
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    if (const auto host = ascii_host(line))
      lists_->guarded.insert_or_assign(*host, false);
    else
      ++left_out_;
  }
  return Nothing{};
}

std::optional<Refused> NeverList::guarded(const Observable& observable) const {
  const std::string host = host_text(observable);
  const auto registrable = registrable_part(host);
  if (!registrable) return std::nullopt;
  if (academic(host)) return Refused{Refusal::Guarded, std::string(*registrable)};
  for (std::string_view name = host; !name.empty(); name = parent(name)) {
    const auto found = lists_->guarded.find(name);
    const bool bundled = found != lists_->guarded.end() && found->second;
    if (found != lists_->guarded.end() && (!bundled || name.size() >= registrable->size()))
      return Refused{Refusal::Guarded, std::string(name)};
  }
  return std::nullopt;
}

std::optional<Refused> NeverList::holds(const Observable& observable) const {
  if (const auto thing = lists_->things.find(observable.canonical()); thing != lists_->things.end())
    return Refused{thing->second, observable.canonical()};
  const std::string host = host_text(observable);
  if (host.empty()) return std::nullopt;
  if (auto named = lists_->of_name(host)) return named;
  const auto address = read_range(host);
  return address ? lists_->of_address(*address) : std::nullopt;
}

std::optional<Refused> NeverList::judge(const Observable& observable) const {
  if (is_reserved(observable)) {
    if (!reserved_allowed_) return Refused{Refusal::Reserved, host_text(observable)};
    if (auto own = holds(observable); own && own->reason == Refusal::OperatorList) return own;
    return std::nullopt;
  }
  auto held = holds(observable);
  if (!held || held->reason == Refusal::OperatorList || held->by == observable.canonical()) return held;
  switch (observable.kind()) {
    case ObservableKind::Url: {
      const auto url = parse_url(observable.canonical());
      if (!url || is_front(*url)) return Refused{Refusal::HostRoot, held->by};
      return std::nullopt;  // one item there
    }
    case ObservableKind::Email:
      return std::nullopt;  // one mailbox there
    default:
      return held;
  }
}

std::optional<Refused> NeverList::judge(const ListedIndicator& indicator) const {
  const auto rule = [](Refusal reason, std::string_view by) { return Refused{reason, std::string(by)}; };
  const bool active = indicator.standing == Standing::Active;
  const auto category = indicator.category;
  if (const auto* range = std::get_if<IpRange>(&indicator.what)) {
    if (active || indicator.reach != Reach::Exact) return rule(Refusal::BroadRange, "amendment 3");
    if (range->bits() < (range->is_v4() ? 16 : 32)) return rule(Refusal::BroadRange, range->text());
    if (!reserved_allowed_ && is_special(*range)) return rule(Refusal::Reserved, range->text());
    if (auto held = lists_->of_address(*range)) return held;
    if (!category || *category > Category::ServiceAttack) return rule(Refusal::Category, "amendment 3");
    return std::nullopt;
  }
  const auto& observable = std::get<Observable>(indicator.what);
  if (category && !may_hold(*category, observable.kind())) return rule(Refusal::Category, "charter 4.4");
  if (active && (!category || indicator.id.empty())) return rule(Refusal::NoCase, "charter 6.7");
  if (auto refused = judge(observable)) return refused;
  if (indicator.reach == Reach::Prefix) {
    if (on_shared_host(observable)) return rule(Refusal::BroadPath, "amendment 10");
    if (const auto held = holds(observable)) return Refused{Refusal::BroadPath, held->by};
    const auto url = parse_url(observable.canonical());
    if (!url || is_front(*url) || url->path() == "/") return rule(Refusal::BroadPath, host_text(observable));
    if (!category || (*category > Category::ServiceAttack && *category != Category::Phishing))
      return rule(Refusal::Category, "amendment 10");
  }
  if (auto sensitive = guarded(observable)) {
    const bool owner_is_told =
        category == Category::Malware || category == Category::IllegalAccess || category == Category::Phishing;
    if (active || !owner_is_told) return sensitive;
  }
  return std::nullopt;
}

std::optional<Refused> refused_text(ObservableKind kind, std::string_view text) {
  const auto rule = [&](Refusal reason, std::string_view by) { return Refused{reason, printable(by)}; };
  if (parse_observable(kind, text)) return std::nullopt;
  if (kind == ObservableKind::FileHash) {
    const auto parsed = parse_observable(kind, text);
    return !parsed && parsed.error().fault == Fault::Refused ? std::optional(rule(Refusal::TrivialFile, trim(text)))
                                                             : std::nullopt;
  }
  if (kind == ObservableKind::Ip) {
    const auto ip = parse_ip(text);
    return !ip && ip.error().fault == Fault::Refused ? std::optional(rule(Refusal::BroadRange, trim(text)))
                                                     : std::nullopt;
  }
  if (kind != ObservableKind::Domain && kind != ObservableKind::Url) return std::nullopt;
  if (!refuse_patterns(text)) return rule(Refusal::Pattern, trim(text));
  const std::string plain = refang(trim(text));
  std::string host;
  if (kind == ObservableKind::Url) {
    const auto url = parse_url(plain);
    if (!url) return std::nullopt;
    host = url->host();
    const auto registrable = registrable_part(host);
    const std::string_view query = url->query() ? std::string_view(*url->query()) : std::string_view();
    const std::string_view page =
        registrable ? listed_page(host, *registrable, url->path(), query) : std::string_view();
    if (!page.empty()) return rule(page == "front" ? Refusal::Platform : Refusal::ListedPage, host);
  } else {
    auto named = ascii_host(plain);
    if (!named) return std::nullopt;
    host = *std::move(named);
  }
  if (reserved_top(host)) return rule(Refusal::Reserved, host);
  if (const auto suffix = public_suffix(host); suffix && suffix->text == host) return rule(Refusal::PublicSuffix, host);
  if (is_platform_host(host)) return rule(Refusal::Platform, host);
  return std::nullopt;
}

}  // namespace cordon
