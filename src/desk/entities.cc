#include "desk/entities.h"

#include "base/files.h"
#include "base/text.h"
#include "desk/acts.h"
#include "desk/commands.h"
#include "desk/flow.h"

namespace cordon {

Result<std::optional<UnEntities>> un_entities(const Store& store) {
  const std::optional<UnListKept> kept = TRY(store.un_list());
  if (!kept) return std::optional<UnEntities>();
  const std::string text = TRY(store.blobs().get(kept->blob));
  Result<UnEntities> list = UnEntities::read(text);
  if (!list || list->digest() != kept->digest)
    return fail(Fault::Corrupt, "the Security Council's list is not the one that was loaded", kept->digest.hex());
  return std::optional(*std::move(list));
}

Result<UnListLoaded> load_un_list(Desk& desk, std::string_view xml, const Permit<Act::KeepEntityList>& one,
                                  const Officer& other) {
  const UnEntities list = TRY(UnEntities::read_xml_confined(xml));
  const std::optional<UnEntities> before = TRY(un_entities(desk.store()));
  const Instant now = desk.now();
  UnListLoaded loaded{TRY(keep_un_list(list, before ? &*before : nullptr, one.officer(), other, now))};
  loaded.event.blob = TRY(desk.store().blobs().put(list.text()));
  const Leaf leaf{"un_list",
                  now,
                  loaded.event.digest.hex(),
                  "",
                  "",
                  "",
                  "loaded",
                  {"legal_reviewer", "approver"},
                  Json::Object{{"generated", to_rfc3339(loaded.event.generated)},
                               {"entities", loaded.event.entities},
                               {"delisted", loaded.event.delisted.size()}},
                  to_json(loaded.event)};
  std::vector<Change> changes{{loaded.event, one.officer().login, seal_leaf(leaf, desk.leaf_frame(), desk.random())}};
  // Whatever stands on an entry that is gone, not only what the last list had: nothing is left over by a missed one.
  for (const Proposal& act : TRY(desk.store().acts_sent())) {
    if (act.proposed.matter != Matter(Category::TerroristEntity)) continue;
    const Case the_case = TRY(desk.store().find_case(Sight::of_software(), act.proposed.case_id));
    const std::optional<std::string> reference = un_reference_of(the_case);
    if (reference && list.lists(*reference)) continue;
    const std::optional<Change> ended = TRY(end_delisted(desk, act.proposed.notice, now));
    if (!ended) continue;
    changes.push_back(*ended);
    ++loaded.ended;
  }
  TRY(desk.store().append(changes, now));
  TRY(keep_promises(desk));
  return loaded;
}

// ── what the rows of desk/routes.cc do ──

Result<Nothing> entities_load(Desk& desk, const Permit<Act::KeepEntityList>& who, Call& call, const Emit& emit) {
  if (call.files.size() != 1) return fail(Fault::Usage, "one list is loaded at a time");
  const std::vector<Officer> by = TRY(others(desk, call.arguments, Act::CountersignEntityList));
  if (by.size() != 1) return fail(Fault::Usage, "it takes two people: --as a legal reviewer, --by an approver");
  const std::string xml = TRY(read_all(call.files[0].get(), kLargestUnList + 1, call.arguments.text_or("file")));
  const UnListLoaded loaded = TRY(load_un_list(desk, xml, who, by.front()));
  emit(Json::Object{{"generated", to_rfc3339(loaded.event.generated)},
                    {"entities", loaded.event.entities},
                    {"digest", loaded.event.digest.hex()},
                    {"delisted", Json::Array(loaded.event.delisted.begin(), loaded.event.delisted.end())},
                    {"ended", loaded.ended}});
  return Nothing{};
}

Result<Nothing> entities_show(Desk& desk, Call&, const Emit& emit) {
  const std::optional<UnEntities> list = TRY(un_entities(desk.store()));
  if (!list) return fail(Fault::NotFound, "the Security Council's list was never loaded here");
  for (const auto& [reference, entity] : list->entities())
    emit(Json::Object{{"reference", reference},
                      {"name", entity.name},
                      {"list_type", entity.list_type},
                      {"listed_on", entity.listed_on}});
  return Nothing{};
}

}  // namespace cordon
