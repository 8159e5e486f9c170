// Replies as the world's mail programs write them, in our own words: each kind in four languages, to one letter. Nobody
// in them exists.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "referral/reply.h"

namespace cordon {

// The letter that is answered.
struct AnsweredLetter {
  std::string own = "desk@desk.example.org";  // the desk's address
  std::string contact = "abuse@host.example.net";
  std::string message_id, code, subject;  // the code as it is printed; the subject with it
};

enum class Names { Threading, Address, Subject, Everything };  // by what the reply names the letter

struct ReplySample {
  std::string_view what;
  std::string mail;
  ReplyKind kind = ReplyKind::Human;
  std::optional<ProposedStep> proposed = {};
};

inline constexpr int kReplyLanguages = 4;  // English, Russian, Kazakh, Chinese
inline constexpr int kReplySamples = 31;

namespace reply_samples {

using Four = std::array<std::string_view, kReplyLanguages>;

inline constexpr Four kAwayA{
    "I am out of office until Monday and read no mail. In urgent cases ask my colleagues.",
    "Здравствуйте! Я в отпуске до понедельника и почту не читаю. По срочным делам пишите коллегам.",
    "Сәлеметсіз бе! Мен дүйсенбіге дейін еңбек демалысында боламын, поштаны оқымаймын.",
    "您好！我正在休假，周一回来后会尽快查看邮件。"};
inline constexpr Four kAwayB{"Thank you for writing. I am currently away with limited access to email.",
                             "Спасибо за письмо. Сейчас я отсутствую и отвечу после возвращения.",
                             "Хатыңызға рақмет. Қазір іссапарда жүрмін, кейін жауап беремін.",
                             "感谢来信。我目前出差，暂时无法回复，请稍后联系。"};
inline constexpr Four kGone{"This colleague no longer works for us. Please write to the team's address.",
                            "Этот сотрудник больше не работает в компании. Пишите, пожалуйста, на общий адрес.",
                            "Бұл қызметкер енді бізде жұмыс істемейді. Ортақ мекенжайға жазыңыз.",
                            "该同事已离职，请发送邮件至团队邮箱。"};
inline constexpr Four kAwaySubject{"Automatic reply: ", "Автоответ: ", "Автоматты жауап: ", "自动回复: "};
inline constexpr Four kTicket{"We have received your message and opened a ticket. An engineer will look at it.",
                              "Ваше обращение принято. Ему присвоен номер, инженер скоро его рассмотрит.",
                              "Өтінішіңіз қабылданды, оған тіркеу нөмірі берілді. Инженер қарайды.",
                              "已收到您的来信并创建工单，工程师会尽快处理。"};
inline constexpr Four kFree{
    "We looked at this machine. The customer says that the page is a test; could you tell us which "
    "bank it copies?",
    "Мы посмотрели этот сервер. Клиент говорит, что страница учебная; какой банк она копирует?",
    "Біз бұл серверді қарадық. Клиент бұл бет сынақ дейді; ол қай банкті көшіреді?",
    "我们检查了这台服务器。客户说该页面是测试用的，请问它仿冒的是哪家银行？"};
inline constexpr Four kThanks{"Thank you, the abuse team", "С уважением, отдел по жалобам", "Құрметпен, шағым бөлімі",
                              "此致，投诉处理团队"};
inline constexpr Four kDone{"Done.", "Сделано", "Орындалды", "已处理。"};
inline constexpr Four kNotOurs{"not ours", "Не наше", "Біздікі емес", "不属于我们"};
inline constexpr Four kRefuse{"refuse: our terms permit this", "отказ: наши условия это разрешают",
                              "бас тарту: ережеміз рұқсат етеді", "拒绝：我们的条款允许这样做"};
inline constexpr Four kMore{"need more", "Нужно больше", "Толығырақ керек", "需要更多信息"};
inline constexpr Four kWrote{
    "On Tue, 24 Nov 2026 at 09:00, Test desk wrote:", "24 ноября 2026 г., 09:00, Test desk пишет:",
    "2026 ж. 24 қараша, 09:00, Test desk жазды:", "2026年11月24日 09:00，Test desk 写道："};
inline constexpr Four kNotDelivered{"Your message could not be delivered.", "Ваше сообщение не доставлено.",
                                    "Хабарламаңыз жеткізілмеді.", "您的邮件无法投递。"};

inline std::string base64_body(std::string_view text) {
  const std::string whole = to_base64(text);
  std::string out;
  for (std::size_t at = 0; at < whole.size(); at += 76) out += whole.substr(at, 76) + "\r\n";
  return out;
}

inline std::string header_text(std::string_view text) { return "=?utf-8?B?" + to_base64(text) + "?="; }

// The subject in words of 45 bytes, each of whole characters.
inline std::string subject_of(const std::string& text) {
  bool plain = true;
  for (const char c : text) plain = plain && c >= ' ' && c <= '~';
  if (plain) return text;
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t take = std::min<std::size_t>(45, rest.size());
    while (take < rest.size() && (static_cast<unsigned char>(rest[take]) & 0xC0) == 0x80) --take;
    out += (out.empty() ? "" : "\r\n ") + header_text(rest.substr(0, take));
    rest.remove_prefix(take);
  }
  return out;
}

struct Mailing {
  const AnsweredLetter& letter;
  Names names;
  int language;
  std::string id;  // of this reply

  bool threading() const { return names == Names::Threading || names == Names::Everything; }
  bool subject() const { return names == Names::Subject || names == Names::Everything; }
  bool address() const { return names == Names::Address || names == Names::Everything; }
  std::string say(const Four& four) const { return std::string(four[static_cast<std::size_t>(language)]); }

  std::string head(const std::string& from, const std::string& prefix, const std::string& more = {}) const {
    const std::string to = address() ? answer_address(letter.own, {letter.code, true}) : letter.own;
    const std::string about = subject() ? letter.subject : std::string("phishing at a customer's page");
    std::string out = "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject_of(prefix + about) +
                      "\r\nMessage-ID: <" + id + "@mail.host.example.net>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n";
    if (threading()) out += "In-Reply-To: <" + letter.message_id + ">\r\nReferences: <" + letter.message_id + ">\r\n";
    return out + more + "MIME-Version: 1.0\r\n";
  }
  static std::string plain(const std::string& text) {
    return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text + "\r\n";
  }
  std::string quoted() const {
    return "\r\n" + say(kWrote) +
           "\r\n> This is a request, not an order.\r\n> How to answer: reply to this message. If its first line "
           "is\r\n> "
           "one of the words \"done\", \"partly\"\r\n>\r\n> done\r\n> Test desk <" +
           letter.own + ">\r\n";
  }
  // RFC 3464; what came back is the letter's head, as most servers send it.
  std::string report(const std::string& action, const std::string& status, const std::string& diagnostic,
                     bool whole = false) const {
    std::string returned;
    if (threading()) returned += "Message-ID: <" + letter.message_id + ">\r\n";
    if (subject()) returned += "Subject: " + letter.subject + "\r\nX-Cordon-Answer: " + letter.code + "\r\n";
    if (returned.empty()) returned = "X-Nothing: said\r\n";
    return head("MAILER-DAEMON@mail.host.example.net (Mail Delivery System)", "", "Auto-Submitted: auto-replied\r\n") +
           "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"=_r\"\r\n\r\n--=_r\r\n" +
           plain(say(kNotDelivered)) +
           "--=_r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.host.example.net\r\n\r\n"
           "Final-Recipient: rfc822; " +
           letter.contact + "\r\nAction: " + action + "\r\nStatus: " + status + "\r\nDiagnostic-Code: smtp; " +
           diagnostic + "\r\n\r\n--=_r\r\nContent-Type: " + (whole ? "message/rfc822" : "text/rfc822-headers") +
           "\r\n\r\n" + returned + "From: " + letter.own + "\r\nTo: " + letter.contact + "\r\n\r\n" +
           (whole ? "the request\r\n\r\n" : "") + "--=_r--\r\n";
  }
};

}  // namespace reply_samples

// Sample `number` of kReplySamples in `language`.
inline ReplySample reply_sample(int number, int language, const AnsweredLetter& letter, Names names,
                                const std::string& id) {
  using namespace reply_samples;
  const Mailing m{letter, names, language, id};
  const std::string person = "Abuse Team <" + letter.contact + ">";
  const auto step = [](AnswerResult result, std::optional<DeclineReason> reason = {}) {
    return ProposedStep{ActionCommand::Answer, result, reason};
  };
  const ProposedStep bounce{ActionCommand::Bounce}, has_it{ActionCommand::Acknowledge};
  const auto away = [&](std::string_view what, const std::string& more, const Four& words,
                        const std::string& prefix = "Re: ") {
    return ReplySample{what, m.head(person, prefix, more) + Mailing::plain(m.say(words)), ReplyKind::OutOfOffice, {}};
  };
  const auto ticket = [&](std::string_view what, const std::string& more, const std::string& prefix) {
    return ReplySample{what, m.head(person, prefix, more) + Mailing::plain(m.say(kTicket)), ReplyKind::Ticket, has_it};
  };
  switch (number) {
    case 0:
      return {"no such user", m.report("failed", "5.1.1", "550 5.1.1 user unknown"), ReplyKind::Failed, bounce};
    case 1:
      return {"mailbox full, the letter whole", m.report("failed", "5.2.2", "552 5.2.2 mailbox full", true),
              ReplyKind::Failed, bounce};
    case 2:
      return {"policy", m.report("failed", "5.7.1", "550 5.7.1 rejected by policy"), ReplyKind::Failed, bounce};
    case 3:
      return {"no such host", m.report("failed", "5.1.2", "Host not found"), ReplyKind::Failed, bounce};
    case 4:
      return {"delayed", m.report("delayed", "4.4.1", "connection timed out"), ReplyKind::Delayed, {}};
    case 5:
      return {"delivered", m.report("delivered", "2.0.0", "250 ok"), ReplyKind::Delivered, {}};
    case 6:
      return {"relayed", m.report("relayed", "2.0.0", "250 ok", true), ReplyKind::Delivered, {}};
    case 7: {
      std::string mail = m.head("MAILER-DAEMON@mail.host.example.net", "failure notice: ", "Return-Path: <>\r\n");
      return {
          "an old server's own words",
          mail + Mailing::plain("Hi. This is the mail program at mail.host.example.net.\r\nI wasn't able to deliver "
                                "your message to the following addresses.\r\n\r\n<" +
                                letter.contact + ">:\r\nno such user here\r\n\r\n" + m.say(kNotDelivered)),
          ReplyKind::Failed, bounce};
    }
    case 8:
      return {"with the final recipient in capitals",
              replace_all(m.report("Failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"), letter.contact,
                          [&] {
                            std::string upper = letter.contact;
                            for (char& c : upper)
                              if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
                            return upper;
                          }()),
              ReplyKind::Failed, bounce};
    case 9:
      return {"shown to its reader",
              m.head(person, "Read: ", "Auto-Submitted: auto-replied\r\n") +
                  "Content-Type: multipart/report; report-type=disposition-notification;\r\n boundary=\"=_m\"\r\n\r\n"
                  "--=_m\r\n" +
                  Mailing::plain("-") +
                  "--=_m\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; " +
                  letter.contact + "\r\n" +
                  (m.threading() ? "Original-Message-ID: <" + letter.message_id + ">\r\n" : std::string()) +
                  "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--=_m--\r\n",
              ReplyKind::Delivered,
              {}};
    case 10:
      return away("vacation, RFC 3834", "Auto-Submitted: auto-replied\r\n", kAwayA);
    case 11:
      return {"a program that says nothing",
              m.head(person, "Re: ", "Auto-Submitted: auto-generated\r\n") + Mailing::plain("OK"),
              ReplyKind::Automatic,
              {}};
    case 12:
      return away("Precedence: auto_reply", "Precedence: auto_reply\r\n", kAwayB);
    case 13:
      return {"Precedence: bulk",
              m.head(person, "Re: ", "Precedence: bulk\r\n") + Mailing::plain(m.say(kThanks)),
              ReplyKind::Automatic,
              {}};
    case 14:
      return away("X-Autoreply", "X-Autoreply: yes\r\n", kAwayA);
    case 15:
      return away("X-Autorespond", "X-Autorespond: vacation\r\n", kAwayB);
    case 16:
      return away("X-POST-MessageClass", "X-POST-MessageClass: 9; Autoresponder\r\n", kAwayA);
    case 17:
      return away("a subject that says so", "X-Auto-Response-Suppress: All\r\n", kThanks, m.say(kAwaySubject));
    case 18:
      return away("words and no header", "", kAwayA);
    case 19:
      return away("other words and no header", "", kAwayB);
    case 20:
      return away("nobody of that name", "Auto-Submitted: auto-replied (rejected)\r\n", kGone);
    case 21:
      return ticket("a ticket, with its header",
                    "Auto-Submitted: auto-replied\r\nRT-Ticket: host.example.net #48151\r\n",
                    "[host.example.net #48151] AutoReply: ");
    case 22:
      return ticket("a ticket, bulk", "Precedence: bulk\r\nX-OTRS-Loop: yes\r\n", "[Ticket#2026112410000012] ");
    case 23:
      return ticket("a ticket, generated", "Auto-Submitted: auto-generated\r\nX-JIRA-FingerPrint: 0123456789abcdef\r\n",
                    "[ABUSE-1623] ");
    case 24:
      return ticket("a ticket by its words", "Auto-Submitted: auto-replied\r\n", "Re: ");
    case 25:
      return ticket("a ticket without any header", "", "Re: ");
    case 26:
      return {"done, above the quotation",
              m.head(person, "Re: ") + Mailing::plain(m.say(kDone) + "\r\n\r\n" + m.say(kThanks) + "\r\n" + m.quoted()),
              ReplyKind::Human, step(AnswerResult::DoneFull)};
    case 27:
      return {"not ours, in HTML alone",
              m.head(person, "RE: ") +
                  "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                  base64_body("<html><head><style>p { done: 1 }</style></head><body><p>" + m.say(kNotOurs) + "</p><p>" +
                              m.say(kThanks) + "</p><blockquote><p>done</p></blockquote></body></html>"),
              ReplyKind::Human, step(AnswerResult::Misdirected)};
    case 28:
      return {"refuse, in base64",
              m.head(person, "Re: ") +
                  "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                  base64_body(m.say(kRefuse) + "\n\n" + m.say(kThanks) + "\n"),
              ReplyKind::Human, step(AnswerResult::Declined, DeclineReason::NoReason)};
    case 29:
      return {"need more, below the quotation",
              m.head(person, "Re: ") +
                  Mailing::plain(m.say(kWrote) + "\r\n> This is a request, not an order.\r\n> done\r\n\r\n" +
                                 m.say(kMore) + "\r\n"),
              ReplyKind::Human, has_it};
    default:
      return {"free words",
              m.head(person, "Re: ") + Mailing::plain(m.say(kFree) + "\r\n" + m.quoted()),
              ReplyKind::Human,
              {}};
  }
}

}  // namespace cordon
