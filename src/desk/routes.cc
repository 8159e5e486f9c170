#include "desk/routes.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/text.h"
#include "desk/doctor.h"
#include "desk/notice_check.h"
#include "desk/numbers.h"
#include "desk/pages.h"
#include "desk/scrub.h"

namespace cordon {

namespace {

// ── who does what: the permit is asked for here, once, and the handler cannot be called without it ──

template <Act A, Result<Nothing> (*Handler)(Desk&, const Permit<A>&, Call&, const Emit&)>
constexpr Doing officer() {
  return {Who::Officer, {A}, [](Desk& desk, Call& call, const Emit& emit) -> Result<Nothing> {
            return Handler(desk, TRY(permit<A>(call.who->officer)), call, emit);
          }};
}
// Over HTTP an officer who may do A, or a machine's key for Scope; through the desk's own socket also nobody by name.
template <Act A, Result<Nothing> (*Handler)(Desk&, Call&, const Emit&), KeyScope... Scope>
constexpr Doing local() {
  return {Who::Local,
          {A},
          [](Desk& desk, Call& call, const Emit& emit) -> Result<Nothing> {
            if (call.who) TRY(may(call.who->officer, A));
            return Handler(desk, call, emit);
          },
          std::optional<KeyScope>(Scope...)};
}
// An officer; which of the acts it is depends on the request, and the handler asks.
template <Result<Nothing> (*Handler)(Desk&, Call&, const Emit&), Act... Acts>
constexpr Doing some_officer() {
  return {Who::Officer, {Acts...}, Handler};
}
// Whoever asks; a machine that shows its key all the same must show one for Scope.
template <Result<Nothing> (*Handler)(Desk&, Call&, const Emit&), KeyScope... Scope>
constexpr Doing anybody() {
  return {Who::Anybody, {}, Handler, std::optional<KeyScope>(Scope...)};
}

// ── what a request may hold ──

constexpr Field kCase{"case", FieldKind::Id, Need::Must, "the case's id", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b"};
constexpr Field kEvidence{"evidence", FieldKind::Id, Need::Must, "the evidence's id",
                          "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2c"};
constexpr Field kEvidenceList{"evidence", FieldKind::Words, Need::Must, "ids of the evidence that shows it",
                              "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2c"};
constexpr Field kProposal{"proposal", FieldKind::Id, Need::Must, "the proposal's id",
                          "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2d"};
constexpr Field kReason{"reason", FieldKind::Text, Need::Must, "why; 10 characters or more",
                        "The screenshot is of another site."};

constexpr std::span<const Field> kNothing;
constexpr std::array kCaseOnly{kCase};
constexpr std::array kProposalOnly{kProposal};
constexpr Field kNotice{"notice", FieldKind::Id, Need::Must, "the notice's id", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a32"};
constexpr std::array kNoticeOnly{kNotice};
constexpr std::array kReturning{kProposal, kReason};
constexpr std::array kListing{
    Field{"category", FieldKind::Word, Need::May, "only this category", "phishing"},
    Field{"state", FieldKind::Word, Need::May, "only this state", "open"},
    Field{"after", FieldKind::Id, Need::May, "go on after this case", ""},
    Field{"limit", FieldKind::Number, Need::May, "at most so many, 1 to 10000; 50 if not given", "20"},
};
constexpr std::array kAttaching{
    kCase,
    Field{"description", FieldKind::Text, Need::Must, "what the file shows", "text of the page"},
    Field{"media_type", FieldKind::Word, Need::May, "of the file, e.g. text/plain", "text/plain"},
    Field{"file", FieldKind::Text, Need::Local, "the file's name", "page.txt"},
};
constexpr std::array kOpening{kCase, kEvidence, Field{"out", FieldKind::Text, Need::Local, "where it is written", ""}};
constexpr std::array kErasing{
    kCase, kEvidence,
    Field{"ground", FieldKind::Word, Need::Must, "retention, request, unlawful, excessive", "retention"},
    Field{"by", FieldKind::Object, Need::Must, "the data-protection officer who countersigns", ""}};
constexpr std::array kExportingEvidence{
    kCase, Field{"purpose", FieldKind::Word, Need::Must, "court, appeal, audit, legal_review, peer_request", "court"},
    Field{"by", FieldKind::Object, Need::Must, "who countersigns", ""},
    Field{"out", FieldKind::Text, Need::Must, "the file that is written", "evidence.tar"}};
constexpr std::array kRectifying{
    Field{"index", FieldKind::Number, Need::Must, "the wrong line's number, from 0", "12"},
    Field{"ground", FieldKind::Word, Need::Must, "innocent, wrong_target, wrong_category, clerical", "innocent"},
    Field{"reason", FieldKind::Text, Need::Must, "why; 10 characters or more",
          "The domain was sold before the report."},
    Field{"by", FieldKind::Object, Need::Must, "the approver or legal reviewer who countersigns", ""}};
constexpr std::array kErasingReport{
    Field{"report", FieldKind::Id, Need::Must, "the report's id", "019a1b2c-3d4e-8f50-8a6b-7c8d9e0f1a2f"},
    Field{"ground", FieldKind::Word, Need::Must, "retention, request, unlawful, excessive", "request"},
    Field{"by", FieldKind::Object, Need::Must, "the data-protection officer who countersigns", ""}};
constexpr std::array kHolding{
    kCase, Field{"evidence", FieldKind::Id, Need::May, "one piece of it; all of it if not given", ""},
    Field{"reason", FieldKind::Text, Need::Must, "why; 10 characters or more", "An appeal was lodged at the court."},
    Field{"days", FieldKind::Number, Need::Must, "how long, 1 to 180", "180"},
    Field{"by", FieldKind::Object, Need::Must, "who countersigns", ""}};
constexpr std::array kLifting{
    Field{"hold", FieldKind::Id, Need::Must, "the hold's id", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a30"}, kReason,
    Field{"by", FieldKind::Object, Need::Must, "who countersigns", ""}};
constexpr std::array kRetentionRun{
    Field{"dry_run", FieldKind::Flag, Need::May, "say what is due, and remove nothing", ""}};
constexpr std::array kBeginning{
    Field{"kind", FieldKind::Word, Need::Must, "url, domain, ip, file_hash", "domain"},
    Field{"value", FieldKind::Text, Need::Must, "the identifier", "login.example.org"},
    Field{"category", FieldKind::Word, Need::Must, "under which it was reported", "phishing"}};
constexpr std::array kSplitting{kCase, Field{"reports", FieldKind::Words, Need::Must, "ids of the reports that go",
                                             "019a1b2c-3d4e-8f50-8a6b-7c8d9e0f1a2f"}};
constexpr std::array kJoining{kCase, Field{"into", FieldKind::Id, Need::Must, "the case that it becomes a part of",
                                           "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a31"}};
constexpr std::array kParting{kCase, Field{"from", FieldKind::Id, Need::Must, "the case that it is joined into",
                                           "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a31"}};
constexpr std::array kFact{
    kCase,
    Field{"text", FieldKind::Text, Need::Must, "what was seen, 40 characters or more",
          "The page copies a bank's sign-in form and sends what is typed to another host."},
    kEvidenceList,
};
constexpr std::array kGate{
    kCase,
    Field{"gate", FieldKind::Word, Need::Must, "e.g. G_DOMAIN_STATUS", "G_DOMAIN_STATUS"},
    Field{"answer", FieldKind::Word, Need::Must, "of the gate's own list", "malicious_registration"},
    Field{"basis", FieldKind::Text, Need::Must, "the fact relied on", "Registered two days before the first mail."},
    Field{"evidence", FieldKind::Words, Need::May, "ids of the evidence", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2c"},
};
constexpr std::array kProposing{
    kCase,
    Field{"kind", FieldKind::Word, Need::Must, "alert or notice", "notice"},
    Field{"effect", FieldKind::Word, Need::Must, "inform, clean_compromise, …", "inform"},
    Field{"recipient", FieldKind::Word, Need::Must, "host, registrar, csirt, …", "registrar"},
    Field{"because", FieldKind::Text, Need::May, "why nothing milder does", ""},
};
constexpr std::array kApproving{kProposal,
                                Field{"digest", FieldKind::Digest, Need::Must, "SHA-256 of the bytes that you read",
                                      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}};
constexpr Field kAppeal{"appeal", FieldKind::Id, Need::Must, "the appeal's id", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a33"};
constexpr std::array kAppealOnly{kAppeal};
constexpr std::array kAnswering{
    kNotice,
    Field{
        "result", FieldKind::Word, Need::Must,
        "done_full, done_partial, declined, already_gone, cleaned, misdirected; acknowledged, bounced; after a recall "
        "reinstated, reinstate_refused",
        "done_full"},
    Field{
        "reason", FieldKind::Word, Need::May,
        "of declined: not_illegal, insufficient, not_host, conflict_of_law, proportionality, terms_differ, no_reason, "
        "protected_holder",
        ""},
    Field{"reference", FieldKind::Text, Need::May, "the recipient's own reference", "Ticket 4711"},
    Field{"given_at", FieldKind::Word, Need::May, "when it came; now if not given", ""}};
constexpr std::array kReleasing{kNotice, kReason};
constexpr std::array kRecalling{kNotice, kReason,
                                Field{"by", FieldKind::Object, Need::Local, "the approver who countersigns", ""}};
constexpr std::array kTelling{
    kNotice, Field{"step", FieldKind::Word, Need::Must, "send, relay, no_contact, bounced, undeliverable", "send"},
    Field{"to", FieldKind::Word, Need::May, "of send: a public address of whom it affects",
          "owner@shop-demo.example.com"},
    Field{"words", FieldKind::Text, Need::May, "of no_contact and undeliverable: where it was looked for", ""}};
constexpr std::array kDeferring{
    kNotice,
    Field{"ground", FieldKind::Word, Need::Must, "victim_safety, active_investigation, child_protection",
          "active_investigation"},
    Field{"days", FieldKind::Number, Need::Must, "1 to 42", "42"},
    Field{"to", FieldKind::Word, Need::Must, "who is told at its end", "owner@shop-demo.example.com"},
    Field{"by", FieldKind::Object, Need::Must, "who countersigns", ""}};
constexpr std::array kReopening{kCase, kReason};
constexpr std::array kBreaking{
    kCase, Field{"use", FieldKind::Word, Need::Must, "emergency, or preserve; nothing else exists", "emergency"},
    Field{"recipient", FieldKind::Word, Need::May, "of preserve: host, platform, …; an emergency service otherwise",
          ""},
    Field{"words", FieldKind::Text, Need::Must, "why at once and alone, 20 to 1000 characters",
          "The page counts down to an attack on a school at noon."}};
constexpr std::array kConfirming{
    Field{"glass", FieldKind::Id, Need::Must, "the use's id", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a34"}};
constexpr std::array kAppealing{
    Field{"code", FieldKind::Word, Need::Must, "the receipt of your report, or the code that you were sent",
          "ABCDE-FGH23-45678-9JKMN"},
    Field{"role", FieldKind::Word, Need::Must,
          "content_provider, site_owner, registrant, account_holder, victim, reporter, recipient, lawyer",
          "site_owner"},
    Field{
        "grounds", FieldKind::Words, Need::Must,
        "not_mine, not_illegal, wrong_category, media_exemption, parody_art_research, consent, compromised_now_clean, "
        "already_removed, disproportionate, procedure, identity_mistake, other_ground",
        "not_illegal"},
    Field{"text", FieldKind::Text, Need::Must, "why, in your words; 20 to 5000 bytes",
          "The page named in the request is our own shop and has been for ten years."},
    Field{"contact", FieldKind::Text, Need::May, "where you can be reached; not needed", ""},
    Field{"interim", FieldKind::Flag, Need::May, "the request is to be suspended until this is decided", ""},
    Field{"nonce", FieldKind::Word, Need::Must, "22 random characters; sent twice it is one appeal",
          "f3b1c2d4e5f60718293a4b"}};
constexpr std::array kDismissing{
    kAppeal, Field{"reason", FieldKind::Word, Need::Must, "unknown_action, out_of_time, duplicate; it has to be so",
                   "duplicate"}};
constexpr std::array kInterim{kAppeal, Field{"answer", FieldKind::Word, Need::Must, "grant or refuse", "grant"},
                              kReason};
constexpr std::array kDeciding{
    kAppeal, Field{"verdict", FieldKind::Word, Need::Must, "upheld, partly_upheld, rejected", "upheld"},
    Field{"reasons", FieldKind::Text, Need::Must, "80 to 4000 characters",
          "The shop's owner shows the registration and ten years of invoices; the page was never a false bank."},
    Field{"remedies", FieldKind::Words, Need::May,
          "recall, ask_reinstate, correct_record, retire_indicator, notify_peers, apology", "recall"}};
constexpr Field kRule{"rule", FieldKind::Id, Need::Must, "the rule's id", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a36"};
constexpr std::array kRuleOnly{kRule};
constexpr std::array kProposingRule{
    Field{"feed", FieldKind::Word, Need::Must, "a feed that cordon.toml registers", "urls"},
    Field{"category", FieldKind::Word, Need::Must, "malware, illegal-access, service-attack, phishing, or an exposure",
          "malware"},
    Field{"kinds", FieldKind::Words, Need::Must, "url, domain, ip, file_hash", "url"},
    Field{"effect", FieldKind::Word, Need::Must, "inform or clean_compromise", "clean_compromise"},
    Field{"recipient", FieldKind::Word, Need::Must, "host, isp_abuse, registrar, csirt, system_owner", "host"},
    Field{"quota", FieldKind::Number, Need::Must, "alerts a day, 1 to 5000", "500"},
    Field{"days", FieldKind::Number, Need::Must, "of life, 1 to 30", "30"}};
constexpr std::array kApprovingRule{kRule, Field{"digest", FieldKind::Digest, Need::Must, "of the terms that you read",
                                                 "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}};
constexpr std::array kEndingRule{kRule, kReason};
constexpr std::array kRecallingBatch{
    Field{"batch", FieldKind::Id, Need::Must, "the batch's id", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a35"}, kReason,
    Field{"by", FieldKind::Object, Need::Local, "the approver who countersigns", ""}};
constexpr std::array kEnrolling{
    Field{"login", FieldKind::Word, Need::Must, "a letter, then at most 31 of a-z 0-9 . _ -", "analyst1"},
    Field{"roles", FieldKind::Words, Need::Must, "analyst, approver, legal_reviewer, …", ""},
    Field{"password", FieldKind::Text, Need::Must, "of the new officer", ""},
    Field{"by", FieldKind::Object, Need::May, "the admins who enrol", ""},
};
constexpr std::array kTimeCode{
    Field{"login", FieldKind::Word, Need::Must, "whose", "analyst1"},
    Field{"password", FieldKind::Text, Need::Must, "theirs", ""},
    Field{"totp", FieldKind::Word, Need::May, "their present code, where there is one", "123456"},
    Field{"confirm", FieldKind::Word, Need::May, "the first code of the new secret", "123456"},
};
constexpr std::array kRekeying{
    Field{"login", FieldKind::Word, Need::Must, "whose", "analyst1"},
    Field{"password", FieldKind::Text, Need::Must, "the new one", ""},
    Field{"by", FieldKind::Object, Need::Must, "the two admins", ""},
};
constexpr std::array kIssuing{
    Field{"name", FieldKind::Word, Need::Must, "whose machine it is [a-z0-9._-]", "scanner"},
    Field{"scopes", FieldKind::Words, Need::Must, "intake, read_cases, read_notices, read_log, read_numbers", ""},
    Field{"days", FieldKind::Number, Need::May, "how long it lives, 1 to 366; 90 if not given", "90"},
    Field{"by", FieldKind::Object, Need::Must, "the two admins", ""},
};
constexpr std::array kKeyOnly{
    Field{"key", FieldKind::Id, Need::Must, "the key's id", "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2e"}};
constexpr std::array kIntake{
    Field{"source", FieldKind::Word, Need::Must, "the feed's or channel's name [a-z0-9._-]", "phishing-list"},
    Field{"category", FieldKind::Word, Need::May, "what all of it is about", "phishing"},
    Field{"profile", FieldKind::Object, Need::Local, "how its records are read: a feed's profile", ""},
    Field{"token", FieldKind::Text, Need::May, "the same token takes a batch in once", ""},
    Field{"files", FieldKind::Words, Need::Local, "names of the files that go with it", ""},
};
constexpr std::array kReporting{
    Field{"category", FieldKind::Word, Need::Must, "what it is about", "fraud"},
    Field{"where", FieldKind::Text, Need::Must, "the address, number or handle it is about",
          "https://invest-demo.example.com/login"},
    Field{"what", FieldKind::Text, Need::Must, "what happened, in your words",
          "They asked me to pay a deposit and then did not answer any more."},
    Field{"nonce", FieldKind::Word, Need::Must, "22 random characters; sent twice it is one report",
          "f3b1c2d4e5f60718293a4b"},
};
constexpr std::array kSigningIn{
    Field{"login", FieldKind::Word, Need::Must, "the officer's login", "analyst1"},
    Field{"password", FieldKind::Text, Need::Must, "the officer's password", "correct horse battery staple"},
    Field{"code", FieldKind::Word, Need::May, "the one-time code, where the officer has one", ""},
};
constexpr std::array kLogRange{
    Field{"from", FieldKind::Number, Need::Must, "the first line that is wanted; the log begins at 0", "0"},
    Field{"to", FieldKind::Number, Need::Must, "the line behind the last one; at most 256 are given at once", "2"},
};
constexpr std::array kFollowing{
    Field{"receipt", FieldKind::Word, Need::Must, "as you were given it", "ABCDE-FGH23-45678-9JKMN"}};

constexpr Field kPeer{"peer", FieldKind::Word, Need::Must, "the name of the peer's log", "desk.example.net/log"};
constexpr Field kToPeer{"to", FieldKind::Word, Need::Must, "the name of the peer's log", "desk.example.net/log"};
constexpr Field kCountersigner{"by", FieldKind::Object, Need::Must, "the approver who countersigns", ""};
constexpr std::array kAddingPeer{
    kPeer,
    Field{"country", FieldKind::Word, Need::Must, "two letters, ISO 3166-1", "XA"},
    Field{"role", FieldKind::Word, Need::Must, "member, observer, dialogue_partner, guest, candidate", "member"},
    Field{"key", FieldKind::Word, Need::Must, "the key that signs its bundles, base64", ""},
    Field{"charter", FieldKind::Digest, Need::May, "its charter digest; else ours", ""},
    Field{"log_key", FieldKind::Word, Need::May, "its log's verifier key", ""},
    Field{"categories", FieldKind::Words, Need::Must, "agreed with it", "phishing"},
    Field{"annex", FieldKind::Words, Need::May, "those of its annex; else those agreed", "phishing"},
    kCountersigner,
};
constexpr std::array kChangingPeer{
    kPeer,
    Field{"country", FieldKind::Word, Need::May, "two letters, ISO 3166-1", "XA"},
    Field{"role", FieldKind::Word, Need::May, "member, observer, dialogue_partner, guest, candidate", "member"},
    Field{"key", FieldKind::Word, Need::May, "the key that signs its bundles, base64", ""},
    Field{"charter", FieldKind::Digest, Need::May, "its charter digest", ""},
    Field{"log_key", FieldKind::Word, Need::May, "its log's verifier key", ""},
    Field{"categories", FieldKind::Words, Need::May, "agreed with it, instead of those before", "phishing"},
    Field{"annex", FieldKind::Words, Need::May, "those of its annex", "phishing"},
    kCountersigner,
};
constexpr std::array kSuspending{kPeer, kReason};
constexpr std::array kLooking{kPeer, Field{"folder", FieldKind::Text, Need::Must, "a copy of its log", "seen/log"}};
constexpr std::array kReceiving{Field{"file", FieldKind::Text, Need::Must, "the file's name", "bundle.json"}};
constexpr std::array kExplaining{kCase, kToPeer};
constexpr std::array kExporting{kToPeer, kCountersigner,
                                Field{"out", FieldKind::Text, Need::Must, "the file that is written", "bundle.json"}};

constexpr std::array kLoadingGuard{Field{"file", FieldKind::Text, Need::Must, "the file's name", "holders.txt"},
                                   Field{"by", FieldKind::Object, Need::Must, "who countersigns", ""}};
constexpr std::array kRemovingGuarded{
    Field{"entry", FieldKind::Text, Need::Must, "as its line in the list", "media domain news.example.org"}, kReason};

// Of pages and their forms, where they are not those of the API.
constexpr std::array kReportForm{
    Field{"category", FieldKind::Word, Need::May, "what it is about", "fraud"},
    Field{"where", FieldKind::Text, Need::May, "the address, number or handle it is about",
          "https://invest-demo.example.com/login"},
    Field{"what", FieldKind::Text, Need::May, "what happened", ""},
    Field{"nonce", FieldKind::Word, Need::May, "made with the first page", "f3b1c2d4e5f60718293a4b"},
    Field{"lang", FieldKind::Word, Need::May, "in which language the step is shown from now on", "ru"},
};
constexpr std::array kAppealForm{
    kAppealing[0], kAppealing[1], Field{"grounds", FieldKind::Words, Need::May, "why", "not_illegal"},
    kAppealing[3], kAppealing[4], Field{"interim", FieldKind::Word, Need::May, "\"yes\" where it was ticked", "yes"},
    kAppealing[6]};
constexpr std::array kQueue{
    Field{"category", FieldKind::Word, Need::May, "only this category", "phishing"},
    Field{"state", FieldKind::Word, Need::May, "only this status", "open"},
    Field{"after", FieldKind::Id, Need::May, "go on after this case", ""},
};
constexpr std::array kBorderPage{Field{"case", FieldKind::Word, Need::May, "of which case it is asked", ""},
                                 Field{"to", FieldKind::Word, Need::May, "for which peer", ""}};
constexpr std::array kLogPage{Field{"before", FieldKind::Number, Need::May, "lines before this one", "50"}};
constexpr std::array kLogEntry{Field{"index", FieldKind::Word, Need::Must, "the line's number, from 0", "0"}};
constexpr std::array kOnePiece{kCase, kEvidence};
constexpr std::array kApprovalForm{
    kProposal, kApproving[1],
    Field{"read", FieldKind::Word, Need::Must, "\"I have read the exact text above\" was not ticked", "yes"}};

constexpr std::size_t kJson = 64u << 10;
constexpr std::size_t kReportBytes = 8u << 20;
constexpr std::size_t kEvidenceBytes = 25u << 20;
constexpr std::size_t kNoticeBytes = kLargestNotice + (4u << 10);  // and the form around it
constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kFileForm = "multipart/form-data";
constexpr std::size_t kFormBytes = 128u << 10;  // 20,000 bytes of a report, each written as %XX, and the rest

// ── the table ──

const std::array kRoutes{
    Route{"session open", "POST", "/api/v1/session", anybody<session_open>(), kSigningIn, Reply::One, "Session", kJson,
          kJsonType, "sign in: a session cookie, and the CSRF token that goes with each change"},
    Route{"session show", "GET", "/api/v1/session", some_officer<session_show>(), kNothing, Reply::One, "Session", 0,
          "", "who is signed in"},
    Route{"session end", "DELETE", "/api/v1/session", some_officer<session_end>(), kNothing, Reply::One, "Ended", 0, "",
          "sign out"},
    Route{"style", "GET", "/style.css", anybody<style>(), kNothing, Reply::Page, "", 0, "", "the one stylesheet"},
    Route{"form sign in", "POST", "/sign-in", anybody<session_open>(), kSigningIn, Reply::Page, "", kJson, kForm,
          "sign in"},
    Route{"form sign out", "POST", "/sign-out", some_officer<session_end>(), kNothing, Reply::Page, "", kJson, kForm,
          "sign out", "/"},
    Route{"health", "GET", "/api/v1/health", anybody<health>(), kNothing, Reply::One, "Health", 0, "",
          "whether the desk's record can be read"},
    Route{"metrics", "GET", "/api/v1/metrics", local<Act::ListApiKeys, metrics, KeyScope::ReadNumbers>(), kNothing,
          Reply::Bytes, "Bytes", 0, "",
          "how the desk is and what it holds, in Prometheus' text format (docs/operations.md)"},

    Route{"report file", "POST", "/api/v1/public/reports", anybody<report_file>(), kReporting, Reply::One, "Receipt",
          kJson, kJsonType, "report a listed crime: no account, a receipt to follow it by"},
    Route{"report follow", "POST", "/api/v1/public/reports/follow", anybody<report_follow>(), kFollowing, Reply::One,
          "Followed", kJson, kJsonType, "what became of a report, for who holds its receipt"},
    Route{"numbers", "GET", "/api/v1/numbers", anybody<status, KeyScope::ReadNumbers>(), kNothing, Reply::One,
          "Numbers", 0, "", "how many reports, cases, proposals and notices there are"},

    Route{"transparency", "GET", "/api/v1/transparency", anybody<transparency, KeyScope::ReadNumbers>(), kNothing,
          Reply::One, "Object", 0, "",
          "the transparency report, counted from the public log alone; `cordon log recount` gives the same"},
    Route{"transparency csv", "GET", "/api/v1/transparency.csv", anybody<transparency_csv, KeyScope::ReadNumbers>(),
          kNothing, Reply::Bytes, "Bytes", 0, "", "its rows as CSV"},

    Route{"log head", "GET", "/api/v1/log", anybody<log_head, KeyScope::ReadLog>(), kNothing, Reply::One, "LogHead", 0,
          "", "the public log's size, root and signed checkpoint; its files lie under /log/"},
    Route{"log entries", "GET", "/api/v1/log/entries", anybody<log_entries, KeyScope::ReadLog>(), kLogRange,
          Reply::Many, "LogEntry", 0, "", "lines of the public log"},
    Route{"openapi", "GET", "/api/v1/openapi.json", anybody<openapi>(), kNothing, Reply::One, "Object", 0, "",
          "this document"},

    Route{"intake", "POST", "/api/v1/reports", local<Act::TakeIn, intake, KeyScope::Intake>(), kIntake, Reply::Many,
          "RunItem", kReportBytes, "*/*",
          "take a batch of reports in: XARF (application/json), IntelMQ events (application/x-ndjson), mail "
          "(message/rfc822), text/csv, text/plain; an Idempotency-Key takes it in once"},

    Route{"case list", "GET", "/api/v1/cases", officer<Act::ReadCase, case_list>(), kListing, Reply::Many,
          "CaseSummary", 0, "", "cases, oldest first"},
    Route{"case show", "GET", "/api/v1/cases/{case}", officer<Act::ReadCase, case_show>(), kCaseOnly, Reply::One,
          "Case", 0, "", "one case with everything in it; the reading is recorded"},
    Route{"case reports", "GET", "/api/v1/cases/{case}/reports", officer<Act::ReadCase, case_reports>(), kCaseOnly,
          Reply::Many, "Report", 0, "", "what was reported, redacted, the newest 50 first; the reading is recorded"},
    Route{"case attach", "POST", "/api/v1/cases/{case}/evidence", officer<Act::AttachEvidence, case_attach>(),
          kAttaching, Reply::One, "Attached", kEvidenceBytes, "*/*", "attach a file as evidence"},
    Route{"case open", "GET", "/api/v1/cases/{case}/evidence/{evidence}", officer<Act::OpenEvidence, case_open>(),
          kOpening, Reply::Bytes, "Bytes", 0, "", "read a piece of evidence; the reading is recorded"},
    Route{"evidence erase", "", "", officer<Act::EraseEvidence, evidence_erase>(), kErasing, Reply::One, "Object", 0,
          "", "destroy the key and the bytes of a piece of evidence; the data-protection officer countersigns"},
    Route{"evidence export", "", "", officer<Act::ExportEvidence, evidence_export>(), kExportingEvidence, Reply::One,
          "Object", 0, "", "write a case's evidence as one archive that proves itself; another officer countersigns"},
    Route{"evidence stamp", "", "", anybody<evidence_stamp>(), kNothing, Reply::One, "Object", 0, "",
          "ask for a time stamp over the record now; through the desk's own socket alone"},
    Route{"evidence stamps", "", "", anybody<evidence_stamps>(), kNothing, Reply::Many, "Object", 0, "",
          "the time stamps, and what one waits for; through the desk's own socket alone"},
    Route{"log cosign", "", "", anybody<log_cosign>(), kNothing, Reply::Many, "Object", 0, "",
          "show the published checkpoint to the witnesses now; through the desk's own socket alone"},
    Route{"log rectify", "", "", officer<Act::RectifyLog, log_rectify>(), kRectifying, Reply::One, "Object", 0, "",
          "correct a wrong line of the public log by another line; an approver or legal reviewer countersigns"},
    Route{"case begin", "", "", officer<Act::OpenCase, case_begin>(), kBeginning, Reply::One, "Object", 0, "",
          "open a case of what a feed reported and nobody opened yet"},
    Route{"case split", "POST", "/api/v1/cases/{case}/split", officer<Act::SplitCase, case_split>(), kSplitting,
          Reply::One, "CaseSplit", kJson, kJsonType, "make some of its reports a case of their own"},
    Route{"case join", "POST", "/api/v1/cases/{case}/join", officer<Act::SplitCase, case_join>(), kJoining, Reply::One,
          "CaseJoined", kJson, kJsonType, "make it a part of another case of its category"},
    Route{"case part", "POST", "/api/v1/cases/{case}/part", officer<Act::SplitCase, case_part>(), kParting, Reply::One,
          "CaseParted", kJson, kJsonType, "take it out of the case that it was joined into"},
    Route{"report erase", "", "", officer<Act::EraseEvidence, report_erase>(), kErasingReport, Reply::One, "Object", 0,
          "", "erase one report out of its batch; the data-protection officer countersigns"},
    Route{"hold set", "", "", officer<Act::SetHold, hold_set>(), kHolding, Reply::One, "Object", 0, "",
          "stop the end of a case or of a piece of evidence; another officer countersigns"},
    Route{"hold lift", "", "", officer<Act::SetHold, hold_lift>(), kLifting, Reply::One, "Object", 0, "",
          "lift a legal hold; another officer countersigns"},
    Route{"retention run", "", "", anybody<retention_run>(), kRetentionRun, Reply::One, "Object", 0, "",
          "remove what is over now, as the daily job does; through the desk's own socket alone"},
    Route{"retention show", "GET", "/api/v1/retention", local<Act::ReadRetention, retention_show>(), kNothing,
          Reply::Many, "Retention", 0, "", "what is kept how long here, the legal holds, and what is due"},
    Route{"case fact", "POST", "/api/v1/cases/{case}/facts", officer<Act::EnterFact, case_fact>(), kFact, Reply::One,
          "Entered", kJson, kJsonType, "enter a fact and the evidence that shows it"},
    Route{"case gate", "POST", "/api/v1/cases/{case}/gates",
          some_officer<case_gate, Act::AnswerGate, Act::SignLegalGate, Act::SignSensitiveGate>(), kGate, Reply::One,
          "Answered", kJson, kJsonType, "answer a gate of the charter"},

    Route{"decide propose", "POST", "/api/v1/cases/{case}/proposals", officer<Act::Propose, decide_propose>(),
          kProposing, Reply::One, "Proposal", kJson, kJsonType, "propose a request: its exact bytes are fixed"},
    Route{"decide list", "GET", "/api/v1/proposals", officer<Act::ReadCase, decide_list>(), kNothing, Reply::Many,
          "Proposal", 0, "", "proposals, newest first"},
    Route{"decide show", "GET", "/api/v1/proposals/{proposal}", officer<Act::ReadCase, decide_show>(), kProposalOnly,
          Reply::One, "ProposalWithBody", 0, "", "a proposal and the exact bytes; the reading is recorded"},
    Route{"decide approve", "POST", "/api/v1/proposals/{proposal}/approval", officer<Act::Approve, decide_approve>(),
          kApproving, Reply::One, "Decided", kJson, kJsonType, "approve exactly these bytes; the notice then leaves"},
    Route{"decide return", "POST", "/api/v1/proposals/{proposal}/return", officer<Act::ReturnProposal, decide_return>(),
          kReturning, Reply::One, "Proposal", kJson, kJsonType, "send a proposal back"},
    Route{"decide refuse", "POST", "/api/v1/proposals/{proposal}/refusal",
          officer<Act::RefuseProposal, decide_refuse>(), kReturning, Reply::One, "Proposal", kJson, kJsonType,
          "refuse a proposal; the refusal is in the public log"},

    Route{"notice list", "GET", "/api/v1/notices", local<Act::ReadCase, notice_list>(), kNothing, Reply::Many, "Notice",
          0, "", "every approved notice and whether it left; the reading is recorded"},
    Route{"notice send", "POST", "/api/v1/notices/send", local<Act::SendNotices, notice_send>(), kNothing, Reply::One,
          "Sent", kJson, kJsonType, "try again what is still in the outbox"},

    // ── what follows a request ──
    Route{"notice show", "GET", "/api/v1/notices/{notice}", officer<Act::ReadCase, notice_show>(), kNoticeOnly,
          Reply::One, "ActWithMessages", 0, "",
          "a request after its approval: its answer, its messages, whom it affects; the reading is recorded"},
    Route{"notice answer", "POST", "/api/v1/notices/{notice}/answer", officer<Act::RecordAnswer, notice_answer>(),
          kAnswering, Reply::One, "Act", kJson, kJsonType, "record what the recipient answered"},
    Route{"notice suspend", "POST", "/api/v1/notices/{notice}/suspension", officer<Act::SuspendAlone, notice_suspend>(),
          kReleasing, Reply::One, "Act", kJson, kJsonType, "suspend a request, alone; its recipient is told"},
    Route{"notice recall", "POST", "/api/v1/notices/{notice}/recall",
          some_officer<notice_recall, Act::RecallAlone, Act::Recall>(), kRecalling, Reply::One, "Act", kJson, kJsonType,
          "take a request back: one reviewer, or through the desk's own socket an analyst and an approver"},
    Route{"notice party", "POST", "/api/v1/notices/{notice}/party", officer<Act::TellParty, notice_party>(), kTelling,
          Reply::One, "PartyNotice", kJson, kJsonType,
          "tell whom the request affects, or say that nobody can be found"},
    Route{"notice defer", "", "", officer<Act::DeferParty, notice_defer>(), kDeferring, Reply::One, "PartyNotice", 0,
          "", "put that off, at most twice 42 days; another officer countersigns"},
    Route{"notice due", "", "", anybody<notice_due>(), kNothing, Reply::One, "Object", 0, "",
          "do what the clock asks for now, as the hourly job does; through the desk's own socket alone"},
    Route{"case reopen", "POST", "/api/v1/cases/{case}/reopen", officer<Act::ReopenCase, case_reopen>(), kReopening,
          Reply::One, "Reopened", kJson, kJsonType, "assess a closed case again, because of a new fact"},
    // ── alone, for a day (charter 6.9) ──
    Route{"glass break", "POST", "/api/v1/cases/{case}/break-glass", officer<Act::BreakGlass, glass_break>(), kBreaking,
          Reply::One, "Glass", kJson, kJsonType,
          "alone: hand a danger to life to an emergency service, or ask to preserve; taken back unless confirmed in 24 "
          "hours"},
    Route{"glass list", "GET", "/api/v1/break-glass", officer<Act::ReadCase, glass_list>(), kNothing, Reply::Many,
          "Glass", 0, "", "what officers did alone, newest first; the reading is recorded"},
    Route{"glass confirm", "POST", "/api/v1/break-glass/{glass}/confirmation",
          officer<Act::ConfirmBreakGlass, glass_confirm>(), kConfirming, Reply::One, "Glass", kJson, kJsonType,
          "confirm what another officer did alone"},
    Route{"appeal file", "POST", "/api/v1/public/appeals", anybody<appeal_file>(), kAppealing, Reply::One,
          "AppealReceipt", kJson, kJsonType, "appeal: no account and no name, a code to follow it by"},
    Route{"appeal follow", "POST", "/api/v1/public/appeals/follow", anybody<appeal_follow>(), kFollowing, Reply::One,
          "AppealFollowed", kJson, kJsonType, "what became of an appeal, for who holds its code"},
    Route{"appeal withdraw", "POST", "/api/v1/public/appeals/withdraw", anybody<appeal_withdraw>(), kFollowing,
          Reply::One, "AppealFollowed", kJson, kJsonType, "take an appeal back"},
    Route{"appeal list", "GET", "/api/v1/appeals", officer<Act::ReadAppeals, appeal_list>(), kNothing, Reply::Many,
          "Appeal", 0, "", "appeals, newest first; the reading is recorded"},
    Route{"appeal show", "GET", "/api/v1/appeals/{appeal}", officer<Act::ReadAppeals, appeal_show>(), kAppealOnly,
          Reply::One, "AppealWithText", 0, "", "an appeal in the appellant's words; the reading is recorded"},
    Route{"appeal take", "POST", "/api/v1/appeals/{appeal}/take",
          some_officer<appeal_take, Act::HearAppeal, Act::HearLateAppeal>(), kAppealOnly, Reply::One, "Appeal", kJson,
          kJsonType, "admit it and take it; of a late one the ombudsperson takes it over"},
    Route{"appeal dismiss", "POST", "/api/v1/appeals/{appeal}/dismissal", officer<Act::HearAppeal, appeal_dismiss>(),
          kDismissing, Reply::One, "Appeal", kJson, kJsonType, "not hear it, for one of three reasons"},
    Route{"appeal interim", "POST", "/api/v1/appeals/{appeal}/interim",
          some_officer<appeal_interim, Act::HearAppeal, Act::HearLateAppeal>(), kInterim, Reply::One, "Appeal", kJson,
          kJsonType, "suspend the request until it is decided, or not"},
    Route{"appeal decide", "POST", "/api/v1/appeals/{appeal}/decision",
          some_officer<appeal_decide, Act::HearAppeal, Act::HearLateAppeal>(), kDeciding, Reply::One, "Appeal", kJson,
          kJsonType, "decide it, with reasons; what it grants happens at once"},

    // ── standing rules: read by everybody ──
    Route{"rule list", "GET", "/api/v1/public/rules", anybody<rule_list>(), kNothing, Reply::Many, "Rule", 0, "",
          "the standing rules, newest first: their terms, publisher and mapping, who signed, what they sent"},
    Route{"rule show", "GET", "/api/v1/public/rules/{rule}", anybody<rule_show>(), kRuleOnly, Reply::One, "Rule", 0, "",
          "one standing rule"},
    Route{"rule propose", "POST", "/api/v1/rules", officer<Act::Propose, rule_propose>(), kProposingRule, Reply::One,
          "Rule", kJson, kJsonType, "propose a standing rule: its terms are fixed and signed"},
    Route{"rule approve", "POST", "/api/v1/rules/{rule}/approval", officer<Act::Approve, rule_approve>(),
          kApprovingRule, Reply::One, "Rule", kJson, kJsonType,
          "approve exactly these terms; from then on its alerts leave by themselves"},
    Route{"rule return", "POST", "/api/v1/rules/{rule}/return", officer<Act::ReturnProposal, rule_return>(),
          kEndingRule, Reply::One, "Rule", kJson, kJsonType, "send a proposed rule back"},
    Route{"rule refuse", "POST", "/api/v1/rules/{rule}/refusal", officer<Act::RefuseProposal, rule_refuse>(),
          kEndingRule, Reply::One, "Rule", kJson, kJsonType,
          "refuse a proposed rule; the refusal is in the public log"},
    Route{"rule stop", "POST", "/api/v1/rules/{rule}/stop", officer<Act::StopRule, rule_stop>(), kEndingRule,
          Reply::One, "Rule", kJson, kJsonType, "stop a rule, alone and for good; nothing more of it leaves"},
    Route{"rule preview", "GET", "/api/v1/rules/{rule}/preview", officer<Act::ReadCase, rule_preview>(), kRuleOnly,
          Reply::One, "RulePreview", 0, "",
          "what it would have sent of the last seven days, and what would have become a case; the reading is recorded"},
    Route{"rule recall-batch", "POST", "/api/v1/alerts/{batch}/recall",
          some_officer<rule_recall_batch, Act::RecallAlone, Act::Recall>(), kRecallingBatch, Reply::One, "AlertBatch",
          kJson, kJsonType,
          "take a batch of alerts back: what waits is withheld, who got one is told; one reviewer, or through the "
          "desk's own socket an analyst and an approver"},

    Route{"officer list", "GET", "/api/v1/officers", officer<Act::ListOfficers, officer_list>(), kNothing, Reply::Many,
          "Officer", 0, "", "the officers and their roles"},
    Route{"scrub remove", "", "", anybody<remove_left_over>(), kNothing, Reply::One, "", 0, "",
          "remove blobs that nothing names; through the desk's own socket alone"},
    Route{"officer add", "", "", anybody<officer_add>(), kEnrolling, Reply::One, "Officer", 0, "",
          "enrol an officer; through the desk's own socket alone, and by two admins once it has proposed anything"},
    Route{"officer totp", "", "", anybody<officer_totp>(), kTimeCode, Reply::One, "TimeCode", 0, "",
          "set up time codes; through the desk's own socket alone"},
    Route{"officer rekey", "", "", anybody<officer_rekey>(), kRekeying, Reply::One, "Officer", 0, "",
          "a new password and key for who lost theirs, by two admins; through the desk's own socket alone"},
    Route{"key add", "", "", anybody<key_add>(), kIssuing, Reply::One, "ApiKey", 0, "",
          "issue a key for a machine, by two admins; through the desk's own socket alone"},
    Route{"key list", "GET", "/api/v1/keys", officer<Act::ListApiKeys, key_list>(), kNothing, Reply::Many, "ApiKey", 0,
          "", "the keys of machines, their scopes and their ends"},
    Route{"key end", "POST", "/api/v1/keys/{key}/end", officer<Act::EndApiKey, key_end>(), kKeyOnly, Reply::One,
          "ApiKey", kJson, kJsonType, "end a machine's key now"},
    Route{"notice dsa", "", "", officer<Act::ReadCase, notice_dsa>(), kNoticeOnly, Reply::One, "Object", 0, "",
          "a notice's statement of reasons, as the DSA Transparency Database takes it from a platform; the reading is "
          "recorded"},
    Route{"status", "", "", anybody<status>(), kNothing, Reply::One, "Numbers", 0, "", "the same as `numbers`"},

    // ── the guard over sensitive holders ──
    Route{"guard show", "GET", "/api/v1/guard", anybody<guard_show, KeyScope::ReadNumbers>(), kNothing, Reply::One,
          "Guard", 0, "", "the list of sensitive holders in force: whose country, of which day, its digest"},
    Route{"guard load", "", "", officer<Act::KeepSensitiveList, guard_load>(), kLoadingGuard, Reply::One, "Guard", 0,
          "", "load a list of sensitive holders; an approver or the ombudsperson countersigns"},
    Route{"guard remove", "", "", officer<Act::RemoveSensitiveEntry, guard_remove>(), kRemovingGuarded, Reply::One,
          "Guard", 0, "", "take an entry out of the list; the ombudsperson alone"},
    Route{"guard entries", "", "", some_officer<guard_entries>(), kNothing, Reply::Many, "Object", 0, "",
          "the entries of the list, for who may change it"},

    Route{"entities load", "", "", officer<Act::KeepEntityList, entities_load>(), kLoadingGuard, Reply::One, "Object",
          0, "",
          "load the Security Council's consolidated list; an approver countersigns; what rests on a delisted entity "
          "ends"},
    Route{"entities show", "", "", anybody<entities_show>(), kNothing, Reply::Many, "Object", 0, "",
          "the entities of the Security Council's list, by their permanent references"},

    // ── the border: read by officers, changed through the desk's own socket alone ──
    Route{"peer add", "", "", officer<Act::KeepPeers, peer_add>(), kAddingPeer, Reply::One, "Object", 0, "",
          "make another desk a peer; an approver countersigns"},
    Route{"peer change", "", "", officer<Act::KeepPeers, peer_change>(), kChangingPeer, Reply::One, "Object", 0, "",
          "change a peer, or make a suspended one active again; an approver countersigns"},
    Route{"peer suspend", "", "", officer<Act::SuspendPeer, peer_suspend>(), kSuspending, Reply::One, "Object", 0, "",
          "stop both directions at once"},
    Route{"peer look", "", "", anybody<peer_look>(), kLooking, Reply::One, "Object", 0, "",
          "compare a peer's log with what was seen of it; a split view suspends the peer"},
    Route{"peer list", "GET", "/api/v1/peers", local<Act::ReadBorder, peer_list>(), kNothing, Reply::Many, "Peer", 0,
          "", "the peers: their roles, keys and since when"},
    Route{"peer receive", "", "", anybody<peer_receive>(), kReceiving, Reply::Many, "Object", 0, "",
          "take a peer's bundle in: its indicators become references, which never act"},
    Route{"peer references", "GET", "/api/v1/references", officer<Act::ReadBorder, peer_references>(), kNothing,
          Reply::Many, "Reference", 0, "", "what peers list; the reading is recorded"},
    Route{"border show", "GET", "/api/v1/border", local<Act::ReadBorder, border_show>(), kNothing, Reply::One, "Border",
          0, "", "this desk as its peers enter it, and its policy's digest"},
    Route{"border list", "GET", "/api/v1/border/crossings", officer<Act::ReadBorder, border_list>(), kNothing,
          Reply::Many, "Crossing", 0, "",
          "what was given out, held back and taken in, newest first; the reading is recorded"},
    Route{"border explain", "GET", "/api/v1/border/decisions/{case}", officer<Act::ReadBorder, border_explain>(),
          kExplaining, Reply::One, "Explanation", 0, "",
          "the decision about a case for one peer, and the rule that makes it; the reading is recorded"},
    Route{"export", "", "", officer<Act::Share, export_bundle>(), kExporting, Reply::Many, "Object", 0, "",
          "write the signed bundle that the border policy lets a peer have; an approver countersigns"},

    // ── pages, and the forms in them ──
    Route{"page home", "GET", "/", anybody<page_home>(), kNothing, Reply::Page, "", 0, "", "what this desk is"},
    Route{"page sign in", "GET", "/sign-in", anybody<page_sign_in>(), kNothing, Reply::Page, "", 0, "", "for officers"},
    Route{"page report", "GET", "/report", anybody<page_report>(), kNothing, Reply::Page, "", 0, "",
          "the report form, step 1 of 4"},
    Route{"page follow", "GET", "/follow", anybody<page_follow>(), kNothing, Reply::Page, "", 0, "",
          "what became of a report"},
    Route{"page log", "GET", "/log", anybody<page_log>(), kLogPage, Reply::Page, "", 0, "",
          "the public log, for people"},
    Route{"page log entry", "GET", "/log/entry/{index}", anybody<page_log_entry>(), kLogEntry, Reply::Page, "", 0, "",
          "one line of it"},
    Route{"page numbers", "GET", "/numbers", anybody<page_numbers>(), kNothing, Reply::Page, "", 0, "",
          "what came in, and what was asked"},
    Route{"page notice", "GET", "/notice", anybody<page_notice>(), kNothing, Reply::Page, "", 0, "",
          "check a notice, in the browser or here"},
    Route{"form notice", "POST", "/notice", anybody<page_notice_checked>(), kNothing, Reply::Page, "", kNoticeBytes,
          kFileForm, "what became of the check"},
    Route{"notice script", "GET", "/notice.js", anybody<page_notice_script>(), kNothing, Reply::Page, "", 0, "",
          "the same check, for the browser"},
    Route{"page charter", "GET", "/charter", anybody<page_charter>(), kNothing, Reply::Page, "", 0, "",
          "what the desk acts on, and what never"},
    Route{"page queue", "GET", "/queue", officer<Act::ReadCase, page_queue>(), kQueue, Reply::Page, "", 0, "",
          "cases, oldest first"},
    Route{"page case", "GET", "/cases/{case}", officer<Act::ReadCase, page_case>(), kCaseOnly, Reply::Page, "", 0, "",
          "one case, for people; the reading is recorded"},
    Route{"page evidence", "GET", "/cases/{case}/evidence/{evidence}", officer<Act::OpenEvidence, page_evidence>(),
          kOnePiece, Reply::Page, "", 0, "", "a piece of evidence; a text is opened, and that is recorded"},
    Route{"page proposals", "GET", "/decide", officer<Act::ReadCase, page_proposals>(), kNothing, Reply::Page, "", 0,
          "", "what waits for a decision"},
    Route{"page proposal", "GET", "/decide/{proposal}", officer<Act::ReadCase, page_proposal>(), kProposalOnly,
          Reply::Page, "", 0, "", "the exact bytes; the reading is recorded"},
    Route{"page notices", "GET", "/notices", officer<Act::ReadCase, page_notices>(), kNothing, Reply::Page, "", 0, "",
          "what two officers approved"},
    Route{"page act", "GET", "/notices/{notice}", officer<Act::ReadCase, page_act>(), kNoticeOnly, Reply::Page, "", 0,
          "", "one notice, its answer, and what may be done now"},
    Route{"page appeals", "GET", "/appeals", officer<Act::ReadAppeals, page_appeals>(), kNothing, Reply::Page, "", 0,
          "", "appeals, those that wait first"},
    Route{"page appeal heard", "GET", "/appeals/{appeal}", officer<Act::ReadAppeals, page_appeal_heard>(), kAppealOnly,
          Reply::Page, "", 0, "", "one appeal, for who hears it"},
    Route{"page rules", "GET", "/rules", officer<Act::StopRule, page_rules>(), kNothing, Reply::Page, "", 0, "",
          "the standing rules, and how to stop one"},
    Route{"form rule stop", "POST", "/rules/{rule}/stop", officer<Act::StopRule, rule_stop>(), kEndingRule, Reply::Page,
          "", kJson, kForm, "stop a rule, alone and for good", "/rules"},
    Route{"page officers", "GET", "/officers", officer<Act::ListOfficers, page_officers>(), kNothing, Reply::Page, "",
          0, "", "the officers and their roles"},
    Route{"page border", "GET", "/border", officer<Act::ReadBorder, page_border>(), kBorderPage, Reply::Page, "", 0, "",
          "the peers, the policy, and what crossed; the reading is recorded"},
    Route{"form report back", "POST", "/report", anybody<page_report>(), kReportForm, Reply::Page, "", kFormBytes,
          kForm, "step 1 again"},
    Route{"form report where", "POST", "/report/where", anybody<page_report_where>(), kReportForm, Reply::Page, "",
          kFormBytes, kForm, "step 2 of 4"},
    Route{"form report details", "POST", "/report/details", anybody<page_report_details>(), kReportForm, Reply::Page,
          "", kFormBytes, kForm, "step 3 of 4"},
    Route{"form report check", "POST", "/report/check", anybody<page_report_check>(), kReportForm, Reply::Page, "",
          kFormBytes, kForm, "step 4 of 4"},
    Route{"form report send", "POST", "/report/send", anybody<page_report_send>(), kReportForm, Reply::Page, "",
          kFormBytes, kForm, "send it; the receipt"},
    Route{"page appeal", "GET", "/appeal", anybody<page_appeal>(), kNothing, Reply::Page, "", 0, "",
          "appeal, and follow an appeal"},
    Route{"form appeal", "POST", "/appeal", anybody<page_appeal_send>(), kAppealForm, Reply::Page, "", kFormBytes,
          kForm, "lodge it; its code"},
    Route{"form appeal follow", "POST", "/appeal/follow", anybody<page_appeal_follow>(), kFollowing, Reply::Page, "",
          kJson, kForm, "what became of it"},
    Route{"form follow", "POST", "/follow", anybody<page_follow>(), kFollowing, Reply::Page, "", kJson, kForm,
          "what became of it"},
    Route{"form attach", "POST", "/cases/{case}/evidence", officer<Act::AttachEvidence, case_attach>(), kAttaching,
          Reply::Page, "", kEvidenceBytes, kFileForm, "attach a file as evidence", "/cases/{case}"},
    Route{"form fact", "POST", "/cases/{case}/facts", officer<Act::EnterFact, case_fact>(), kFact, Reply::Page, "",
          kJson, kForm, "enter a fact", "/cases/{case}"},
    Route{"form gate", "POST", "/cases/{case}/gates", some_officer<case_gate>(), kGate, Reply::Page, "", kJson, kForm,
          "answer a gate", "/cases/{case}"},
    Route{"form propose", "POST", "/cases/{case}/proposals", officer<Act::Propose, decide_propose>(), kProposing,
          Reply::Page, "", kJson, kForm, "propose a request", "/decide/{proposal}"},
    Route{"form approve", "POST", "/decide/{proposal}/approval", officer<Act::Approve, decide_approve>(), kApprovalForm,
          Reply::Page, "", kJson, kForm, "approve exactly these bytes", "/decide/{proposal}"},
    Route{"form return", "POST", "/decide/{proposal}/return", officer<Act::ReturnProposal, decide_return>(), kReturning,
          Reply::Page, "", kJson, kForm, "send a proposal back", "/decide/{proposal}"},
    Route{"form refuse", "POST", "/decide/{proposal}/refusal", officer<Act::RefuseProposal, decide_refuse>(),
          kReturning, Reply::Page, "", kJson, kForm, "refuse a proposal", "/decide/{proposal}"},
    Route{"form answer", "POST", "/notices/{notice}/answer", officer<Act::RecordAnswer, notice_answer>(), kAnswering,
          Reply::Page, "", kJson, kForm, "record what the recipient said", "/notices/{notice}"},
    Route{"form suspend", "POST", "/notices/{notice}/suspension", officer<Act::SuspendAlone, notice_suspend>(),
          kReleasing, Reply::Page, "", kJson, kForm, "suspend a request", "/notices/{notice}"},
    Route{"form recall", "POST", "/notices/{notice}/recall", some_officer<notice_recall, Act::RecallAlone>(),
          kReleasing, Reply::Page, "", kJson, kForm, "take a request back", "/notices/{notice}"},
    Route{"form party", "POST", "/notices/{notice}/party", officer<Act::TellParty, notice_party>(), kTelling,
          Reply::Page, "", kJson, kForm, "tell the affected party", "/notices/{notice}"},
    Route{"form take", "POST", "/appeals/{appeal}/take",
          some_officer<appeal_take, Act::HearAppeal, Act::HearLateAppeal>(), kAppealOnly, Reply::Page, "", kJson, kForm,
          "take an appeal", "/appeals/{appeal}"},
    Route{"form dismiss", "POST", "/appeals/{appeal}/dismissal", officer<Act::HearAppeal, appeal_dismiss>(),
          kDismissing, Reply::Page, "", kJson, kForm, "do not hear an appeal", "/appeals/{appeal}"},
    Route{"form interim", "POST", "/appeals/{appeal}/interim",
          some_officer<appeal_interim, Act::HearAppeal, Act::HearLateAppeal>(), kInterim, Reply::Page, "", kJson, kForm,
          "answer the wish for interim relief", "/appeals/{appeal}"},
    Route{"form decide", "POST", "/appeals/{appeal}/decision",
          some_officer<appeal_decide, Act::HearAppeal, Act::HearLateAppeal>(), kDeciding, Reply::Page, "", kJson, kForm,
          "decide an appeal", "/appeals/{appeal}"},
    Route{"form reopen", "POST", "/cases/{case}/reopen", officer<Act::ReopenCase, case_reopen>(), kReopening,
          Reply::Page, "", kJson, kForm, "open a closed case again", "/cases/{case}"},
};

// ── a request against its row ──

bool has_kind(const Json& value, FieldKind kind) {
  switch (kind) {
    case FieldKind::Id:
      return value.string() != nullptr && parse_uuid(*value.string());
    case FieldKind::Word:
      return value.string() != nullptr && value.string()->size() <= 500 &&
             value.string()->find('\n') == std::string::npos;
    case FieldKind::Text:
      return value.string() != nullptr;
    case FieldKind::Digest:
      return value.string() != nullptr && parse_digest(*value.string());
    case FieldKind::Number:
      return value.integer() != nullptr;
    case FieldKind::Flag:
      return value.boolean() != nullptr;
    case FieldKind::Words:
      return value.array() != nullptr && std::all_of(value.array()->begin(), value.array()->end(),
                                                     [](const Json& item) { return item.string() != nullptr; });
    case FieldKind::Object:
      return value.object() != nullptr || value.array() != nullptr;
  }
  return false;
}

std::string_view expected(FieldKind kind) {
  switch (kind) {
    case FieldKind::Id:
      return "an id (a UUID)";
    case FieldKind::Word:
      return "one line of at most 500 bytes";
    case FieldKind::Text:
      return "text";
    case FieldKind::Digest:
      return "64 hex digits";
    case FieldKind::Number:
      return "a whole number";
    case FieldKind::Flag:
      return "true or false";
    case FieldKind::Words:
      return "a list of words";
    case FieldKind::Object:
      return "an object";
  }
  return "";
}

// Closed: what the row does not name is not looked at by some later hand, it is refused here.
Result<Nothing> check_fields(const Route& route, const Json& arguments) {
  const Json::Object none;
  const Json::Object& members = arguments.object() != nullptr ? *arguments.object() : none;
  for (const auto& [key, value] : members) {
    const auto field = std::find_if(route.fields.begin(), route.fields.end(),
                                    [&name = key](const Field& candidate) { return candidate.name == name; });
    if (field == route.fields.end())
      return fail(Fault::Malformed, "'" + printable(key, 60) + "' is no member of this request", printable(key, 60));
    if (!has_kind(value, field->kind))
      return fail(Fault::Malformed, "expected " + std::string(expected(field->kind)), key);
  }
  for (const Field& field : route.fields) {
    if (field.need == Need::Must && members.find(field.name) == members.end())
      return fail(Fault::Malformed, "missing: " + std::string(field.about), std::string(field.name));
  }
  return Nothing{};
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

const Route* find_operation(std::string_view operation) {
  const auto row =
      std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& route) { return route.operation == operation; });
  return row == kRoutes.end() ? nullptr : &*row;
}

Routed find_route(std::string_view method, std::string_view path) {
  Routed found;
  const std::vector<std::string_view> given = split(path, '/');
  for (const Route& route : kRoutes) {
    if (route.path.empty()) continue;
    const std::vector<std::string_view> wanted = split(route.path, '/');
    if (wanted.size() != given.size()) continue;
    Json::Object names;
    bool same = true;
    for (std::size_t i = 0; same && i < wanted.size(); ++i) {
      const bool is_name = wanted[i].starts_with('{');
      same = is_name ? !given[i].empty() : wanted[i] == given[i];
      if (is_name) names.emplace(std::string(wanted[i].substr(1, wanted[i].size() - 2)), std::string(given[i]));
    }
    if (!same) continue;
    if (route.method == method) {
      found.route = &route;
      found.names = std::move(names);
      return found;
    }
    found.other_methods += (found.other_methods.empty() ? "" : ", ") + std::string(route.method);
    if (route.method == "GET") found.other_methods += ", HEAD";
  }
  return found;
}

bool takes_idempotency_key(const Route& route) {
  return route.method == "POST" && route.reply != Reply::Page && route.doing.who != Who::Anybody;
}

namespace {

Result<Nothing> may_ask(const Route& route, const Call& call) {
  if (call.key != nullptr) {
    if (!route.doing.key)
      return fail(Fault::Refused,
                  route.doing.who == Who::Anybody ? "this is for everybody and takes no key; ask without one"
                                                  : "no key of a machine will do for this; it takes an officer",
                  std::string(route.operation));
    return may(*call.key, *route.doing.key);
  }
  if (route.doing.who == Who::Officer && !call.who)
    return fail(Fault::Refused, "this takes an officer; sign in, or say --as LOGIN", std::string(route.operation));
  return Nothing{};
}

}  // namespace

Result<Nothing> may_still(const Route& route, const Call& call) {
  TRY(may_ask(route, call));
  Result<Nothing> said = Nothing{};
  if (!call.who) return said;
  for (const Act act : route.doing.acts) {
    said = may(call.who->officer, act);
    if (said) return said;
  }
  return said;
}

Result<Nothing> run_route(Desk& desk, const Route& route, Call& call, const Emit& emit) {
  TRY(check_fields(route, call.arguments));
  TRY(may_ask(route, call));
  return route.doing.run(desk, call, emit);
}

}  // namespace cordon
