#include "decision/states.h"

#include "casework/case_life.h"
#include "decision/action.h"
#include "decision/appeal.h"
#include "decision/break_glass.h"
#include "decision/party_notice.h"
#include "decision/proposal.h"
#include "decision/standing_rule.h"

namespace cordon {

std::string states_markdown() {
  return "# What may follow what\n\n"
         "Written from the tables of the code (charter 6.2 to 6.6, 6.9, amendment 1); `CORDON_ACCEPT=1` rewrites it. "
         "L: "
         "with a line in "
         "the public log. What is not a row is refused.\n\n"
         "Not reached by this build: a recipient's effect is not looked at again by the software (`verify`), and a "
         "host state contests nothing here (`contest`).\n\n" +
         markdown_of("Case (6.2)", case_moves()) + markdown_of("Decision (6.3)", proposal_moves()) +
         markdown_of("Action (6.4)", action_moves()) +
         markdown_of("Notice to the affected party (6.5)", party_moves()) +
         markdown_of("Appeal (6.6)", appeal_moves()) + markdown_of("Break-glass (6.9)", glass_moves()) +
         markdown_of("Standing rule (amendment 1)", rule_moves());
}

}  // namespace cordon
