// How a mail is read, in this order:
//
//   1. a part message/delivery-status, or message/disposition-notification     → delivered, delayed, failed
//   2. headers by which programs say that they are programs (RFC 3834, 2.0.1;
//      Precedence, X-Autoreply and their kin)                                  → automatic; by its words ticket, away
//   3. what a mail server writes where it knows no RFC 3464                    → failed
//   4. a line that is one of our answer words and nothing else                 → a person, with what is proposed
//   5. words of absence or of a ticket system, for mail that has no such header → away, ticket
//   6. the rest                                                                → a person, nothing proposed
//
// Headers come before words: "done" in a machine's mail is no answer. Only what stands above a quotation is looked at,
// because below it stands our own letter, which names the answer words.
#include "referral/reply.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "decision/spelling.h"
#include "net/mail.h"
#include "observable/observable.h"
#include "referral/reply_words.h"

namespace cordon {

namespace {

constexpr std::size_t kLongestReply = 16u << 10;
constexpr std::size_t kMostClues = 50;
constexpr std::size_t kCodeLetters = 20;

constexpr Spelling<ReplyKind, 7> kReplyKinds{{{ReplyKind::Delivered, "delivered"},
                                              {ReplyKind::Delayed, "delayed"},
                                              {ReplyKind::Failed, "failed"},
                                              {ReplyKind::OutOfOffice, "out_of_office"},
                                              {ReplyKind::Automatic, "automatic"},
                                              {ReplyKind::Ticket, "ticket"},
                                              {ReplyKind::Human, "human"}}};
constexpr Spelling<ReplyClue, 3> kReplyClues{
    {{ReplyClue::Address, "address"}, {ReplyClue::Code, "code"}, {ReplyClue::MessageId, "message_id"}}};
constexpr Spelling<AnswerState, 4> kAnswerStates{{{AnswerState::Open, "open"},
                                                  {AnswerState::Noted, "noted"},
                                                  {AnswerState::Taken, "taken"},
                                                  {AnswerState::Dismissed, "dismissed"}}};

// At most `limit` bytes of whole characters.
std::string at_most(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  text.resize(limit);
  return text;
}

void remember(std::vector<std::string>& all, std::string one) {
  if (all.size() < kMostClues && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
}

// ── what names a request ──

// A letter of a code as it may have been typed (desk/flow.cc: digest_of_receipt); 0: it is none.
char code_letter(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return std::string_view("0123456789ABCDEFGHJKMNPQRSTVWXYZ").find(c) == std::string_view::npos ? '\0' : c;
}

constexpr std::size_t kPrintedCode = kCodeLetters + 3;  // groups of five with a dash between, as letters print it

// The letters of the code that begins there; empty where none does.
std::string code_at(std::string_view text) {
  std::string letters;
  for (std::size_t looked = 0; looked < kPrintedCode; ++looked) {
    if (looked == text.size()) return {};
    const char c = text[looked], letter = code_letter(c);
    if (looked % 6 == 5 ? c != '-' : letter == '\0') return {};
    if (looked % 6 != 5) letters += letter;
  }
  return letters;
}

void find_codes(std::string_view text, std::vector<std::string>& into) {
  for (std::size_t at = 0; at + kPrintedCode <= text.size(); ++at) {
    std::string letters = code_at(text.substr(at));
    if (letters.empty()) continue;
    remember(into, std::move(letters));
    at += kPrintedCode - 1;
  }
}

// The address in "Name <local@domain>", lower case; empty where there is none.
std::string address_in(std::string_view header) {
  std::size_t open = header.rfind('<');
  const std::size_t close = header.find('>', open == std::string_view::npos ? 0 : open);
  std::string_view inside = header;
  if (open != std::string_view::npos && close != std::string_view::npos)
    inside = header.substr(open + 1, close - open - 1);
  std::string address = lower_ascii(trim(inside));
  return is_plain_address(address) ? address : std::string();
}

std::string_view domain_of_address(std::string_view address) {
  const std::size_t at = address.find('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

// "desk+CODE@example.org" in a list of addresses, where "desk@example.org" is ours.
void find_codes_of_address(std::string_view header, std::string_view own, std::vector<std::string>& into) {
  const std::string list = lower_ascii(header);
  const std::string local = lower_ascii(own.substr(0, own.find('@'))) + "+";
  const std::string end = "@" + lower_ascii(domain_of_address(own));
  for (std::size_t at = list.find(local); at != std::string::npos; at = list.find(local, at + 1)) {
    const std::size_t from = at + local.size();
    if (list.size() < from + kCodeLetters + end.size() || list.compare(from + kCodeLetters, end.size(), end) != 0)
      continue;
    std::string letters;
    for (const char c : list.substr(from, kCodeLetters)) {
      const char letter = code_letter(c);
      if (letter != '\0') letters += letter;
    }
    if (letters.size() == kCodeLetters) remember(into, std::move(letters));
  }
}

// "<left@domain>" of our domain, wherever it stands in the header.
void find_message_ids(std::string_view header, std::string_view own_domain, std::vector<std::string>& into) {
  for (std::size_t open = header.find('<'); open != std::string_view::npos; open = header.find('<', open + 1)) {
    const std::size_t close = header.find('>', open);
    if (close == std::string_view::npos) return;
    const std::string id = lower_ascii(header.substr(open + 1, close - open - 1));
    if (id.size() <= 250 && domain_of_address(id) == own_domain) remember(into, id);
  }
}

// ── what was written ──

// Enough of HTML for a person's few lines: tags go, blocks and breaks end a line, what is quoted is not looked at.
std::string text_of_html(std::string_view html) {
  const std::string lower = lower_ascii(html);
  std::string text;
  for (std::size_t at = 0; at < html.size() && text.size() < 4 * kLongestReply;) {
    if (html[at] != '<') {
      text += html[at] == '\n' || html[at] == '\r' ? ' ' : html[at];
      ++at;
      continue;
    }
    const std::string_view tag = std::string_view(lower).substr(at);
    for (const std::string_view whole : {"style", "script", "head", "blockquote"}) {
      if (!tag.substr(1).starts_with(whole)) continue;
      const std::size_t end = lower.find("</" + std::string(whole), at);
      at = end == std::string::npos ? html.size() : end;
      break;
    }
    for (const std::string_view block : {"<br", "<p", "</p", "<div", "</div", "<tr", "<li", "<h"}) {
      if (tag.starts_with(block)) {
        text += '\n';
        break;
      }
    }
    const std::size_t end = html.find('>', at);
    at = end == std::string_view::npos ? html.size() : end + 1;
  }
  for (const auto& [entity, meaning] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"&nbsp;", " "}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    text = replace_all(std::move(text), entity, meaning);
  return text;
}

// Whether a line says that what follows is another mail.
bool begins_quotation(std::string_view line) {
  const std::string folded = fold_letters(trim(line));
  if (folded.starts_with(">") || folded.starts_with("-----original message") || folded.starts_with("________________"))
    return true;
  return is_quotation_head(folded);
}

// What stands above the first quotation; of a mail that is written below it, what stands between and behind quoted
// lines.
std::string own_words(std::string_view text) {
  std::string above, between;
  bool quoted = false, marked_only = true;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool marked = trim(line).starts_with(">");
    if (trim(line) == "--" || trim(line) == "-- ") {  // a signature (RFC 3676 4.3)
      if (!quoted) break;
      continue;
    }
    if (begins_quotation(line)) {
      quoted = true;
      marked_only = marked_only && (marked || is_quotation_head(fold_letters(trim(line))));
      continue;
    }
    std::string& into = quoted ? between : above;
    into.append(line).append("\n");
  }
  const bool below = trim(above).empty() && marked_only;
  return std::string(trim(below ? between : above));
}

std::string words_of(const Mail& mail) {
  for (const std::string_view wanted : {"text/plain", "text/html"}) {
    for (const MailPart& part : mail.parts) {
      if (part.enclosed != 0 || part.type != wanted || !part.file_name.empty() || trim(part.bytes).empty()) continue;
      return wanted == "text/html" ? text_of_html(part.bytes) : part.bytes;
    }
  }
  return {};
}

std::string printable_text(std::string text) {  // lines stay
  for (char& c : text)
    if ((c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f') c = ' ';
  return at_most(std::move(text), kLongestReply);
}

// ── what servers say ──

// The value of "Field:" in the text of a delivery status, white space and comments left out; the first one.
std::string field_of(std::string_view status, std::string_view field) {
  for (const std::string_view line : split(status, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equal_ignoring_case(trim(line.substr(0, colon)), field)) continue;
    return printable(trim(line.substr(colon + 1)), 300);
  }
  return {};
}

std::string recipient_of(const std::string& field) {  // "rfc822; abuse@example.net"
  const std::size_t semicolon = field.find(';');
  return address_in(semicolon == std::string::npos ? std::string_view(field)
                                                   : std::string_view(field).substr(semicolon + 1));
}

bool is_status(std::string_view text) {  // RFC 3463: class.subject.detail
  const std::vector<std::string_view> parts = split(text, '.');
  return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && part.size() <= 3 && part.find_first_not_of("0123456789") == std::string_view::npos;
         });
}

bool read_status(const Mail& mail, MailReply& reply, std::string_view own_domain) {
  bool found = false;
  for (const MailPart& part : mail.parts) {
    const bool status = part.type == "message/delivery-status" || part.type == "message/global-delivery-status";
    if (part.type == "message/disposition-notification") {
      find_message_ids(field_of(part.bytes, "Original-Message-ID"), own_domain, reply.message_ids);
      reply.kind = ReplyKind::Delivered;
      found = true;
    }
    if (!status || found) continue;
    const std::string action = lower_ascii(field_of(part.bytes, "Action"));
    if (action.empty()) continue;
    found = true;
    reply.kind = action == "failed"    ? ReplyKind::Failed
                 : action == "delayed" ? ReplyKind::Delayed
                                       : ReplyKind::Delivered;
    const std::string code = field_of(part.bytes, "Status");
    const std::string first = code.substr(0, code.find_first_of(" ("));
    if (is_status(first)) reply.status = first;
    reply.failed_for = recipient_of(field_of(part.bytes, "Original-Recipient"));
    if (reply.failed_for.empty()) reply.failed_for = recipient_of(field_of(part.bytes, "Final-Recipient"));
  }
  return found;
}

// ── what programs say of themselves ──

bool by_a_program(const Mail& mail) {
  const std::string submitted = lower_ascii(trim(mail.header("Auto-Submitted")));
  if (!submitted.empty() && submitted != "no") return true;
  const std::string precedence = lower_ascii(trim(mail.header("Precedence")));
  if (precedence == "bulk" || precedence == "auto_reply" || precedence == "junk") return true;
  for (const char* header : {"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply", "X-Autogenerated",
                             "X-Auto-MailReply", "X-AutoReply-From", "X-Vacation", "Autoreply"})
    if (const std::string value = lower_ascii(trim(mail.header(header))); !value.empty() && value != "no") return true;
  return lower_ascii(mail.header("X-POST-MessageClass")).find("autoresponder") != std::string::npos ||
         lower_ascii(mail.header("Delivered-To")).find("autoresponder") != std::string::npos;
}

bool by_a_ticket_system(const Mail& mail) {
  for (const char* header : {"RT-Ticket", "X-RT-Loop-Prevention", "X-OTRS-Loop", "X-OTRS-Ticket", "X-Znuny-Loop",
                             "X-JIRA-FingerPrint", "X-Zammad-Ticket-ID", "X-Freshdesk-Ticket", "X-Ticket-ID"})
    if (!trim(mail.header(header)).empty()) return true;
  return mail.header("Message-ID").find("zendesk") != std::string::npos ||
         mail.header("X-Mailer").starts_with("Zendesk");
}

bool by_a_mail_server(const Mail& mail, const std::string& from) {
  const std::string return_path = std::string(trim(mail.header("Return-Path")));
  return from.starts_with("mailer-daemon@") || from.starts_with("postmaster@") || return_path == "<>" ||
         lower_ascii(mail.header("From")).find("mailer-daemon") != std::string::npos;
}

// "4711" of "[#4711] Re: …", "[Ticket#2026112910000012]", "(Case 0012345)", "RT #815".
std::string ticket_in(std::string_view subject) {
  const auto is_part = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
  const auto taken = [&](std::size_t at) {
    std::string number;
    while (at < subject.size() && (subject[at] == ' ' || subject[at] == ':' || subject[at] == '#')) ++at;
    while (at < subject.size() && is_part(subject[at]) && number.size() < 40) number += subject[at++];
    const bool digits = std::count_if(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; }) >= 3;
    return digits ? number : std::string();
  };
  const std::string folded = fold_letters(subject);
  for (std::size_t at = subject.find('#'); at != std::string_view::npos; at = subject.find('#', at + 1))
    if (std::string number = taken(at + 1); !number.empty()) return number;
  if (folded.size() != subject.size()) return {};
  for (const std::string_view word : {"ticket", "case", "incident", "request"}) {
    const std::size_t at = folded.find(word);
    if (at == std::string::npos) continue;
    if (std::string number = taken(at + word.size()); !number.empty()) return number;
  }
  return {};
}

// ── what a person said ──

// The first answer word of the first lines; nothing where two of them say different things.
std::optional<ProposedStep> answer_in(std::string_view words) {
  constexpr int kLinesLookedAt = 15;
  std::optional<ProposedStep> found;
  int lines = 0;
  for (const std::string_view line : split(words, '\n')) {
    if (trim(line).empty()) continue;
    if (++lines > kLinesLookedAt) break;
    const std::optional<ProposedStep> said = answer_word(line);
    if (!said) continue;
    if (found && *found != *said) return std::nullopt;
    found = said;
  }
  return found;
}

bool is_xarf_report(const MailPart& part) {
  if (part.type.find("json") == std::string::npos && !part.file_name.ends_with(".json")) return false;
  const Result<Json> json = parse_json(part.bytes);
  if (!json || json->object() == nullptr) return false;
  return json->find("xarf_version") != nullptr || json->find("ReportID") != nullptr;
}

}  // namespace

std::string_view name(ReplyKind kind) { return spelled(kReplyKinds, kind); }
Result<ReplyKind> parse_reply_kind(std::string_view text) { return read_spelled(kReplyKinds, text, "kind of reply"); }
std::string_view name(ReplyClue clue) { return spelled(kReplyClues, clue); }
Result<ReplyClue> parse_reply_clue(std::string_view text) { return read_spelled(kReplyClues, text, "clue"); }
std::string_view name(AnswerState state) { return spelled(kAnswerStates, state); }
Result<AnswerState> parse_answer_state(std::string_view text) {
  return read_spelled(kAnswerStates, text, "state of an answer");
}

Result<MailReply> read_reply(std::string_view bytes, std::string_view address) {
  const Mail mail = TRY(read_mail(bytes));
  const std::string own = lower_ascii(address), own_domain(domain_of_address(own));
  MailReply reply;
  reply.from = address_in(mail.header("From"));
  const std::string id = std::string(trim(mail.header("Message-ID")));
  if (id.size() > 2 && id.front() == '<' && id.back() == '>')
    reply.message_id = printable(id.substr(1, id.size() - 2), 250);
  reply.subject = printable(mail.header("Subject"), 300);
  reply.own = reply.from == own && !mail.header("X-Cordon-Notice").empty();

  for (const auto& [header, value] : mail.headers) {
    const std::string lower = lower_ascii(header);
    if (lower == "to" || lower == "cc" || lower == "delivered-to" || lower == "x-original-to" ||
        lower == "envelope-to" || lower == "resent-to")
      find_codes_of_address(value, own, reply.codes_of_address);
    if (lower == "in-reply-to" || lower == "references") find_message_ids(value, own_domain, reply.message_ids);
    if (lower == "subject") find_codes(value, reply.codes);
  }
  for (const auto& headers : mail.enclosed_headers) {
    for (const auto& [header, value] : headers) {
      if (equal_ignoring_case(header, "Message-ID")) find_message_ids(value, own_domain, reply.message_ids);
      if (equal_ignoring_case(header, "Subject") || equal_ignoring_case(header, "X-Cordon-Answer"))
        find_codes(value, reply.codes);
    }
  }
  for (const MailPart& part : mail.parts) {
    if (part.type.starts_with("text/") || part.type == "message/delivery-status") find_codes(part.bytes, reply.codes);
    reply.xarf = reply.xarf || (part.enclosed == 0 && is_xarf_report(part));
    if (!part.file_name.empty() && reply.attachments.size() < kMostClues)
      reply.attachments.push_back(
          {printable(part.file_name, 100), part.type, static_cast<std::int64_t>(part.bytes.size())});
  }

  const std::string words = own_words(printable_text(words_of(mail)));
  reply.text = words;
  if (read_status(mail, reply, own_domain)) {
    if (reply.kind == ReplyKind::Failed) reply.proposed = ProposedStep{ActionCommand::Bounce};
    return reply;
  }
  const std::string subject = fold_letters(reply.subject), folded = fold_letters(at_most(words, 4000));
  const auto says = [&](const auto& phrases) { return says_one_of(subject, phrases) || says_one_of(folded, phrases); };
  const bool ticket_words = says(ticket_phrases()), ticket_system = by_a_ticket_system(mail);
  const std::string number = ticket_in(reply.subject);
  const auto is_ticket = [&] {
    reply.kind = ReplyKind::Ticket;
    reply.ticket = number;
    reply.proposed = ProposedStep{ActionCommand::Acknowledge};
    return reply;
  };
  if (by_a_mail_server(mail, reply.from) && says(failure_phrases())) {
    reply.kind = ReplyKind::Failed;
    reply.proposed = ProposedStep{ActionCommand::Bounce};
    return reply;
  }
  if (by_a_program(mail)) {
    if (ticket_system) return is_ticket();
    if (says(away_phrases())) {
      reply.kind = ReplyKind::OutOfOffice;
      return reply;
    }
    if (ticket_words || !number.empty()) return is_ticket();
    reply.kind = ReplyKind::Automatic;
    return reply;
  }
  reply.ticket = number;
  if (const std::optional<ProposedStep> said = answer_in(words)) {
    reply.kind = ReplyKind::Human;
    reply.proposed = said;
    return reply;
  }
  if (says(away_phrases())) {
    reply.kind = ReplyKind::OutOfOffice;
    return reply;
  }
  if (ticket_words) return is_ticket();
  return reply;
}

// ── across the pipe ──

namespace {

Json words_json(const std::vector<std::string>& words) {
  Json::Array list;
  for (const std::string& word : words) list.emplace_back(word);
  return list;
}

Result<std::vector<std::string>> read_words(const Json& json, std::string_view key) {
  std::vector<std::string> words;
  for (const Json& word : TRY(json.list(key))) {
    if (word.string() == nullptr) return fail(Fault::Malformed, "expected a list of words", std::string(key));
    words.push_back(*word.string());
  }
  return words;
}

Json step_json(const ProposedStep& step) {
  Json json = Json::Object{{"step", name(step.command)}};
  if (step.result) json.set("result", name(*step.result));
  if (step.reason) json.set("reason", name(*step.reason));
  return json;
}

Result<std::optional<ProposedStep>> read_step(const Json& body) {
  const Json* stored = body.find("proposed");
  if (stored == nullptr) return std::optional<ProposedStep>();
  ProposedStep step;
  step.command = TRY(parse_action_command(TRY(stored->text("step"))));
  step.result = TRY(if_there(*stored, "result", parse_answer_result));
  step.reason = TRY(if_there(*stored, "reason", parse_decline_reason));
  return std::optional(step);
}

}  // namespace

Json to_json(const MailReply& reply) {
  Json::Array attachments;
  for (const ReplyAttachment& one : reply.attachments)
    attachments.push_back(Json::Object{{"name", one.name}, {"type", one.type}, {"size", one.size}});
  Json json = Json::Object{{"kind", name(reply.kind)},
                           {"own", reply.own},
                           {"xarf", reply.xarf},
                           {"codes_of_address", words_json(reply.codes_of_address)},
                           {"codes", words_json(reply.codes)},
                           {"message_ids", words_json(reply.message_ids)},
                           {"from", reply.from},
                           {"message_id", reply.message_id},
                           {"subject", reply.subject},
                           {"text", reply.text},
                           {"attachments", std::move(attachments)},
                           {"status", reply.status},
                           {"failed_for", reply.failed_for},
                           {"ticket", reply.ticket}};
  if (reply.proposed) json.set("proposed", step_json(*reply.proposed));
  return json;
}

Result<MailReply> read_reply_json(const Json& json) {
  MailReply reply;
  reply.kind = TRY(parse_reply_kind(TRY(json.text("kind"))));
  reply.own = TRY(json.flag("own"));
  reply.xarf = TRY(json.flag("xarf"));
  reply.codes_of_address = TRY(read_words(json, "codes_of_address"));
  reply.codes = TRY(read_words(json, "codes"));
  reply.message_ids = TRY(read_words(json, "message_ids"));
  reply.from = TRY(json.text("from"));
  reply.message_id = TRY(json.text("message_id"));
  reply.subject = TRY(json.text("subject"));
  reply.text = TRY(json.text("text"));
  for (const Json& one : TRY(json.list("attachments")))
    reply.attachments.push_back({one.text_or("name"), one.text_or("type"), one.number_or("size", 0)});
  reply.status = TRY(json.text("status"));
  reply.failed_for = TRY(json.text("failed_for"));
  reply.ticket = TRY(json.text("ticket"));
  reply.proposed = TRY(read_step(json));
  return reply;
}

// ── which request ──

std::string answer_address(std::string_view address, const AnswerWay& way) {
  const std::size_t at = address.find('@');
  if (way.code.empty() || !way.plus_address || at == std::string_view::npos) return std::string(address);
  const std::string letters = lower_ascii(replace_all(way.code, "-", ""));
  return std::string(address.substr(0, at)) + "+" + letters + std::string(address.substr(at));
}

std::string without_codes(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool code = !code_at(text.substr(at)).empty();
    out += code ? std::string("[code]") : std::string(1, text[at]);
    at += code ? kPrintedCode : 1;
  }
  return out;
}

std::string with_answer_code(std::string subject, const AnswerWay& way) {
  return way.code.empty() ? subject : std::move(subject) + " [" + way.code + "]";
}

namespace {

// Of one organisation, as far as names tell: the registrable domain, or the same name where it has none.
bool of_one_house(std::string_view one, std::string_view other) {
  if (one == other) return true;
  const auto house = [](std::string_view domain) {
    const Result<Observable> name = parse_observable(ObservableKind::Domain, domain);
    const std::optional<Observable> above = name ? registrable_domain(*name) : std::nullopt;
    return above ? above->canonical() : std::string(domain);
  };
  return house(one) == house(other);
}

}  // namespace

std::optional<ReplyMatch> match_reply(const MailReply& reply, const std::vector<NamedRequest>& named) {
  if (named.empty()) return std::nullopt;
  // What only its recipient knows goes before what anybody may.
  const auto first =
      std::min_element(named.begin(), named.end(), [](const auto& a, const auto& b) { return a.clue < b.clue; });
  ReplyMatch match{first->notice, first->clue};
  const bool only_one = std::all_of(named.begin(), named.end(), [&](const NamedRequest& one) {
    return one.notice == first->notice || (one.clue == ReplyClue::MessageId && first->clue != ReplyClue::MessageId);
  });
  const std::string contact = lower_ascii(first->contact);
  const bool by_server = reply.kind == ReplyKind::Failed || reply.kind == ReplyKind::Delayed ||
                         (reply.kind == ReplyKind::Delivered && reply.from.empty());
  const bool secret = first->clue != ReplyClue::MessageId;
  if (by_server) {
    match.sure = only_one && reply.failed_for == contact;
    const bool of_request =
        std::all_of(named.begin(), named.end(), [](const NamedRequest& one) { return one.request; });
    match.failure_is_proven =
        match.sure && secret && of_request && reply.kind == ReplyKind::Failed && reply.status.starts_with('5');
    return match;
  }
  match.sure = only_one && of_one_house(domain_of_address(reply.from), domain_of_address(contact));
  return match;
}

// ── on record ──

Json to_json(const AnswerCame& event) {
  Json body = Json::Object{{"answer", event.id.text()},  {"notice", event.notice.text()},
                           {"at", to_rfc3339(event.at)}, {"kind", name(event.kind)},
                           {"sure", event.sure},         {"open", event.open},
                           {"sender", event.sender},     {"status", event.status},
                           {"ticket", event.ticket},     {"text", event.text.hex()}};
  if (event.clue) body.set("clue", name(*event.clue));
  if (event.proposed) body.set("proposed", step_json(*event.proposed));
  return body;
}

Result<AnswerCame> read_answer_came(const Json& body) {
  AnswerId id = TRY(AnswerId::parse(TRY(body.text("answer"))));
  NoticeId notice = TRY(NoticeId::parse(TRY(body.text("notice"))));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  const ReplyKind kind = TRY(parse_reply_kind(TRY(body.text("kind"))));
  const std::optional<ReplyClue> clue = TRY(if_there(body, "clue", parse_reply_clue));
  const bool sure = TRY(body.flag("sure")), open = TRY(body.flag("open"));
  std::string sender = TRY(body.text("sender"));
  std::string status = TRY(body.text("status"));
  std::string ticket = TRY(body.text("ticket"));
  const std::optional<ProposedStep> proposed = TRY(read_step(body));
  const Digest text = TRY(parse_digest(TRY(body.text("text"))));
  return AnswerCame{std::move(id),     std::move(notice), at,       kind, clue, sure, open, std::move(sender),
                    std::move(status), std::move(ticket), proposed, text};
}

Json to_json(const AnswerSettled& event) {
  return Json::Object{
      {"answer", event.id.text()}, {"by", event.by.text()}, {"taken", event.taken}, {"at", to_rfc3339(event.at)}};
}

Result<AnswerSettled> read_answer_settled(const Json& body) {
  AnswerId id = TRY(AnswerId::parse(TRY(body.text("answer"))));
  OfficerId by = TRY(OfficerId::parse(TRY(body.text("by"))));
  const bool taken = TRY(body.flag("taken"));
  const Instant at = TRY(parse_rfc3339(TRY(body.text("at"))));
  return AnswerSettled{std::move(id), std::move(by), taken, at};
}

}  // namespace cordon
