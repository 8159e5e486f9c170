#include "desk/own_list.h"

#include "desk/border.h"
#include "desk/guard.h"
#include "law/matter.h"
#include "store/store.h"

namespace cordon {

Result<std::vector<OwnIndicator>> own_indicators(const Paths& paths) {
  const std::string record = TRY(record_of(paths));
  const Store store = TRY(Store::open(record, TRY(open_blobs(paths, Blobs::Mode::Read)), Store::Mode::Read));
  const Settings settings = TRY(load_settings(paths));
  const std::optional<SensitiveList> holders = TRY(sensitive_list(store));
  const auto guarded = [&](const Observable& target) { return holders && holders->holder_of(target); };
  std::vector<OwnIndicator> list;
  for (const Proposal& act : TRY(store.acts_sent())) {
    const Case the_case = TRY(store.find_case(Sight::of_software(), act.proposed.case_id));
    const Category* category = the_case.matter.category();
    if (category == nullptr || !act.approved || guarded(the_case.target)) continue;
    if (TRY(state_of_indicator(store, the_case, act.proposed.notice)) != ObjectState::Active) continue;
    list.push_back({the_case.target, *category, true, settings.operator_.origin, the_case.id.text(), act.approved->at,
                    act.proposed.sunset_at, least_tlp(*category, {the_case.target.kind()}), least_pap(*category)});
  }
  for (const Reference& reference : TRY(store.references(SystemClock().now()))) {
    const ReceivedIndicator& one = reference.indicator;
    if (guarded(one.observable)) continue;
    list.push_back({one.observable, one.category, false, reference.peer, one.id, reference.received_at, one.valid_until,
                    one.tlp, one.pap});
  }
  return list;
}

}  // namespace cordon
