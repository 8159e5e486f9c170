#include "law/amendments.h"

namespace cordon {

namespace {

constexpr Amendment kAmendments[] = {
    {1, "Standing rule",
     "Two officers may approve a published rule in place of each act: alerts only, voluntary, effect at most "
     "clean_compromise, C01, C02, C03, C05 and exposure, technical kinds, one template, a daily quota, 30 days "
     "of life. Its sources are registered feeds that neither the operator nor a body of its state publishes; "
     "own sensors serve C01 to C03 only. Never-list, G_SENSITIVE_TARGET and G_BREADTH still apply; a hit makes "
     "a case. The alert says that no officer looked at this item and names the rule."},
    {2, "Batch",
     "One proposal covers at most 500 targets of one category at one recipient, with the facts given for each. "
     "Posts on platforms go in batches, never by rule."},
    {3, "Ranges",
     "Address ranges come only from reference feeds of C01 to C03, as context for an officer; a range is never "
     "a target."},
    {4, "Ids", "Ids are UUIDv7 inside; an id that leaves in an exchange format is a separate version 4 or 5."},
    {5, "Officer keys",
     "Password and time code first, hardware keys next; an approval is bound to the payload digest from the "
     "first day, and may carry a national electronic signature over the same digest."},
    {6, "Operator kinds",
     "An operator is an authority, csirt, hotline or provider, fixed at founding and named in every "
     "checkpoint. A provider's decision about its own customer is no act; that kind is closed to public "
     "bodies, and the software suspends nothing."},
    {7, "What software may decide alone",
     "linked, duplicate, and out_of_scope for a label on the refused list. Other mail may be passed on "
     "unchanged; only a count stays."},
    {8, "Exposure is no offence",
     "H01 to H03: ip or domain with port, alert to inform only, to system_owner, host, isp_abuse, csirt; 14 "
     "days, P2, never indexed, never federated. system_owner also receives alerts of C01, C02, C03, C05."},
    {9, "Erasable by design",
     "Input is redacted before the first write; evidence and people's reports have keys of their own, and "
     "erasure destroys the key. Leaves hold commitments; what P1 opens is a separate, deletable file, and ip, "
     "compromised targets and exposure are never opened."},
    {10, "No dossier query",
     "Outside a case: look-up of active technical kinds of C01, C02, C03, C05 under a quota. All else is asked "
     "inside a case, in its category, with a purpose, and logged. No full-text index; similar means an "
     "identical active indicator of one category."},
    {11, "The guard is on from the start",
     "Without a country's list of sensitive holders younger than 180 days every target counts as sensitive, "
     "except exposure and alerts of C01, C02, C03, C05. Only the ombudsperson removes entries; a recipient may "
     "answer protected_holder. A publicly readable channel is P1h."},
    {12, "Orders and hashes",
     "An order replaces no gate, is a court's beyond preserve, has exactly its own targets, and its issuer and "
     "digest are public at once. A hash submission says that the desk has not seen the image. Perceptual "
     "hashes: C09 and C11 only. Attribution takes a self-claim, an official link or a court's finding."},
    {13, "Roles",
     "Roles are disjoint for each case; only admin, appeal and audit exclude the others for good. Below two "
     "people able to countersign the desk only receives. The share of the most frequent approving pair is "
     "published."},
    {14, "By hand",
     "Portals and letters are served by hand with the approved text and its code. Alerts lead with time and "
     "zone, address, port and proof; the legal text is attached."},
    {15, "Words on the screen",
     "Warning for alert, hosting provider for host, status for state; out of scope, not approved and peer "
     "declined are three things."},
};

}  // namespace

std::span<const Amendment> amendments() { return kAmendments; }

}  // namespace cordon
