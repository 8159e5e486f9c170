#include "referral/notice_proof.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decision/authority.h"
#include "decision/leaf.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/tlog_proof.h"
#include "referral/notice.h"

namespace cordon {

namespace {

constexpr std::string_view kFormat = "cordon-notice/1";

Error broken(const std::string& what, std::string where = {}) { return fail(Fault::Corrupt, what, std::move(where)); }

// The members of an object: exactly these.
Result<Nothing> check_members(const Json& object, std::initializer_list<std::string_view> members,
                              const std::string& where) {
  if (object.object() == nullptr || object.object()->size() != members.size())
    return fail(Fault::Malformed, "expected an object with " + std::to_string(members.size()) + " members", where);
  for (const std::string_view member : members) {
    if (object.find(member) == nullptr)
      return fail(Fault::Malformed, "expected this member", where + "." + std::string(member));
  }
  return Nothing{};
}

Result<Json> canonical(std::string_view text, const std::string& where) {
  Result<Json> json = parse_json(text);
  if (!json) return fail(Fault::Malformed, json.error().message, where);
  if (to_text(*json) != text) return fail(Fault::Malformed, "not canonical JSON (RFC 8785)", where);
  return json;
}

Result<std::vector<WitnessKey>> parse_witnesses(const Json::Array& keys) {
  std::vector<WitnessKey> out;
  for (const Json& key : keys) out.push_back(TRY(parse_witness_key(key.string() ? *key.string() : std::string())));
  return out;
}

bool is_of_one(const NoteSignature& line, const std::vector<WitnessKey>& witnesses) {
  return std::any_of(witnesses.begin(), witnesses.end(),
                     [&](const WitnessKey& witness) { return is_line_of(line, witness); });
}

// Each line under the checkpoint is the log's or one of a witness whose key the proof names: another would be bytes
// that nobody can check.
Result<Json::Array> check_lines(const std::string& note_text, const Json::Array& keys, const std::string& log) {
  const Note note = TRY(read_note(note_text));
  const std::vector<WitnessKey> witnesses = TRY(parse_witnesses(keys));
  std::size_t of_log = 0;
  for (const NoteSignature& line : note.signatures) {
    if (line.name == log) {
      ++of_log;  // open_checkpoint() has looked at it
    } else if (!is_of_one(line, witnesses)) {
      return broken(
          "the checkpoint carries a line of " + printable(line.name, 80) + ", whose key the proof does not name",
          "checkpoint");
    }
  }
  if (of_log != 1) return broken("the checkpoint carries more than one line of the log itself", "checkpoint");
  Json::Array seen;
  for (const Cosigned& one : TRY(cosigned_by(note, witnesses)))
    seen.emplace_back(Json::Object{{"name", one.witness.name},
                                   {"at", to_rfc3339(Instant{static_cast<std::int64_t>(one.seconds) * 1000})}});
  if (seen.size() != witnesses.size() || note.signatures.size() != 1 + seen.size())
    return broken("the proof names a witness that has no line of its own", "witnesses");
  return seen;
}

// The note with the log's own line and those of these witnesses alone.
Result<std::string> with_lines_of(const std::string& note_text, const std::string& log,
                                  const std::vector<WitnessKey>& witnesses) {
  Note note = TRY(read_note(note_text));
  std::erase_if(note.signatures,
                [&](const NoteSignature& line) { return line.name != log && !is_of_one(line, witnesses); });
  return write_note(note);
}

struct Signed {
  Proposed proposed;
  Approved approved;
  Officer proposer, approver;
};

Result<Officer> read_signer(const Json& signer, Role expected) {
  const std::string role = TRY(signer.text("role"));
  if (role != name(expected)) return broken("expected the signature of an " + std::string(name(expected)), "signers");
  OfficerId id = TRY(OfficerId::parse(TRY(signer.text("officer"))));
  const PublicKey key = TRY(parse_public_key(TRY(signer.text("key"))));
  return Officer{std::move(id), std::string(role), {expected}, key};
}

// What the two signed, read from behind the commitment.
Result<Signed> read_signed(const Json& hidden) {
  TRY(check_members(hidden, {"body", "notice", "signers", "statement"}, "opening.hidden"));
  const std::string text = TRY(hidden.text("statement"));
  const Json::Array signers = TRY(hidden.list("signers"));
  if (signers.size() != 2) return broken("a notice has the signatures of two officers", "signers");
  TRY(check_members(signers[0], {"key", "officer", "role", "signature"}, "signers"));
  TRY(check_members(signers[1], {"at", "key", "officer", "role", "signature"}, "signers"));
  Json event = TRY(canonical(text, "statement"));
  event.set("signature", TRY(signers[0].text("signature")));
  Proposed proposed = TRY(read_proposed(event));
  if (statement(proposed) != text) return broken("the statement is not what officers of a desk sign", "statement");
  Officer proposer = TRY(read_signer(signers[0], Role::Analyst));
  Officer approver = TRY(read_signer(signers[1], Role::Approver));
  const Instant at = TRY(parse_rfc3339(TRY(signers[1].text("at"))));
  const Signature signature = TRY(parse_signature(TRY(signers[1].text("signature"))));
  if (TRY(hidden.text("body")) != proposed.body.hex() || TRY(hidden.text("notice")) != proposed.notice.text())
    return broken("the line of the log is about another notice", "opening.hidden");
  Approved approved{proposed.id, approver.id, at, signature};
  return Signed{std::move(proposed), std::move(approved), std::move(proposer), std::move(approver)};
}

// What stands in the open must be what was signed, or the public would read of another act.
Result<Nothing> check_leaf(const Json& leaf, const Signed& what, const std::string& log) {
  const auto same = [&](const std::string& member, const std::string& is, const std::string& must) -> Result<Nothing> {
    if (is == must) return Nothing{};
    return broken("the public line says something else than what the officers signed", "leaf." + member);
  };
  const Proposed& proposed = what.proposed;
  TRY(same("desk", leaf.text_or("desk"), log));
  TRY(same("type", leaf.text_or("type"), "decision"));
  TRY(same("state_to", leaf.text_or("state_to"), "effective"));
  TRY(same("object_id", leaf.text_or("object_id"), proposed.id.text()));
  TRY(same("category", leaf.text_or("category"), std::string(proposed.matter.id())));
  TRY(same("kind", leaf.text_or("kind"), std::string(name(proposed.wish.kind))));
  TRY(same("charter_digest", leaf.text_or("charter_digest"), proposed.charter.hex()));
  TRY(same("annex_digest", leaf.text_or("annex_digest"), proposed.annex.hex()));
  TRY(same("t", leaf.text_or("t"), to_rfc3339(what.approved.at)));
  const Json* plain = leaf.find("plain");
  if (plain == nullptr) return broken("the public line says nothing of the act", "leaf.plain");
  const auto open = [&](const std::string& member, const std::string& must) {
    return same("plain." + member, plain->text_or(member), must);
  };
  TRY(open("effect", std::string(name(proposed.wish.effect))));
  TRY(open("recipient", std::string(name(proposed.wish.recipient))));
  TRY(open("binding", std::string(name(proposed.binding))));
  TRY(open("national_article", proposed.national_article));
  TRY(open("reply_by", to_rfc3339(proposed.reply_by)));
  TRY(open("sunset_at", to_rfc3339(proposed.sunset_at)));
  const Json* signers = plain->find("signers");
  if (signers == nullptr || *signers != signers_in_plain(what.proposer, what.approver))
    return broken("the public line names other officers' keys or roles", "leaf.plain.signers");
  return Nothing{};
}

// The headers of a mail are its carriers' to write; where one says something else than what was approved, the reader is
// told.
Json::Array differing_headers(const SentMail& mail, const Proposed& proposed) {
  Json::Array out;
  const auto compare = [&](const char* name, const std::string& value, bool fits) {
    if (!fits) out.emplace_back(Json::Object{{"header", name}, {"says", printable(value, 200)}});
  };
  const std::string to = mail.header("to"), id = mail.header("message-id"), notice = mail.header("x-cordon-notice");
  compare("To", to, to == proposed.wish.contact || to == "<" + proposed.wish.contact + ">");
  compare("Message-ID", id, id.starts_with("<" + proposed.notice.text() + "@"));
  compare("X-Cordon-Notice", notice, notice == proposed.notice.text());
  return out;
}

}  // namespace

OutgoingPart notice_proof_part() {
  return {"application/octet-stream",
          {},
          std::string(kNoticeProofName),
          "proof that two officers approved exactly this, as the public log has it",
          {}};
}

std::string officer_key_id(const PublicKey& key) {
  return to_hex(sha256("cordon/officer-key/1\n" + key.view()).view().substr(0, 8));
}

Json signers_in_plain(const Officer& proposer, const Officer& approver) {
  return Json::Array{Json::Object{{"key_id", officer_key_id(proposer.key)}, {"role", name(Role::Analyst)}},
                     Json::Object{{"key_id", officer_key_id(approver.key)}, {"role", name(Role::Approver)}}};
}

Json signers_in_hidden(const Proposed& proposed, const Approved& approved, const Officer& proposer,
                       const Officer& approver) {
  return Json::Array{Json::Object{{"officer", proposer.id.text()},
                                  {"role", name(Role::Analyst)},
                                  {"key", to_base64(proposer.key)},
                                  {"signature", to_base64(proposed.signature)}},
                     Json::Object{{"officer", approver.id.text()},
                                  {"role", name(Role::Approver)},
                                  {"key", to_base64(approver.key)},
                                  {"signature", to_base64(approved.signature)},
                                  {"at", to_rfc3339(approved.at)}}};
}

Result<std::string> write_notice_proof(const InclusionProof& proof, const Json& opening,
                                       const std::vector<WitnessKey>& witnesses) {
  const auto [log, key] = TRY(parse_verifier_key(proof.log_key));
  const std::string checkpoint = TRY(with_lines_of(proof.checkpoint, log, witnesses));
  Json::Array keys;
  for (const Cosigned& one : TRY(cosigned_by(TRY(read_note(checkpoint)), witnesses)))
    keys.emplace_back(witness_vkey(one.witness));
  const Json extra = Json::Object{{"format", kFormat},
                                  {"leaf", to_base64(proof.leaf)},
                                  {"log_key", proof.log_key},
                                  {"opening", opening},
                                  {"witnesses", std::move(keys)}};
  return write_tlog_proof({to_text(extra), proof.index, proof.proof, checkpoint});
}

std::string notice_code(std::string_view leaf) {
  const std::string letters = to_base32(leaf_hash(leaf).view().substr(0, 10));
  return letters.substr(0, 4) + "-" + letters.substr(4, 4) + "-" + letters.substr(8, 4) + "-" + letters.substr(12, 4);
}

Result<Json> check_notice(std::string_view mail, const std::string& log_key) {
  const SentMail sent = TRY(read_sent_mail(mail, notice_proof_part()));
  const TlogProof proof = TRY(read_tlog_proof(sent.attachment));
  const Json extra = TRY(canonical(proof.extra, "extra"));
  TRY(check_members(extra, {"format", "leaf", "log_key", "opening", "witnesses"}, "extra"));
  if (extra.text_or("format") != kFormat)
    return fail(Fault::Malformed, "expected " + std::string(kFormat), "extra.format");
  Result<std::string> leaf_bytes = from_base64(TRY(extra.text("leaf")));
  if (!leaf_bytes) return fail(Fault::Malformed, "expected base64", "extra.leaf");

  // The log: its key, its signed head, the line in it.
  const std::string named = TRY(extra.text("log_key"));
  const auto [origin, key] = TRY(parse_verifier_key(log_key.empty() ? named : log_key));
  const InclusionProof inclusion{proof.index, *leaf_bytes, proof.proof, proof.checkpoint, named};
  TRY(verify_inclusion_file(inclusion, origin, key));
  const Checkpoint checkpoint = TRY(open_checkpoint(proof.checkpoint, origin, key));
  Json::Array witnesses = TRY(check_lines(proof.checkpoint, TRY(extra.list("witnesses")), origin));

  // The line: what it commits to, and that it says the same in the open.
  const Json leaf = TRY(canonical(*leaf_bytes, "leaf"));
  const Json& opening = *extra.find("opening");
  TRY(check_members(opening, {"hidden", "salt"}, "opening"));
  if (!opens(to_text(opening), *leaf_bytes)) return broken("the opening does not open the line of the log", "opening");
  const Json& hidden = *opening.find("hidden");
  if (hidden.find("signers") == nullptr)
    return broken("the line is of a desk before it kept its officers' signatures there", "opening.hidden");
  const Signed what = TRY(read_signed(hidden));
  TRY(check_leaf(leaf, what, origin));

  // The act: two people, two roles, these bytes.
  const Result<Authority> authority =
      make_authority(what.proposed, what.approved, what.proposer, what.approver, sent.body_part);
  if (!authority) return broken(authority.error().message, authority.error().where);

  const Proposed& proposed = what.proposed;
  const auto signer = [](const Officer& officer, Role role, Instant at) {
    return Json(Json::Object{{"role", name(role)}, {"key_id", officer_key_id(officer.key)}, {"at", to_rfc3339(at)}});
  };
  return Json(Json::Object{
      {"desk", origin},
      {"log_key", named},
      {"key_from", log_key.empty() ? "the notice" : "the reader"},
      {"notice", proposed.notice.text()},
      {"code", notice_code(*leaf_bytes)},
      {"digest", proposed.body.hex()},
      {"bytes", sent.body_part.size()},
      {"signers", Json::Array{signer(what.proposer, Role::Analyst, proposed.at),
                              signer(what.approver, Role::Approver, what.approved.at)}},
      {"leaf", Json::Object{{"index", static_cast<std::int64_t>(proof.index)}, {"hash", leaf_hash(*leaf_bytes).hex()}}},
      {"checkpoint",
       Json::Object{{"size", static_cast<std::int64_t>(checkpoint.head.size)}, {"root", checkpoint.head.root.hex()}}},
      {"witnesses", std::move(witnesses)},
      {"category", proposed.matter.id()},
      {"target", defang(proposed.target)},
      {"kind", name(proposed.wish.kind)},
      {"effect", name(proposed.wish.effect)},
      {"recipient", name(proposed.wish.recipient)},
      {"contact", proposed.wish.contact},
      {"national_article", proposed.national_article},
      {"reply_by", to_rfc3339(proposed.reply_by)},
      {"sunset_at", to_rfc3339(proposed.sunset_at)},
      {"charter", proposed.charter.hex()},
      {"differing_headers", differing_headers(sent, proposed)}});
}

void NoticeState::add(const Json& leaf, std::uint64_t index) {
  if (leaf.text_or("type") != "action" || leaf.text_or("object_id") != notice_) return;
  // Charter 6.4: what takes a request back for now or for good. Answers and receipts leave it in force.
  constexpr std::array kEnds{"suspended", "recalled", "reinstated", "reinstate_refused", "expired", "contested"};
  const std::string to = leaf.text_or("state_to");
  const bool ends = std::find(kEnds.begin(), kEnds.end(), to) != kEnds.end();
  const bool resumed = leaf.text_or("state_from") == "suspended" || leaf.text_or("state_from") == "contested";
  if (!ends && !resumed) return;
  state_ = ends ? to : "in_force";
  since_ = ends ? leaf.text_or("t") : "";
  index_ = index;
}

}  // namespace cordon
