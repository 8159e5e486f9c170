#include "referral/reply_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace cordon {

namespace {

using namespace std::string_view_literals;

constexpr std::array kAway{
    "out of office"sv,
    "out of the office"sv,
    "out-of-office"sv,
    "automatic reply"sv,
    "auto-reply"sv,
    "autoreply"sv,
    "auto reply"sv,
    "automated reply"sv,
    "on vacation"sv,
    "on annual leave"sv,
    "on leave"sv,
    "on holiday"sv,
    "maternity leave"sv,
    "parental leave"sv,
    "sick leave"sv,
    "i am away"sv,
    "i'm away"sv,
    "currently away"sv,
    "away from my desk"sv,
    "away from the office"sv,
    "limited access to email"sv,
    "limited access to my email"sv,
    "will be back on"sv,
    "no longer works"sv,
    "no longer work"sv,
    "has left the company"sv,
    "no longer with the company"sv,
    "автоответ"sv,
    "автоматический ответ"sv,
    "в отпуске"sv,
    "вне офиса"sv,
    "отсутствую"sv,
    "отсутствует на рабочем месте"sv,
    "буду отсутствовать"sv,
    "в командировке"sv,
    "на больничном"sv,
    "больше не работает"sv,
    "больше не работаю"sv,
    "нет на рабочем месте"sv,
    "в декрете"sv,
    "автоматты жауап"sv,
    "демалыстамын"sv,
    "еңбек демалысында"sv,
    "іссапарда"sv,
    "кеңседе жоқ"sv,
    "орнымда жоқ"sv,
    "жұмыста жоқпын"sv,
    "ауырып қалдым"sv,
    "жұмыс істемейді"sv,
    "自动回复"sv,
    "自動回覆"sv,
    "不在办公室"sv,
    "不在辦公室"sv,
    "正在休假"sv,
    "休假中"sv,
    "年假"sv,
    "产假"sv,
    "病假"sv,
    "出差"sv,
    "外出"sv,
    "已离职"sv,
    "暂时无法回复"sv,
};

constexpr std::array kTicketWords{
    "a ticket has been"sv,
    "ticket has been created"sv,
    "ticket number"sv,
    "your ticket"sv,
    "has been received and"sv,
    "we have received your"sv,
    "your request has been received"sv,
    "your message has been received"sv,
    "your report has been received"sv,
    "has been assigned the"sv,
    "case number"sv,
    "reference number"sv,
    "this is an automated"sv,
    "this is an automatic"sv,
    "please do not reply to this"sv,
    "do not reply to this email"sv,
    "ваше обращение"sv,
    "обращение зарегистрировано"sv,
    "заявка зарегистрирована"sv,
    "ваша заявка"sv,
    "присвоен номер"sv,
    "тикет"sv,
    "номер обращения"sv,
    "это автоматическое"sv,
    "не отвечайте на это письмо"sv,
    "өтінішіңіз"sv,
    "өтінім тіркелді"sv,
    "тіркеу нөмірі"sv,
    "нөмірі берілді"sv,
    "бұл автоматты"sv,
    "бұл хатқа жауап бермеңіз"sv,
    "工单"sv,
    "工單"sv,
    "已收到您的"sv,
    "受理编号"sv,
    "案件编号"sv,
    "请勿回复"sv,
    "系统自动"sv,
    "自动发送"sv,
};

constexpr std::array kFailure{
    "undelivered mail returned"sv,
    "undeliverable"sv,
    "mail delivery failed"sv,
    "delivery failure"sv,
    "delivery status notification (failure)"sv,
    "returned mail"sv,
    "failure notice"sv,
    "could not be delivered"sv,
    "couldn't be delivered"sv,
    "wasn't able to deliver"sv,
    "was not able to deliver"sv,
    "user unknown"sv,
    "mailbox unavailable"sv,
    "no such user"sv,
    "permanent error"sv,
    "permanent fatal errors"sv,
    "не удалось доставить"sv,
    "не доставлено"sv,
    "недоставленное сообщение"sv,
    "возврат письма"sv,
    "жеткізілмеді"sv,
    "жеткізу мүмкін болмады"sv,
    "无法投递"sv,
    "退信"sv,
    "投递失败"sv,
    "無法投遞"sv,
};

// One letter of two bytes whose small twin has two bytes too: U+0410 to 042F, U+0400 to 040F, and the Kazakh ones.
std::pair<unsigned, unsigned> small_twin(unsigned lead, unsigned trail) {
  const unsigned point = ((lead & 0x1Fu) << 6) | (trail & 0x3Fu);
  unsigned small = point;
  if (point >= 0x0410 && point <= 0x042F) small = point + 0x20;
  if (point >= 0x0400 && point <= 0x040F) small = point + 0x50;
  if ((point >= 0x048A && point <= 0x04BF) || (point >= 0x04D0 && point <= 0x052F)) small = point | 1u;
  return {0xC0u | (small >> 6), 0x80u | (small & 0x3Fu)};
}

struct AnswerWord {
  std::string_view word;
  ProposedStep step;
};
constexpr ProposedStep answered(AnswerResult result) { return {ActionCommand::Answer, result, {}}; }
constexpr ProposedStep declined(DeclineReason reason) {
  return {ActionCommand::Answer, AnswerResult::Declined, reason};
}
constexpr ProposedStep kAsksMore{ActionCommand::Acknowledge, {}, {}};

constexpr std::array kAnswerWords{
    AnswerWord{"done", answered(AnswerResult::DoneFull)},
    AnswerWord{"partly", answered(AnswerResult::DonePartial)},
    AnswerWord{"partly done", answered(AnswerResult::DonePartial)},
    AnswerWord{"already gone", answered(AnswerResult::AlreadyGone)},
    AnswerWord{"cleaned", answered(AnswerResult::Cleaned)},
    AnswerWord{"not ours", answered(AnswerResult::Misdirected)},
    AnswerWord{"need more", kAsksMore},
    AnswerWord{"refuse", declined(DeclineReason::NoReason)},
    AnswerWord{"refuse: not illegal", declined(DeclineReason::NotIllegal)},
    AnswerWord{"refuse: insufficient", declined(DeclineReason::Insufficient)},
    AnswerWord{"refuse: not host", declined(DeclineReason::NotHost)},
    AnswerWord{"refuse: conflict of law", declined(DeclineReason::ConflictOfLaw)},
    AnswerWord{"refuse: proportionality", declined(DeclineReason::Proportionality)},
    AnswerWord{"refuse: terms differ", declined(DeclineReason::TermsDiffer)},
    AnswerWord{"refuse: protected holder", declined(DeclineReason::ProtectedHolder)},
    AnswerWord{"сделано", answered(AnswerResult::DoneFull)},
    AnswerWord{"выполнено", answered(AnswerResult::DoneFull)},
    AnswerWord{"частично", answered(AnswerResult::DonePartial)},
    AnswerWord{"уже удалено", answered(AnswerResult::AlreadyGone)},
    AnswerWord{"очищено", answered(AnswerResult::Cleaned)},
    AnswerWord{"не наше", answered(AnswerResult::Misdirected)},
    AnswerWord{"нужно больше", kAsksMore},
    AnswerWord{"отказ", declined(DeclineReason::NoReason)},
    AnswerWord{"орындалды", answered(AnswerResult::DoneFull)},
    AnswerWord{"ішінара", answered(AnswerResult::DonePartial)},
    AnswerWord{"жойылған", answered(AnswerResult::AlreadyGone)},
    AnswerWord{"тазартылды", answered(AnswerResult::Cleaned)},
    AnswerWord{"біздікі емес", answered(AnswerResult::Misdirected)},
    AnswerWord{"толығырақ керек", kAsksMore},
    AnswerWord{"бас тарту", declined(DeclineReason::NoReason)},
    AnswerWord{"已处理", answered(AnswerResult::DoneFull)},
    AnswerWord{"部分处理", answered(AnswerResult::DonePartial)},
    AnswerWord{"已不存在", answered(AnswerResult::AlreadyGone)},
    AnswerWord{"已清理", answered(AnswerResult::Cleaned)},
    AnswerWord{"不属于我们", answered(AnswerResult::Misdirected)},
    AnswerWord{"需要更多信息", kAsksMore},
    AnswerWord{"拒绝", declined(DeclineReason::NoReason)},
};

// Of "refuse: whatever they say", whose reason is none of the list.
constexpr std::array kRefusals{"refuse:"sv, "отказ:"sv, "бас тарту:"sv, "拒绝:"sv, "拒绝："sv};

}  // namespace

std::string fold_letters(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      out += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 0x20) : static_cast<char>(byte);
    } else if ((byte >= 0xD0 && byte <= 0xD4) && i + 1 < text.size()) {
      const auto [lead, trail] = small_twin(byte, static_cast<unsigned char>(text[++i]));
      out += static_cast<char>(lead);
      out += static_cast<char>(trail);
    } else {
      out += static_cast<char>(byte);
    }
  }
  return out;
}

std::span<const std::string_view> away_phrases() { return kAway; }
std::span<const std::string_view> ticket_phrases() { return kTicketWords; }
std::span<const std::string_view> failure_phrases() { return kFailure; }

bool says_one_of(std::string_view folded, std::span<const std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return folded.find(phrase) != std::string_view::npos; });
}

bool is_quotation_head(std::string_view line) {
  const auto ends = [&](std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view one) { return line.ends_with(one); });
  };
  if (line.size() < 300 &&
      ends({"wrote:", "writes:", "написал:", "написала:", "пишет:", "жазды:", "写道:", "写道：", "寫道："}))
    return true;
  constexpr std::array kHeads{"from: "sv,
                              "от: "sv,
                              "кімнен: "sv,
                              "发件人:"sv,
                              "发件人："sv,
                              "-----исходное сообщение"sv,
                              "-------- пересылаемое"sv,
                              "---------- forwarded message"sv,
                              "-----原始邮件"sv,
                              "------------------ 原始邮件"sv,
                              "-----түпнұсқа хабар"sv};
  return std::any_of(kHeads.begin(), kHeads.end(), [&](std::string_view head) { return line.starts_with(head); });
}

std::optional<ProposedStep> answer_word(std::string_view line) {
  std::string word = fold_letters(trim(line));
  while (word.ends_with('.') || word.ends_with('!') || word.ends_with(',') || word.ends_with(' ')) word.pop_back();
  if (word.ends_with("。")) word.resize(word.size() - std::string_view("。").size());
  for (const AnswerWord& one : kAnswerWords)
    if (word == one.word) return one.step;
  for (const std::string_view refusal : kRefusals)
    if (word.starts_with(refusal) && word.size() > refusal.size()) return declined(DeclineReason::NoReason);
  return std::nullopt;
}

}  // namespace cordon
