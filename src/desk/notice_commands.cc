#include <algorithm>

#include "desk/commands.h"
#include "desk/flow.h"
#include "referral/dsa.h"

namespace cordon {

Result<Nothing> notice_dsa(Desk& desk, const Permit<Act::ReadCase>& who, Call& call, const Emit& emit) {
  const std::string wanted = TRY(call.arguments.text("notice"));
  const std::vector<OutboxItem> outbox = TRY(desk.store().outbox(who.sight()));
  const auto item =
      std::find_if(outbox.begin(), outbox.end(), [&](const OutboxItem& one) { return one.notice.text() == wanted; });
  if (item == outbox.end()) return fail(Fault::NotFound, "there is no such notice", wanted);
  const ReadProposal read = TRY(read_request(desk, who, item->proposal));
  const Case the_case = TRY(read_case(desk, who, read.proposal.proposed.case_id));
  emit(TRY(dsa_statement(read.proposal.proposed, the_case, desk.annex())));
  return Nothing{};
}

}  // namespace cordon
