#include "referral/wording.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "law/charter_digest.h"
#include "law/offences.h"
#include "referral/notice.h"

namespace cordon {

namespace {

// Every sentence twice, side by side, so that a translation cannot fall behind unseen.
struct Sentence {
  std::string_view en, ru;
  std::string_view in(NoticeLanguage language) const { return language == NoticeLanguage::English ? en : ru; }
};

constexpr Sentence kWatermark{
    "*** DEMONSTRATION. The state, its law and this desk are fictitious. Nothing is asked of anybody. ***",
    "*** ДЕМОНСТРАЦИЯ. Государство, его закон и эта служба вымышлены. Никого ни о чём не просят. ***"};
constexpr Sentence kAlert{"Warning: a system in your responsibility is being abused.",
                          "Предупреждение: система в вашей зоне ответственности используется для злоупотребления."};
constexpr Sentence kNotice{"Notice of a listed crime in your responsibility.",
                           "Уведомление о преступлении из перечня в вашей зоне ответственности."};
constexpr Sentence kWhat{"What", "О чём"};
constexpr Sentence kTarget{"Where (written so that it cannot be clicked)",
                           "Где (записано так, чтобы нельзя было нажать)"};
constexpr Sentence kPort{"Port", "Порт"};
constexpr Sentence kSeen{"Seen last at (UTC)", "Последнее наблюдение (UTC)"};
constexpr Sentence kSent{"Written at (UTC)", "Составлено (UTC)"};
constexpr Sentence kFacts{"What an officer established", "Что установил сотрудник"};
constexpr Sentence kGates{"Questions that had to be answered first", "Вопросы, на которые сначала нужно было ответить"};
constexpr Sentence kAsked{"What we ask you to do", "О чём мы вас просим"};
constexpr Sentence kWhy{"Why nothing milder does", "Почему недостаточно более мягкой меры"};
constexpr Sentence kVoluntary{
    "This is a request, not an order. Whether you act, and how, is your decision; \"no\" is a full answer, and it has "
    "no consequence from us.",
    "Это просьба, а не приказ. Действовать ли и как — решаете вы; «нет» — полноценный ответ, и с нашей стороны он "
    "ничего не влечёт."};
constexpr Sentence kHowToAnswer{
    "How to answer: reply to this message. If its first line is one of the words \"done\", \"partly\", \"already "
    "gone\", \"cleaned\", \"not ours\", \"need more\", or \"refuse:\" with your reason, we see at once what you mean. "
    "Or "
    "answer on our page /answer, with the code at the end of this message's subject.",
    "Как ответить: ответьте на это сообщение. Если в первой строке стоит одно из слов «сделано», «частично», «уже "
    "удалено», «очищено», «не наше», «нужно больше» или «отказ:» с вашей причиной, мы сразу поймём, что вы имеете в "
    "виду. Или ответьте на нашей странице /answer, с кодом в конце темы этого сообщения."};
constexpr Sentence kAutomated{
    "Two officers decided this; no machine did. The first of them entered the facts, the second opened the evidence "
    "and approved these exact words.",
    "Решение приняли два сотрудника, а не машина. Первый внёс факты, второй ознакомился с доказательствами и одобрил "
    "именно этот текст."};
constexpr Sentence kLaw{"Legal basis", "Правовое основание"};
constexpr Sentence kNoArticle{"none needed: this is no accusation of an offence",
                              "не требуется: это не обвинение в правонарушении"};
constexpr Sentence kArticle{"National article", "Статья национального закона"};
constexpr Sentence kAnchor{"Treaty that bounds it", "Договор, который её ограничивает"};
constexpr Sentence kReply{"Please answer by (UTC)", "Просим ответить до (UTC)"};
constexpr Sentence kEnds{"This request ends by itself at (UTC)", "Просьба сама теряет силу (UTC)"};
constexpr Sentence kRedress{"How to object", "Как возразить"};
constexpr Sentence kCheck{"How to check this message: it carries the proof that its approval stands in our public log",
                          "Как проверить это сообщение: к нему приложено доказательство, что его одобрение записано в "
                          "нашем открытом журнале"};
constexpr Sentence kIds{"Notice, proposal, charter", "Уведомление, предложение, устав"};

Sentence asked(Effect effect) {
  switch (effect) {
    case Effect::Inform:
      return {"Please take note; you will know best what to do.",
              "Примите к сведению; вы лучше знаете, что предпринять."};
    case Effect::CleanCompromise:
      return {"Please find and remove the cause of the abuse on your system.",
              "Найдите и устраните причину злоупотребления в вашей системе."};
    case Effect::Preserve:
      return {"Please preserve the data named here.", "Сохраните указанные здесь данные."};
    case Effect::RemoveItem:
      return {"Please remove this item, and nothing beside it.", "Удалите этот объект и ничего кроме него."};
    case Effect::DisableItem:
      return {"Please make this item unreachable, and nothing beside it.",
              "Сделайте недоступным этот объект и ничего кроме него."};
    case Effect::ReviewAccount:
      return {"Please review this account against your own rules.",
              "Проверьте эту учётную запись по вашим собственным правилам."};
    case Effect::ReviewPaymentInstrument:
      return {"Please review this payment instrument.", "Проверьте это платёжное средство."};
    case Effect::SuspendMaliciousDomain:
      return {"Please suspend this domain, which was registered for the crime.",
              "Приостановите этот домен: он зарегистрирован для преступления."};
  }
  return {};
}

std::string line(const Sentence& label, NoticeLanguage language, std::string_view value) {
  return std::string(label.in(language)) + ": " + std::string(value) + "\n";
}

std::string matter_name(Matter matter, NoticeLanguage language) {
  const auto names = matter.category() ? row(*matter.category()).name : row(*matter.exposure()).name;
  return std::string(language == NoticeLanguage::English ? names.en : names.ru) + " (" + std::string(matter.number()) +
         ")";
}

}  // namespace

std::string_view name(NoticeLanguage language) { return language == NoticeLanguage::English ? "en" : "ru"; }

std::string subject_line(ActionKind kind, Matter matter, const Observable& target, bool fictitious) {
  return std::string(fictitious ? "[DEMONSTRATION] " : "") + (kind == ActionKind::Alert ? "Warning" : "Notice") + ": " +
         std::string(matter.id()) + " at " + printable(defang(target), 80);
}

std::string human_part(const NoticeFacts& facts, NoticeLanguage language) {
  const Case& the_case = facts.the_case;
  const auto say = [&](const Sentence& sentence) { return std::string(sentence.in(language)) + "\n"; };
  std::string text;
  if (facts.annex.fictitious()) text += say(kWatermark) + "\n";
  text += say(facts.wish.kind == ActionKind::Alert ? kAlert : kNotice) + "\n";
  if (the_case.last_seen_at) text += line(kSeen, language, to_rfc3339(*the_case.last_seen_at));
  text += line(kTarget, language, defang(the_case.target));
  if (the_case.port) text += line(kPort, language, std::to_string(*the_case.port));
  text += line(kWhat, language, matter_name(the_case.matter, language));
  text += line(kSent, language, to_rfc3339(facts.now));

  text += "\n" + say(kFacts);
  for (const Fact& fact : the_case.facts) text += "- " + fact.text + "\n";
  if (!the_case.gates.empty()) text += "\n" + say(kGates);
  for (const auto& [gate, answer] : the_case.gates) {
    text += "- " + std::string(name(gate)) + ": " + answer.answer + ". " + answer.basis + "\n";
  }

  text += "\n" + say(kAsked) + std::string(asked(facts.wish.effect).in(language)) + "\n";
  if (!facts.wish.stronger_because.empty()) text += line(kWhy, language, facts.wish.stronger_because);
  text += say(kVoluntary) + "\n";
  text += say(kHowToAnswer) + "\n";
  text += line(kReply, language, to_rfc3339(facts.reply_by));
  text += line(kEnds, language, to_rfc3339(facts.sunset_at));
  text += say(kAutomated);

  if (const Category* category = the_case.matter.category()) {
    text += "\n" + line(kArticle, language, facts.annex.article(the_case.matter).value_or(""));
    for (const auto& anchor : row(*category).anchors) {
      text += line(kAnchor, language, std::string(anchor.instrument) + " " + std::string(anchor.articles));
    }
  } else {
    text += "\n" + line(kLaw, language, kNoArticle.in(language));
  }
  text += line(kRedress, language, facts.annex.redress());
  text += line(kCheck, language, facts.sender.origin);
  text += line(kIds, language, facts.notice.text() + ", " + facts.proposal.text() + ", " + charter_digest().hex());
  text += "\n" + facts.sender.name + " <" + facts.sender.address + ">\n";
  return text;
}

// ── what follows a request ──

namespace {

constexpr Sentence kReminder{
    "We asked you this and have no answer yet. \"No\" is an answer too. If we hear nothing for three more days, we put "
    "down that there was none; nothing else follows from that.",
    "Мы обратились к вам с этой просьбой и пока не получили ответа. «Нет» — тоже ответ. Если ещё три дня не будет "
    "вестей, мы отметим, что ответа нет; больше ничего из этого не следует."};
constexpr Sentence kEnded{
    "This request has come to its end. We ask nothing of you any more. If you restricted something only because of it, "
    "please look whether that is still needed.",
    "Срок этой просьбы истёк. Мы больше ни о чём вас не просим. Если вы что-то ограничили только из-за неё, проверьте, "
    "нужно ли это ещё."};
constexpr Sentence kSuspended{
    "This request is suspended: somebody appealed against it, and it does not stand while that is heard. Please do "
    "nothing because of it, and undo what you did only because of it.",
    "Эта просьба приостановлена: её обжаловали, и до решения она не действует. Не предпринимайте ничего на её "
    "основании и отмените то, что сделали только из-за неё."};
constexpr Sentence kRecalled{
    "We take this request back. If you did something only because of it, we ask you to undo it, and to tell us whether "
    "you have.",
    "Мы отзываем эту просьбу. Если вы что-то сделали только из-за неё, просим это отменить и сообщить нам, сделали ли "
    "вы это."};
constexpr Sentence kParty{
    "This desk asked somebody to act on something that may be yours. You are told so that you can object; somebody who "
    "took no part in the decision then decides again. It costs nothing, and you need neither an account nor a name.",
    "Эта служба попросила принять меры в отношении того, что может принадлежать вам. Мы сообщаем об этом, чтобы вы "
    "могли возразить; тогда заново решит тот, кто в решении не участвовал. Это бесплатно, учётная запись и имя не "
    "нужны."};
constexpr Sentence kOurReason{"Why", "Почему"};
constexpr Sentence kRequest{"The request that this is about", "О какой просьбе идёт речь"};
constexpr Sentence kAskedOf{"Asked of", "Кого просили"};
constexpr Sentence kAskedFor{"Asked for", "О чём просили"};
constexpr Sentence kFree{"They were free to say no.", "Они вправе были отказать."};
constexpr Sentence kCode{"Your code for an appeal, on our page /appeal",
                         "Ваш код для жалобы, на нашей странице /appeal"};
constexpr Sentence kUntil{"You may appeal until (UTC)", "Жалобу можно подать до (UTC)"};
constexpr Sentence kStatement{"The whole request with its reasons is attached.",
                              "Вся просьба с её обоснованием приложена."};

const Sentence& said_first(MessageKind kind) {
  switch (kind) {
    case MessageKind::Reminder:
      return kReminder;
    case MessageKind::Ended:
      return kEnded;
    case MessageKind::Suspended:
      return kSuspended;
    case MessageKind::Recalled:
      return kRecalled;
    case MessageKind::Party:
      return kParty;
  }
  return kParty;
}

}  // namespace

std::string follow_up_subject(MessageKind kind, const Proposed& proposed, bool fictitious) {
  static constexpr std::array<std::pair<MessageKind, std::string_view>, 5> kFirst{{
      {MessageKind::Reminder, "Reminder"},
      {MessageKind::Ended, "Ended"},
      {MessageKind::Suspended, "Suspended"},
      {MessageKind::Recalled, "Recalled"},
      {MessageKind::Party, "You may be affected"},
  }};
  const auto first = std::find_if(kFirst.begin(), kFirst.end(), [&](const auto& row) { return row.first == kind; });
  return std::string(fictitious ? "[DEMONSTRATION] " : "") + std::string(first->second) + ": " +
         std::string(proposed.matter.id()) + " at " + printable(defang(proposed.target), 80);
}

std::string follow_up_part(const FollowUpFacts& facts, NoticeLanguage language) {
  const Message& message = facts.message;
  const Proposed& proposed = facts.proposed;
  const auto say = [&](const Sentence& sentence) { return std::string(sentence.in(language)) + "\n"; };
  std::string text;
  if (facts.head.fictitious) text += say(kWatermark) + "\n";
  text += say(said_first(message.kind)) + "\n";
  if (!message.reason.empty()) text += line(kOurReason, language, message.reason) + "\n";
  text += line(kTarget, language, defang(proposed.target));
  text += line(kWhat, language, matter_name(proposed.matter, language));
  text += line(kSent, language, to_rfc3339(proposed.at));
  if (message.kind == MessageKind::Party) {
    text += line(kAskedOf, language, std::string(name(proposed.wish.recipient)) + ", " + proposed.wish.contact);
    text += line(kAskedFor, language, name(proposed.wish.effect)) + say(kFree);
    text += say(kStatement) + "\n";
    text += line(kCode, language, facts.code);
    text += line(kUntil, language, to_rfc3339(facts.head.appeal_until));
  } else {
    if (message.kind == MessageKind::Reminder) text += say(kVoluntary);
    text += line(kEnds, language, to_rfc3339(proposed.sunset_at));
  }
  text += "\n" + line(kRedress, language, facts.head.redress);
  text += line(kRequest, language, proposed.notice.text() + ", " + message.id.text());
  text += "\n" + facts.head.name + " <" + facts.head.address + ">\n";
  return text;
}

// ── by a standing rule ──

namespace {

constexpr Sentence kRuleAlert{
    R"({watermark}
Observed at: {observed_at} (UTC)
Where (written so that it cannot be clicked): {target}
Port: {port}
What: {matter}
Why you: our contact book names you as {recipient} for {responsible}

Warning: a system in your responsibility is being abused, or is open to abuse.
What we ask you to do: {ask}
This is a request, not an order. Whether you act, and how, is your decision; "no" is a full answer, and it has no consequence from us.

No officer of this desk has looked at this item. Two officers approved the rule by which our software sent it.
Rule: {rule}, in force until {rule_ends} (UTC)
Feed: {feed}, published by {publisher} ({publisher_kind})
The rule, its publisher and what the feed's words mean here are public: on our site under /api/v1/public/rules/{rule}, and in our public log {origin}. Proof that this warning stands there is attached.

How to answer: reply to this message and name {alert}, please by {reply_by} (UTC).
How to object: reply, and an officer looks at it. {redress}
This request ends by itself at (UTC): {sunset_at}
The legal text is attached.

{sender} <{address}>
)",
    R"({watermark}
Время наблюдения: {observed_at} (UTC)
Где (записано так, чтобы нельзя было нажать): {target}
Порт: {port}
О чём: {matter}
Почему вам: в нашей книге контактов вы указаны как {recipient} для {responsible}

Предупреждение: система в вашей зоне ответственности используется для злоупотребления или открыта для него.
О чём мы вас просим: {ask}
Это просьба, а не приказ. Действовать ли и как — решаете вы; «нет» — полноценный ответ, и с нашей стороны он ничего не влечёт.

Ни один сотрудник этой службы не смотрел этот объект. Два сотрудника одобрили правило, по которому его отправила наша программа.
Правило: {rule}, действует до {rule_ends} (UTC)
Источник: {feed}, издатель — {publisher} ({publisher_kind})
Правило, издатель и значение слов источника открыты: на нашем сайте по адресу /api/v1/public/rules/{rule} и в нашем открытом журнале {origin}. Доказательство, что это предупреждение там записано, приложено.

Как ответить: ответьте на это сообщение и назовите {alert}, по возможности до {reply_by} (UTC).
Как возразить: ответьте, и объект посмотрит сотрудник. {redress}
Просьба сама теряет силу (UTC): {sunset_at}
Правовой текст приложен.

{sender} <{address}>
)"};

constexpr Sentence kRuleLegal{
    R"({matter}
Binding: voluntary
Effect asked: {effect}
National article: {article}
Treaty that bounds it: {anchors}
Questions that had to be answered first: {gates}
Rule {rule}: template {template}, charter {charter}, annex {annex}
)",
    R"({matter}
Обязательность: добровольно
О чём просят: {effect}
Статья национального закона: {article}
Договор, который её ограничивает: {anchors}
Вопросы, на которые сначала нужно было ответить: {gates}
Правило {rule}: шаблон {template}, устав {charter}, приложение {annex}
)"};

constexpr Sentence kRuleRecall{
    R"({watermark}
We take this warning back. If you did something only because of it, we ask you to undo it, and to tell us whether you have.

Why: {reason}
Observed at: {observed_at} (UTC)
Where: {target}
What: {matter}
Warning: {alert}, sent by the rule {rule}

How to object: {redress}

{sender} <{address}>
)",
    R"({watermark}
Мы отзываем это предупреждение. Если вы что-то сделали только из-за него, просим это отменить и сообщить нам, сделали ли вы это.

Почему: {reason}
Время наблюдения: {observed_at} (UTC)
Где: {target}
О чём: {matter}
Предупреждение: {alert}, отправлено по правилу {rule}

Как возразить: {redress}

{sender} <{address}>
)"};

// What a rule may ask.
constexpr std::array kRuleEffects{Effect::Inform, Effect::CleanCompromise};

std::map<std::string, std::string, std::less<>> members_of(const AlertFacts& facts, NoticeLanguage language) {
  const auto& [rule, alert, annex, sender] = facts;
  std::vector<std::string> anchors, gates;
  if (const Category* category = rule.matter.category())
    for (const auto& anchor : row(*category).anchors)
      anchors.push_back(std::string(anchor.instrument) + " " + std::string(anchor.articles));
  for (const GateGiven& one : alert.gates) gates.push_back(std::string(name(one.gate)) + " " + one.answer);
  return {{"watermark", annex.fictitious() ? std::string(kWatermark.in(language)) : std::string()},
          {"observed_at", to_rfc3339(alert.observed_at)},
          {"target", defang(alert.target)},
          {"port", alert.port ? std::to_string(*alert.port) : std::string()},
          {"matter", matter_name(alert.matter, language)},
          {"recipient", std::string(name(rule.recipient))},
          {"responsible", alert.responsible},
          {"ask", std::string(asked(rule.effect).in(language))},
          {"effect", std::string(name(rule.effect))},
          {"rule", rule.id.text()},
          {"rule_ends", to_rfc3339(rule.ends_at)},
          {"feed", rule.feed.name},
          {"publisher", rule.feed.publisher},
          {"publisher_kind", std::string(name(rule.feed.publisher_kind))},
          {"origin", sender.origin},
          {"alert", alert.id.text()},
          {"reply_by", to_rfc3339(alert.reply_by)},
          {"sunset_at", to_rfc3339(alert.sunset_at)},
          {"redress", annex.redress()},
          {"article", rule.national_article},
          {"anchors", join(anchors, "; ")},
          {"gates", join(gates, "; ")},
          {"template", rule.words.hex()},
          {"charter", rule.charter.hex()},
          {"annex", rule.annex.hex()},
          {"sender", sender.name},
          {"address", sender.address}};
}

// A value is put in once and never looked into, so that nothing in one can be taken for a member.
std::string filled_in(std::string_view words, const std::map<std::string, std::string, std::less<>>& members) {
  std::string text;
  for (const std::string_view line : split(words, '\n')) {
    std::string made;
    bool whole = true;
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t open = line.find('{', at);
      made += line.substr(at, open - at);
      if (open == std::string_view::npos) break;
      const std::size_t close = line.find('}', open);
      const auto value = members.find(line.substr(open + 1, close - open - 1));
      CORDON_CHECK(value != members.end(), "a template names a member that alerts have");
      whole = whole && !value->second.empty();
      made += value->second;
      at = close + 1;
    }
    if (whole) text += made + "\n";
  }
  text.pop_back();  // behind the last line break there is no line
  return text;
}

}  // namespace

Digest alert_template() {
  std::string words = "cordon/alert-template/1\n";
  for (const Sentence& text : {kRuleAlert, kRuleLegal, kRuleRecall})
    words += std::string(text.en) + std::string(text.ru);
  for (const Effect effect : kRuleEffects) words += std::string(asked(effect).en) + std::string(asked(effect).ru);
  return sha256(words);
}

std::string alert_subject(const Alert& alert, bool fictitious, bool recalled) {
  return recalled ? std::string(fictitious ? "[DEMONSTRATION] " : "") + "Recalled: " + std::string(alert.matter.id()) +
                        " at " + printable(defang(alert.target), 80)
                  : subject_line(ActionKind::Alert, alert.matter, alert.target, fictitious);
}

std::string alert_part(const AlertFacts& facts, NoticeLanguage language) {
  return filled_in(kRuleAlert.in(language), members_of(facts, language));
}

std::string alert_legal_part(const AlertFacts& facts, NoticeLanguage language) {
  return filled_in(kRuleLegal.in(language), members_of(facts, language));
}

std::string alert_recall_part(const AlertFacts& facts, const std::string& reason, NoticeLanguage language) {
  auto members = members_of(facts, language);
  members.emplace("reason", reason);
  return filled_in(kRuleRecall.in(language), members);
}

}  // namespace cordon
