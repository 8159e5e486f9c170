#include "desk/notice_check.h"

#include "base/confined.h"
#include "base/files.h"
#include "base/text.h"
#include "desk/log_watch.h"
#include "ledger/checkpoint.h"
#include "ledger/tiles.h"
#include "ledger/verify.h"
#include "referral/notice_proof.h"

namespace cordon {

namespace {

// The answer that crosses the pipe: what was found, or why not.
std::string check_in_worker(std::string_view options, std::string_view item) {
  const Result<Json> verdict = check_notice(item, std::string(options));
  if (verdict) return to_text(Json::Object{{"verdict", *verdict}});
  return to_text(Json::Object{{"why", verdict.error().message}, {"where", verdict.error().where}});
}

const RegisterWorker kNoticeWorker{{"notice", nullptr, check_in_worker}};

Error does_not_verify(const std::string& why, const std::string& where = {}) {
  return fail(Fault::NotFound, "the notice does not verify: " + why, where);
}

// What the log's later lines say of the notice. The log must go on from the very checkpoint that the notice carries.
Result<Json> state_in(const std::string& folder, const Json& verdict) {
  const auto [origin, key] = TRY(parse_verifier_key(verdict.text_or("log_key")));
  const Result<LogVerdict> log = verify_log(folder, origin, key);
  if (!log) return fail(log.error().fault, "the log does not verify: " + log.error().message, log.error().where);
  const Json& at = *verdict.find("checkpoint");
  const auto size = static_cast<std::uint64_t>(at.number_or("size", 0));
  if (log->checkpoint.head.size < size)
    return does_not_verify("the log is shorter than it was when the notice left", "checkpoint");
  if (TRY(head_from_tiles(folder, size)).root.hex() != at.text_or("root"))
    return does_not_verify("the log tells another history than the checkpoint that the notice carries", "checkpoint");
  NoticeState state(verdict.text_or("notice"));
  const auto first = static_cast<std::uint64_t>(verdict.find("leaf")->number_or("index", 0)) + 1;
  for (std::uint64_t index = first; index < log->checkpoint.head.size; ++index)
    state.add(TRY(parse_json(TRY(read_leaf(folder, log->checkpoint.head.size, index)))), index);
  Json out = Json::Object{{"state", state.state()}, {"log_size", static_cast<std::int64_t>(log->checkpoint.head.size)}};
  if (!state.since().empty()) {
    out.set("state_since", state.since());
    out.set("state_leaf", static_cast<std::int64_t>(state.index()));
  }
  return out;
}

}  // namespace

Result<Json> check_notice_confined(std::string_view mail, const std::string& log_key) {
  if (mail.size() > kLargestNotice) return does_not_verify("a notice has at most 2 MiB");
  const std::string_view items[] = {mail};
  const std::vector<Result<std::string>> answers = TRY(run_confined("notice", log_key, items));
  if (!answers.front()) return does_not_verify(answers.front().error().message);
  const Json answer = TRY(parse_json(*answers.front()));
  if (const Json* verdict = answer.find("verdict")) return *verdict;
  return does_not_verify(answer.text_or("why"), answer.text_or("where"));
}

Result<Json> notice_verify(const Json& arguments, const std::vector<std::string>& files, Instant now) {
  if (files.size() != 1) return fail(Fault::Usage, "one notice is verified at a time");
  const std::string key = arguments.text_or("key");
  if (!key.empty()) TRY(parse_verifier_key(key));
  Json verdict = TRY(check_notice_confined(TRY(read_file(files.front(), kLargestNotice)), key));
  verdict.set("verified", true);
  const Result<Instant> ends = parse_rfc3339(verdict.text_or("sunset_at"));
  verdict.set("state", ends && *ends < now ? "ended by itself" : "not asked");
  if (const std::string place = arguments.text_or("log"); !place.empty()) {
    const LogCopy log = TRY(LogCopy::of(place));
    const Json found = TRY(state_in(log.folder(), verdict));
    for (const auto& [member, value] : *found.object()) {
      const bool over = member == "state" && value == Json("in_force") && ends && *ends < now;
      verdict.set(member, over ? Json("ended by itself") : value);
    }
  }
  return verdict;
}

std::string notice_verdict_for_people(const Json& verdict) {
  const auto at = [&](const Json& json, const char* key) { return printable(json.text_or(key), 300); };
  const Json& leaf = *verdict.find("leaf");
  const Json& checkpoint = *verdict.find("checkpoint");
  std::string out = "yes: these " + std::to_string(verdict.number_or("bytes", 0)) + " bytes are a notice of " +
                    at(verdict, "desk") + "\n";
  out += "  notice     " + at(verdict, "notice") + ", code " + at(verdict, "code") + "\n";
  out += "  asks       " + at(verdict, "effect") + " of " + at(verdict, "recipient") + " " + at(verdict, "contact") +
         ", about " + at(verdict, "target") + " (" + at(verdict, "category") + ")\n";
  for (const Json& signer : *verdict.find("signers")->array())
    out += "  signed by  " + at(signer, "role") + " " + at(signer, "key_id") + ", " + at(signer, "at") + "\n";
  out += "  log        line " + std::to_string(leaf.number_or("index", 0)) + " of " +
         std::to_string(checkpoint.number_or("size", 0)) + ", root " + at(checkpoint, "root") + "\n";
  const Json::Array& witnesses = *verdict.find("witnesses")->array();
  if (witnesses.empty()) out += "  witnesses  none\n";
  for (const Json& witness : witnesses) out += "  witness    " + at(witness, "name") + ", " + at(witness, "at") + "\n";
  out += "  state      " + at(verdict, "state");
  if (verdict.find("state_since") != nullptr)
    out +=
        " since " + at(verdict, "state_since") + " (line " + std::to_string(verdict.number_or("state_leaf", 0)) + ")";
  if (at(verdict, "state") == "not asked") out += "; --log PLACE says whether it was recalled";
  out += "; it ends at " + at(verdict, "sunset_at") + "\n";
  for (const Json& header : *verdict.find("differing_headers")->array())
    out += "  careful    the header " + at(header, "header") + " says \"" + at(header, "says") +
           "\", which no officer approved\n";
  out += "  key        " + at(verdict, "log_key") + "\n";
  if (at(verdict, "key_from") == "the notice")
    out +=
        "  The key is the one in the notice itself. Whoever writes a false notice brings a false key along:\n"
        "  compare it with the one that the desk publishes, or say --key.\n";
  return out;
}

}  // namespace cordon
