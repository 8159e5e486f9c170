#include "desk/leads.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "desk/desk.h"

namespace cordon {

namespace {

constexpr std::size_t kMostErrorShown = 300;

// The observables, and beside each url its host; each once.
std::vector<Observable> asked_about(const Case& the_case) {
  std::vector<Observable> all;
  const auto add = [&](const Observable& one) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
  };
  const auto add_with_host = [&](const Observable& one) {
    add(one);
    if (one.kind() != ObservableKind::Url) return;
    if (const auto host = host_of(one)) add(*host);
  };
  add_with_host(the_case.target);
  for (const Observable& one : the_case.also) add_with_host(one);
  return all;
}

// Charter 8.1 and amendment 10: asked inside a case, within its category; what may be looked up outside of any case
// may be in one of another.
bool may_be_asked(const Case& the_case, const Sight& reader, const Entry& entry) {
  if (!entry.category) return true;
  if (!reader.sees(*entry.category)) return false;
  if (the_case.matter == Matter(*entry.category)) return true;
  if (entry.standing != Standing::Active || !entry.kind || is_personal(*entry.kind)) return false;
  return entry.category == Category::Malware || entry.category == Category::IllegalAccess ||
         entry.category == Category::ServiceAttack || entry.category == Category::Phishing;
}

bool is_lead(const Case& the_case, const Sight& reader, const Concerning& one) {
  if (one.state != EntryState::Valid) return false;
  const Entry& entry = one.entry;
  if (entry.standing == Standing::Active && entry.id == the_case.id.text()) return false;
  return may_be_asked(the_case, reader, entry);
}

}  // namespace

std::string_view name(IndexState state) {
  switch (state) {
    case IndexState::None:
      return "none";
    case IndexState::Read:
      return "read";
    case IndexState::Behind:
      return "behind";
    case IndexState::NotReadable:
      return "not_readable";
  }
  return {};
}

std::vector<Lead> leads_of(const Case& the_case, const Sight& reader, const Generation& index, Day today) {
  const std::vector<Observable> asked = asked_about(the_case);
  std::vector<Query> queries;
  queries.reserve(asked.size());
  for (const Observable& one : asked) queries.push_back({one.kind(), one.canonical()});
  std::vector<Matched> answers(queries.size());
  index.lookup(queries, today, answers);
  std::vector<Lead> leads;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (answers[i].match == Match::None) continue;
    // The nearest entry may be one that this reader is not shown, while another is.
    std::vector<Concerning> shown = index.find(queries[i], today);
    std::erase_if(shown, [&](const Concerning& one) { return !is_lead(the_case, reader, one); });
    if (shown.empty()) continue;
    Concerning& nearest = shown.front();
    const int age = int{today.number()} - int{nearest.entry.added.number()};
    leads.push_back(
        {asked[i],
         Hit{asked[i].canonical(), nearest.match, std::move(nearest.entry), std::max(age, 0), shown.size() - 1},
         index.number()});
  }
  return leads;
}

// ── the folder ──

ConsultedIndex::Now ConsultedIndex::now() {
  if (!reader_) {
    Result<IndexReader> opened = IndexReader::open(folder_, key_);
    if (!opened) {
      say(opened.error());
      return {};
    }
    reader_.emplace(*std::move(opened));
  }
  std::shared_ptr<const Generation> generation = reader_->current();
  const std::optional<Error> trouble = reader_->trouble();
  say(trouble);
  return {trouble ? IndexState::Behind : IndexState::Read, std::move(generation)};
}

void ConsultedIndex::say(const std::optional<Error>& trouble) {
  const std::string text =
      trouble ? printable(trouble->message + " (" + trouble->where + ")", kMostErrorShown) : std::string();
  if (text == said_) return;
  said_ = text;
  if (text.empty())
    std::fprintf(stderr, "cordon: the index is readable again: %s\n", printable(folder_, kMostErrorShown).c_str());
  else
    std::fprintf(stderr, "cordon: index not readable, and the desk goes on: %s\n", text.c_str());
}

Leads read_leads(Desk& desk, const Permit<Act::ReadCase>& reader, const Case& the_case) {
  if (desk.index() == nullptr) return {};
  const ConsultedIndex::Now now = desk.index()->now();
  if (!now.generation) return {now.state};
  return {now.state, leads_of(the_case, reader.sight(), *now.generation, Day::of(desk.now()))};
}

// ── how it is shown ──

std::string defanged(const Lead& lead) {
  const Entry& entry = lead.hit.entry;
  if (!entry.kind) return replace_all(entry.canonical, ".", "[.]");  // a range
  const auto observable = parse_observable(*entry.kind, entry.canonical);
  return observable ? defang(*observable) : replace_all(printable(entry.canonical, 2100), ".", "[.]");
}

Json show(const Lead& lead) {
  return show(lead.hit)
      .set("asked_defanged", defang(lead.about))
      .set("defanged", defanged(lead))
      .set("generation", static_cast<std::int64_t>(lead.generation));
}

Json with_leads(Json the_case, const Leads& leads) {
  if (leads.index == IndexState::None) return the_case;
  the_case.set("index", name(leads.index));
  if (leads.index == IndexState::NotReadable) return the_case;
  Json::Array list;
  for (const Lead& lead : leads.list) list.push_back(show(lead));
  return the_case.set("leads", std::move(list));
}

}  // namespace cordon
