#include "desk/guard.h"

#include "base/files.h"
#include "base/text.h"
#include "desk/commands.h"
#include "desk/flow.h"

namespace cordon {

namespace {

SealedLeaf leaf_of_list(Desk& desk, const SensitiveListKept& event, std::vector<std::string> roles, Instant now) {
  const Leaf leaf{
      "sensitive_list",
      now,
      event.digest.hex(),
      "",
      "",
      "",
      event.removed ? "entry_removed" : "loaded",
      std::move(roles),
      Json::Object{
          {"country", event.country}, {"dated", to_rfc3339(event.dated).substr(0, 10)}, {"entries", event.entries}},
      to_json(event)};
  return seal_leaf(leaf, desk.leaf_frame(), desk.random());
}

Result<SensitiveListKept> keep(Desk& desk, const SensitiveList& list, SensitiveListKept event, const Officer& by,
                               std::vector<std::string> roles) {
  const Instant now = desk.now();
  event.blob = TRY(desk.store().blobs().put(list.text()));
  SealedLeaf leaf = leaf_of_list(desk, event, std::move(roles), now);
  TRY(desk.store().append({{event, by.login, std::move(leaf)}}, now));
  TRY(publish(desk));
  return event;
}

Json show_list(const std::optional<SensitiveListKept>& kept, Instant now) {
  if (!kept) return Json::Object{{"state", "none"}};
  const bool young = kept->dated <= now + kDayMs && now - kept->dated < kOldestSensitiveListMs;
  return Json::Object{{"state", young ? "in_force" : "too_old"},
                      {"country", kept->country},
                      {"dated", to_rfc3339(kept->dated)},
                      {"until", to_rfc3339(kept->dated + kOldestSensitiveListMs)},
                      {"entries", kept->entries},
                      {"digest", kept->digest.hex()}};
}

}  // namespace

Result<std::optional<SensitiveList>> sensitive_list(const Store& store) {
  const std::optional<SensitiveListKept> kept = TRY(store.sensitive_list());
  if (!kept) return std::optional<SensitiveList>();
  const std::string text = TRY(store.blobs().get(kept->blob));
  Result<SensitiveList> list = SensitiveList::read(text);
  if (!list || list->digest() != kept->digest)
    return fail(Fault::Corrupt, "the list of sensitive holders is not the one that was loaded", kept->digest.hex());
  return std::optional(*std::move(list));
}

Result<std::shared_ptr<const SensitiveList>> sensitive_list_of(Desk& desk) {
  const std::optional<SensitiveListKept> kept = TRY(desk.store().sensitive_list());
  if (!kept) return std::shared_ptr<const SensitiveList>();
  auto& [digest, list] = desk.sensitive_list();
  if (list && digest == kept->digest) return list;
  std::optional<SensitiveList> read = TRY(sensitive_list(desk.store()));
  list = read ? std::make_shared<const SensitiveList>(*std::move(read)) : nullptr;
  digest = kept->digest;
  return list;
}

Result<Guarded> guard_of(const Store& store, const Case& the_case, ActionKind kind, Instant now) {
  const std::optional<SensitiveList> list = TRY(sensitive_list(store));
  return sensitive_target(list ? &*list : nullptr, the_case.target, the_case.matter, kind, now);
}

Result<SensitiveListKept> load_sensitive_list(Desk& desk, std::string_view text,
                                              const Permit<Act::KeepSensitiveList>& one, const Officer& other) {
  const SensitiveList list = TRY(SensitiveList::read(text));
  const std::optional<SensitiveList> before = TRY(sensitive_list(desk.store()));
  SensitiveListKept event =
      TRY(keep_sensitive_list(list, before ? &*before : nullptr, one.officer(), other, desk.now()));
  const Role second = other.roles.contains(Role::Ombudsperson) ? Role::Ombudsperson : Role::Approver;
  return keep(desk, list, std::move(event), one.officer(), {"legal_reviewer", std::string(name(second))});
}

Result<SensitiveListKept> take_out_sensitive_entry(Desk& desk, const Permit<Act::RemoveSensitiveEntry>& ombudsperson,
                                                   std::string_view entry, std::string reason) {
  const std::optional<SensitiveList> before = TRY(sensitive_list(desk.store()));
  if (!before) return fail(Fault::NotFound, "there is no list of sensitive holders");
  const SensitiveList after = TRY(before->without(entry));
  SensitiveListKept event = TRY(remove_sensitive_entry(after, entry, ombudsperson.officer(), std::move(reason)));
  return keep(desk, after, std::move(event), ombudsperson.officer(), {"ombudsperson"});
}

Result<Nothing> note_sensitive_target(Desk& desk, const Case& the_case, ActionKind kind, const Guarded& guard) {
  const bool known = TRY(desk.store().met_sensitive_target(the_case.id));
  if ((!guard.sensitive && !guard.holder) || known) return Nothing{};
  const Instant now = desk.now();
  const SensitiveTargetMet event{the_case.id, kind, guard.holder.has_value(), guard.list};
  const Leaf leaf{"sensitive_target",
                  now,
                  the_case.id.text(),
                  std::string(the_case.matter.id()),
                  std::string(name(kind)),
                  "",
                  guard.sensitive ? "stopped" : "warned",
                  {"software"},
                  Json::Object{{"listed", event.listed}},
                  to_json(event)};
  TRY(desk.store().append({{event, "software", seal_leaf(leaf, desk.leaf_frame(), desk.random())}}, now));
  return publish(desk);
}

// ── what the rows of desk/routes.cc do ──

Result<Nothing> guard_load(Desk& desk, const Permit<Act::KeepSensitiveList>& who, Call& call, const Emit& emit) {
  if (call.files.size() != 1) return fail(Fault::Usage, "one list is loaded at a time");
  const std::vector<Officer> by = TRY(others(desk, call.arguments, Act::CountersignSensitiveList));
  if (by.size() != 1)
    return fail(Fault::Usage, "it takes two people: --as a legal reviewer, --by an approver or the ombudsperson");
  const std::string text =
      TRY(read_all(call.files[0].get(), kLargestSensitiveList + 1, call.arguments.text_or("file")));
  TRY(load_sensitive_list(desk, text, who, by.front()));
  emit(show_list(TRY(desk.store().sensitive_list()), desk.now()));
  return Nothing{};
}

Result<Nothing> guard_remove(Desk& desk, const Permit<Act::RemoveSensitiveEntry>& who, Call& call, const Emit& emit) {
  const std::string entry = TRY(call.arguments.text("entry"));
  TRY(take_out_sensitive_entry(desk, who, entry, TRY(call.arguments.text("reason"))));
  emit(show_list(TRY(desk.store().sensitive_list()), desk.now()));
  return Nothing{};
}

Result<Nothing> guard_show(Desk& desk, Call&, const Emit& emit) {
  emit(show_list(TRY(desk.store().sensitive_list()), desk.now()));
  return Nothing{};
}

// Who may change it reads it.
Result<Nothing> guard_entries(Desk& desk, Call& call, const Emit& emit) {
  const Officer& officer = call.who->officer;
  if (!may(officer, Act::RemoveSensitiveEntry) && !may(officer, Act::CountersignSensitiveList))
    TRY(may(officer, Act::KeepSensitiveList));
  const std::optional<SensitiveList> list = TRY(sensitive_list(desk.store()));
  if (!list) return fail(Fault::NotFound, "there is no list of sensitive holders");
  const std::string text = list->text();
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n'))
    if (++number > 3 && !line.empty()) emit(Json::Object{{"entry", line}});
  return Nothing{};
}

}  // namespace cordon
