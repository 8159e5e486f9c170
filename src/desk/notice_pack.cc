// What holds a pack together: letters prove themselves (docs/formats/notice.md), each line of the log has its proof,
// and manifest.json has the digest of every file. Neither the recipient's answer code nor the affected party's is in
// it.
#include "desk/notice_pack.h"

#include "base/text.h"
#include "desk/acts.h"
#include "desk/answers.h"
#include "desk/archive_writer.h"
#include "desk/flow.h"
#include "desk/shapes.h"
#include "ledger/proof_file.h"
#include "referral/notice_proof.h"

namespace cordon {

namespace {

struct PackFile {
  std::string name, bytes;
};

class Packing {
 public:
  Packing(Desk& desk, const ReadAct& read, std::string log_key)
      : desk_(desk), read_(read), log_key_(std::move(log_key)) {}

  Result<std::vector<PackFile>> files() {
    TRY(request());
    for (std::size_t i = 0; i < read_.messages.size(); ++i) TRY(message(i));
    std::string letters;
    for (const LetterRow& letter : read_.letters) letters += to_text(show(letter)) + "\n";
    add("deliveries.jsonl", letters);
    for (std::size_t i = 0; i < read_.answers.size(); ++i) TRY(answer(i));
    TRY(timeline());
    add("README.txt", words());
    return std::move(files_);
  }

 private:
  void add(std::string name, std::string bytes) { files_.push_back({std::move(name), std::move(bytes)}); }
  void gone(const std::string& what) { gone_ += "  " + what + "\n"; }

  Result<InclusionProof> proven(std::int64_t line) const {
    return prove_leaf(desk_.paths().log(), static_cast<std::uint64_t>(line), log_key_);
  }
  // Nothing: it was erased.
  Result<std::optional<Json>> opening(std::int64_t line) const {
    const Result<std::string> opening = desk_.store().opening(line);
    if (!opening && opening.error().fault == Fault::NotFound) return std::optional<Json>();
    if (!opening) return opening.error();
    Json read = TRY(parse_json(*opening));
    return std::optional(std::move(read));
  }

  Result<Nothing> request() {
    const Proposed& proposed = read_.proposal.proposed;
    const std::int64_t line = TRY(desk_.store().approval_leaf(proposed.notice));
    const Result<std::string> body = desk_.store().blobs().get(proposed.body_blob());
    if (!body && body.error().fault != Fault::NotFound) return body.error();
    const std::optional<Json> opened = TRY(opening(line));
    if (!body || !opened) {
      gone("the request itself");
      return Nothing{};
    }
    const InclusionProof proof = TRY(proven(line));
    const std::string attached = TRY(write_notice_proof(proof, *opened));
    const Letter letter = TRY(write_letter(proposed, desk_.settings().operator_, desk_.annex().fictitious(), *body,
                                           attached, notice_code(proof.leaf)));
    add("letters/request.eml", letter.mail);
    return Nothing{};
  }

  Result<Nothing> message(std::size_t i) {
    const Store::WaitingMessage& waiting = read_.messages[i];
    // What the affected party got has their own code in it.
    if (waiting.message.kind == MessageKind::Party || !waiting.sent) return Nothing{};
    const Proposed& proposed = read_.proposal.proposed;
    const std::string body = TRY(text_of(desk_, waiting.message, proposed));
    const InclusionProof proof = TRY(proven(waiting.leaf_index));
    const Letter letter = TRY(write_follow_up(waiting.message, proposed, desk_.settings().operator_,
                                              desk_.annex().fictitious(), body, write_inclusion(proof)));
    add("letters/" + std::to_string(i + 1) + "-" + std::string(name(waiting.message.kind)) + ".eml", letter.mail);
    return Nothing{};
  }

  Result<Nothing> answer(std::size_t i) {
    const KeptAnswer& row = read_.answers[i];
    Json shown = show(row);
    const std::optional<ReadAnswer> said = TRY(words_of(desk_, row));
    if (said) {
      Json::Array attachments;
      for (const ReplyAttachment& one : said->attachments)
        attachments.push_back(Json::Object{{"name", one.name}, {"type", one.type}, {"size", one.size}});
      shown.set("subject", said->subject).set("text", said->text).set("attachments", std::move(attachments));
    } else {
      gone("what answer " + std::to_string(i + 1) + " said");
    }
    add("answers/" + std::to_string(i + 1) + ".json", to_text(shown) + "\n");
    return Nothing{};
  }

  // Every row of the record about it, and of those with a line in the log its proof. What speaks of the affected party
  // or of an appeal is named and not opened.
  Result<Nothing> timeline() {
    std::string text;
    for (Json row : TRY(desk_.store().rows_of(read_.action.notice))) {
      const std::string type = row.text_or("type");
      const bool of_others = type.starts_with("party_") || type.starts_with("appeal_");
      if (of_others) row.set("body", Json());
      text += to_text(row) + "\n";
      const std::int64_t line = row.number_or("leaf_index", -1);
      if (line < 0) continue;
      add("proofs/" + std::to_string(line) + ".json", write_inclusion(TRY(proven(line))));
      if (of_others) continue;
      if (const std::optional<Json> opened = TRY(opening(line)))
        add("openings/" + std::to_string(line) + ".json", to_text(*opened) + "\n");
    }
    add("timeline.jsonl", text);
    return Nothing{};
  }

  std::string words() const {
    return "Everything that " + desk_.settings().operator_.name + " sent about notice " + read_.action.notice.text() +
           ", and what came back.\n\n"
           "letters/request.eml proves itself:   cordon notice verify letters/request.eml --key KEY\n"
           "proofs/N.json prove lines of the log: cordon log check proofs/N.json --key KEY\n"
           "KEY is the key of the log " +
           desk_.settings().operator_.origin +
           ", from where you trust it. The proofs are under the checkpoint of the day of this pack, so they may be "
           "longer than those that went with the letters.\n"
           "openings/N.json open the commitment of that line. timeline.jsonl has every row of the desk's record about "
           "it. deliveries.jsonl says what mail servers said. answers/ is what came back, with addresses and numbers "
           "of people cut out.\n" +
           (gone_.empty() ? std::string() : "\nGone, because the law's time for it was over:\n" + gone_);
  }

  Desk& desk_;
  const ReadAct& read_;
  std::string log_key_, gone_;
  std::vector<PackFile> files_;
};

}  // namespace

Result<PackedNotice> pack_notice(Desk& desk, const Permit<Act::ReadCase>& reader, const NoticeId& notice, int fd) {
  TRY(publish(desk));
  const ReadAct read = TRY(read_act(desk, reader, notice));
  const std::string log_key = TRY(desk.store().founded()).log_key;
  const std::vector<PackFile> files = TRY(Packing(desk, read, log_key).files());
  Json::Array names;
  for (const PackFile& file : files)
    names.push_back(
        Json::Object{{"name", file.name}, {"sha256", sha256(file.bytes).hex()}, {"size", file.bytes.size()}});
  const std::string manifest = to_text(Json::Object{{"format", "cordon-notice-pack/1"},
                                                    {"desk", desk.settings().operator_.origin},
                                                    {"log_key", log_key},
                                                    {"notice", notice.text()},
                                                    {"files", std::move(names)}});
  TRY(add_to_archive(fd, "manifest.json", manifest));
  for (const PackFile& file : files) TRY(add_to_archive(fd, file.name, file.bytes));
  TRY(end_archive(fd));
  return PackedNotice{files.size(), sha256(manifest)};
}

}  // namespace cordon
