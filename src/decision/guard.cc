#include "decision/guard.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "observable/domain.h"
#include "observable/handle.h"
#include "observable/ip.h"
#include "observable/url.h"

namespace cordon {

namespace {

constexpr std::array<std::pair<Holder, std::string_view>, 10> kHolders{{
    {Holder::Media, "media"},
    {Holder::Ngo, "ngo"},
    {Holder::Party, "party"},
    {Holder::Election, "election"},
    {Holder::Religion, "religion"},
    {Holder::University, "university"},
    {Holder::Health, "health"},
    {Holder::HumanRights, "human_rights"},
    {Holder::Union, "union"},
    {Holder::Lawyer, "lawyer"},
}};

constexpr std::string_view kFirstLine = "cordon-sensitive-holders 1";
constexpr std::size_t kLongestEntry = 500;

// Where a platform's accounts have their pages: "https://t.me/name" is telegram:@name.
struct AccountPages {
  std::string_view host, platform;
};
constexpr std::array kAccountPages{
    AccountPages{"t.me", "telegram"},
    AccountPages{"telegram.me", "telegram"},
    AccountPages{"x.com", "x"},
    AccountPages{"twitter.com", "x"},
    AccountPages{"vk.com", "vk"},
    AccountPages{"vk.ru", "vk"},
    AccountPages{"instagram.com", "instagram"},
    AccountPages{"facebook.com", "facebook"},
    AccountPages{"youtube.com", "youtube"},
    AccountPages{"tiktok.com", "tiktok"},
    AccountPages{"ok.ru", "ok"},
    AccountPages{"threads.net", "threads"},
};

// "host/path" in small letters, without the slash at its end: too much is guarded rather than too little.
std::string page_of(const Url& url) {
  std::string page = lower_ascii(url.host() + url.path());
  while (page.ends_with('/')) page.pop_back();
  return page;
}

// The account that a page is of: "x:@name" of "https://www.x.com/name/status/1"; empty where it is none.
std::string account_of(const Url& url) {
  std::string_view host = url.host();
  for (const std::string_view before : {"www.", "m.", "mobile."})
    if (host.starts_with(before)) host.remove_prefix(before.size());
  const auto row = std::find_if(kAccountPages.begin(), kAccountPages.end(),
                                [&](const AccountPages& one) { return one.host == host; });
  if (row == kAccountPages.end()) return {};
  std::string_view path = std::string_view(url.path()).substr(1);
  for (const std::string_view before : {"s/", "channel/", "c/", "user/"})  // t.me/s/name, youtube.com/channel/UC…
    if (path.starts_with(before)) path.remove_prefix(before.size());
  const Result<std::string> account =
      canonical_handle(std::string(row->platform) + ":" + std::string(path.substr(0, path.find('/'))));
  return account ? *account : std::string();
}

Result<Nothing> check_people(const Officer& one, const Officer& other) {
  TRY(may(one, Act::KeepSensitiveList));
  TRY(may(other, Act::CountersignSensitiveList));
  if (one.id == other.id || one.key == other.key)
    return fail(Fault::Refused, "it takes two different people to load a list of sensitive holders (charter 10)");
  return Nothing{};
}

SensitiveListKept describe(const SensitiveList& list) {
  SensitiveListKept event;
  event.digest = list.digest();
  event.country = list.country();
  event.dated = list.dated();
  event.entries = static_cast<std::int64_t>(list.size());
  return event;
}

}  // namespace

std::string_view name(Holder holder) {
  return std::find_if(kHolders.begin(), kHolders.end(), [&](const auto& row) { return row.first == holder; })->second;
}

Result<Holder> parse_holder(std::string_view text) {
  std::vector<std::string> known;
  for (const auto& [holder, spelling] : kHolders) {
    if (spelling == text) return holder;
    known.emplace_back(spelling);
  }
  return fail(Fault::Malformed, "'" + printable(text, 40) + "' is no kind of holder; there are " + join(known, ", "));
}

// ── the list ──

Result<Nothing> SensitiveList::add(std::string_view line, SensitiveList& to) {
  const std::vector<std::string_view> words = split(line, ' ');
  if (words.size() != 3) return fail(Fault::Malformed, "an entry is three words: holder, kind, value");
  const Holder holder = TRY(parse_holder(words[0]));
  std::string value;
  if (words[1] == "domain") {
    // A name that is no fair target of a request, a public suffix for one, may well be a holder's.
    value = TRY(ascii_host(words[2]));
    if (value.find('.') == std::string::npos) return fail(Fault::Malformed, "a domain has two labels or more");
  } else if (words[1] == "network") {
    // One address without its length is a network of one.
    const std::string one = words[2].find(':') == std::string_view::npos ? "/32" : "/128";
    const bool has_length = words[2].find('/') != std::string_view::npos;
    const IpRange network = TRY(parse_ip_range(std::string(words[2]) + (has_length ? "" : one)));
    value = network.text();
    if (!to.entries_.contains("network " + value)) to.networks_.emplace_back(network, holder);
  } else if (words[1] == "handle") {
    value = TRY(canonical_handle(words[2]));
  } else if (words[1] == "page") {
    const Url url = TRY(parse_url(words[2]));
    value = page_of(url);
    if (url.host_kind() != Url::HostKind::Name || value.find('/') == std::string::npos)
      return fail(Fault::Malformed, "a page has a host's name and a path; a whole site is a domain");
  } else {
    return fail(Fault::Malformed,
                "'" + printable(words[1], 40) + "' is no kind of entry; there are domain, network, handle, page");
  }
  std::string entry = std::string(words[1]) + " " + value;
  const auto [known, fresh] = to.entries_.emplace(std::move(entry), holder);
  if (!fresh && known->second != holder) return fail(Fault::Malformed, "the list names two kinds of holder for it");
  return Nothing{};
}

Result<SensitiveList> SensitiveList::read(std::string_view text) {
  if (text.size() > kLargestSensitiveList) return fail(Fault::Malformed, "a list has at most 16 MiB");
  if (!valid_utf8(text)) return fail(Fault::Malformed, "the list is not UTF-8");
  SensitiveList list;
  int header = 0;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    const std::string where = "line " + std::to_string(++number);
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.size() > kLongestEntry) return fail(Fault::Malformed, "a line has at most 500 bytes", where);
    if (header == 0) {
      if (line != kFirstLine)
        return fail(Fault::Malformed, "a list begins with '" + std::string(kFirstLine) + "'", where);
    } else if (header == 1) {
      const bool fits = line.size() == 10 && line.starts_with("country ") && line[8] >= 'A' && line[8] <= 'Z' &&
                        line[9] >= 'A' && line[9] <= 'Z';
      if (!fits) return fail(Fault::Malformed, "expected 'country XX', two capital letters (ISO 3166-1)", where);
      list.country_ = line.substr(8);
    } else if (header == 2) {
      const Result<Instant> day = line.starts_with("dated ") && line.size() == 16
                                      ? parse_rfc3339(std::string(line.substr(6)) + "T00:00:00Z")
                                      : Result<Instant>(fail(Fault::Malformed, "no day"));
      if (!day) return fail(Fault::Malformed, "expected 'dated YYYY-MM-DD'", where);
      list.dated_ = *day;
    } else {
      if (list.entries_.size() == kMostSensitiveEntries)
        return fail(Fault::Malformed, "a list has at most 200000 entries", where);
      if (const Result<Nothing> added = add(line, list); !added)
        return fail(Fault::Malformed, added.error().message, where);
    }
    ++header;
  }
  if (header < 3) return fail(Fault::Malformed, "a list has three lines before its entries: its name, country, dated");
  return list;
}

std::string SensitiveList::text() const {
  std::string text =
      std::string(kFirstLine) + "\ncountry " + country_ + "\ndated " + to_rfc3339(dated_).substr(0, 10) + "\n";
  for (const auto& [entry, holder] : entries_) text += std::string(name(holder)) + " " + entry + "\n";
  return text;
}

std::optional<Holder> SensitiveList::holder_of(const Observable& target) const {
  const auto entry = [&](const std::string& kind, std::string_view value) -> std::optional<Holder> {
    const auto found = entries_.find(kind + " " + std::string(value));
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
  };
  if (target.kind() == ObservableKind::Handle) return entry("handle", target.canonical());
  if (target.kind() == ObservableKind::Url) {
    if (const Result<Url> url = parse_url(target.canonical())) {
      if (const std::string account = account_of(*url); !account.empty())
        if (const std::optional<Holder> holder = entry("handle", account)) return holder;
      // The page itself and whatever lies under it.
      for (std::string page = page_of(*url); page.find('/') != std::string::npos; page.erase(page.rfind('/')))
        if (const std::optional<Holder> holder = entry("page", page)) return holder;
    }
  }
  const std::string host = host_text(target);
  if (host.empty()) return std::nullopt;
  if (const Result<Ip> address = parse_ip(host)) {
    for (const auto& [network, holder] : networks_)
      if (network.covers(*address)) return holder;
    return std::nullopt;
  }
  for (std::string_view name = host;;) {
    if (const std::optional<Holder> holder = entry("domain", name)) return holder;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    name.remove_prefix(dot + 1);
  }
}

std::optional<std::string> SensitiveList::missing_from(const SensitiveList& other) const {
  for (const auto& [entry, holder] : entries_)
    if (!other.entries_.contains(entry)) return std::string(name(holder)) + " " + entry;
  return std::nullopt;
}

Result<SensitiveList> SensitiveList::without(std::string_view entry) const {
  const std::string_view line = trim(entry);
  const std::size_t space = std::min(line.find(' '), line.size());
  SensitiveList rest = *this;
  const auto found = rest.entries_.find(line.substr(std::min(space + 1, line.size())));
  if (found == rest.entries_.end() || name(found->second) != line.substr(0, space))
    return fail(Fault::NotFound, "the list has no such entry; an entry is three words, as `cordon guard show` has them",
                printable(line, 200));
  rest.entries_.erase(found);
  return read(rest.text());  // with the networks of what is left
}

// ── what it says ──

bool spared_by_the_guard(Matter matter, ActionKind kind) {
  if (matter.exposure() != nullptr) return true;
  if (kind != ActionKind::Alert) return false;
  switch (*matter.category()) {
    case Category::Malware:
    case Category::IllegalAccess:
    case Category::ServiceAttack:
    case Category::Phishing:
      return true;
    default:
      return false;
  }
}

Guarded sensitive_target(const SensitiveList* list, const Observable& target, Matter matter, ActionKind kind,
                         Instant now) {
  Guarded said;
  if (list != nullptr) said.holder = list->holder_of(target);
  const bool young = list != nullptr && list->young(now);
  said.sensitive = !spared_by_the_guard(matter, kind) && (said.holder.has_value() || !young);
  if (list != nullptr) said.list = list->digest();
  const std::string which = list == nullptr
                                ? std::string()
                                : "the list of sensitive holders of " + list->country() + " of " +
                                      to_rfc3339(list->dated()).substr(0, 10) + " (sha256 " + said.list->hex() + ")";
  if (said.holder) {
    said.basis = "By " + which + " it is held by: " + std::string(name(*said.holder));
  } else if (young) {
    said.basis = "By " + which + " no such holder has it";
  } else {
    said.basis = list == nullptr ? "There is no list of sensitive holders here, so every target counts as theirs"
                                 : "Older than 180 days is " + which + ", so every target counts as theirs";
  }
  said.basis += " (charter 11.3, amendment 11).";
  return said;
}

// ── events ──

Json to_json(const SensitiveListKept& event) {
  Json::Array by;
  for (const OfficerId& id : event.by) by.emplace_back(id.text());
  Json body = Json::Object{{"digest", event.digest.hex()},     {"blob", event.blob.hex()}, {"country", event.country},
                           {"dated", to_rfc3339(event.dated)}, {"entries", event.entries}, {"by", std::move(by)}};
  if (event.removed) body.set("removed", event.removed->hex()).set("reason", event.reason);
  return body;
}

Result<SensitiveListKept> read_sensitive_list_kept(const Json& body) {
  SensitiveListKept event;
  event.digest = TRY(parse_digest(TRY(body.text("digest"))));
  event.blob = TRY(parse_digest(TRY(body.text("blob"))));
  event.country = TRY(body.text("country"));
  event.dated = TRY(parse_rfc3339(TRY(body.text("dated"))));
  event.entries = TRY(body.number("entries"));
  for (const Json& id : TRY(body.list("by")))
    event.by.push_back(TRY(OfficerId::parse(id.string() ? *id.string() : std::string())));
  if (body.find("removed") != nullptr) {
    event.removed = TRY(parse_digest(TRY(body.text("removed"))));
    event.reason = TRY(body.text("reason"));
  }
  if (event.by.size() != (event.removed ? 1u : 2u))
    return fail(Fault::Malformed, "two people load a list, and one takes an entry out");
  return event;
}

Result<SensitiveListKept> keep_sensitive_list(const SensitiveList& list, const SensitiveList* before,
                                              const Officer& one, const Officer& other, Instant now) {
  TRY(check_people(one, other));
  if (!list.young(now))
    return fail(Fault::Refused, "the list is of " + to_rfc3339(list.dated()).substr(0, 10) +
                                    "; it must be younger than 180 days and not of the future (amendment 11)");
  if (before != nullptr) {
    if (before->country() != list.country())
      return fail(Fault::Refused, "the list is of another country than the one before, " + before->country());
    if (const std::optional<std::string> lost = before->missing_from(list))
      return fail(Fault::Refused,
                  "an entry of the list before is not in it; only the ombudsperson takes entries out "
                  "(amendment 11)",
                  *lost);
  }
  SensitiveListKept event = describe(list);
  event.by = {one.id, other.id};
  return event;
}

Result<SensitiveListKept> remove_sensitive_entry(const SensitiveList& after, std::string_view entry,
                                                 const Officer& ombudsperson, std::string reason) {
  TRY(may(ombudsperson, Act::RemoveSensitiveEntry));
  if (!valid_utf8(reason) || trim(reason).size() < 10 || reason.size() > 4000)
    return fail(Fault::Malformed, "a reason has 10 to 4000 characters");
  SensitiveListKept event = describe(after);
  event.by = {ombudsperson.id};
  event.removed = sha256(trim(entry));
  event.reason = std::move(reason);
  return event;
}

Json to_json(const SensitiveTargetMet& event) {
  Json body = Json::Object{{"case", event.case_id.text()}, {"kind", name(event.kind)}, {"listed", event.listed}};
  if (event.list) body.set("list", event.list->hex());
  return body;
}

Result<SensitiveTargetMet> read_sensitive_target_met(const Json& body) {
  SensitiveTargetMet event{TRY(CaseId::parse(TRY(body.text("case")))), ActionKind::Notice};
  event.kind = TRY(parse_action_kind(TRY(body.text("kind"))));
  const Json* listed = body.find("listed");
  event.listed = listed != nullptr && listed->boolean() != nullptr && *listed->boolean();
  if (body.find("list") != nullptr) event.list = TRY(parse_digest(TRY(body.text("list"))));
  return event;
}

}  // namespace cordon
