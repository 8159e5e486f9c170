#include "referral/wording.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "law/charter_digest.h"
#include "law/offences.h"
#include "referral/alert_items.h"
#include "referral/notice.h"

namespace cordon {

namespace {

// Every sentence in its languages, side by side, so that a translation cannot fall behind unseen. What officers approve
// goes out in English and Russian; alerts by a rule in any of the four.
struct Sentence {
  std::string_view en, ru, kk = {}, zh = {};
  std::string_view in(NoticeLanguage language) const {
    switch (language) {
      case NoticeLanguage::English:
        return en;
      case NoticeLanguage::Russian:
        return ru;
      case NoticeLanguage::Kazakh:
        return kk;
      case NoticeLanguage::Chinese:
        return zh;
    }
    return en;
  }
};

constexpr Sentence kWatermark{
    "*** DEMONSTRATION. The state, its law and this desk are fictitious. Nothing is asked of anybody. ***",
    "*** ДЕМОНСТРАЦИЯ. Государство, его закон и эта служба вымышлены. Никого ни о чём не просят. ***",
    "*** КӨРСЕТІЛІМ. Мемлекет, оның заңы және бұл қызмет ойдан шығарылған. Ешкімнен ештеңе сұралмайды. ***",
    "*** 演示。此国家、其法律和本机构均属虚构，不向任何人提出任何请求。***"};
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
              "Примите к сведению; вы лучше знаете, что предпринять.",
              "Назарға алу; не істеу керегін өзіңіз жақсырақ білесіз.", "知悉此事；应采取何种措施，由您判断。"};
    case Effect::CleanCompromise:
      return {"Please find and remove the cause of the abuse on your system.",
              "Найдите и устраните причину злоупотребления в вашей системе.",
              "Жүйеңіздегі теріс пайдаланудың себебін тауып, жою.", "查明并清除您的系统遭到滥用的原因。"};
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
  const Names names = matter.category() ? row(*matter.category()).name : row(*matter.exposure()).name;
  const Sentence name{names.en, names.ru, names.kk, names.zh};
  return std::string(name.in(language)) + " (" + std::string(matter.number()) + ")";
}

}  // namespace

std::string_view name(NoticeLanguage language) { return Sentence{"en", "ru", "kk", "zh"}.in(language); }

Result<NoticeLanguage> parse_notice_language(std::string_view tag) {
  for (const NoticeLanguage language : kNoticeLanguages)
    if (tag == name(language)) return language;
  return fail(Fault::Malformed, "'" + printable(tag, 20) + "' is none of en, ru, kk, zh");
}

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

// A line of which a {member} has no value is left out; {?member} gives no words and only says whether the line stands.
constexpr Sentence kRuleAlert{
    R"({watermark}
Observed at: {observed_at} (UTC)
Where (written so that it cannot be clicked): {target}
Port: {port}
What the feed says of it: {evidence}
{?many}This warning is about {count} items, observed from {first} to {last} (UTC).
{?parts}It is mail {number} of {of} to you.
{?many}Of each: when it was observed (UTC), where (written so that it cannot be clicked), and on which port:
{list}
{?more}The other {more} are in the attached file items.csv.
What: {matter}
Why you: our contact book names you as {recipient} for {responsible}

{?one}Warning: a system in your responsibility is being abused, or is open to abuse.
{?many}Warning: systems in your responsibility are being abused, or are open to abuse.
What we ask you to do: {ask}
This is a request, not an order. Whether you act, and how, is your decision; "no" is a full answer, and it has no consequence from us.

{?one}No officer of this desk has looked at this item. Two officers approved the rule by which our software sent it.
{?many}No officer of this desk has looked at these items. Two officers approved the rule by which our software sent them.
Rule: {rule}, in force until {rule_ends} (UTC)
Feed: {feed}, published by {publisher} ({publisher_kind})
The rule, its publisher and what the feed's words mean here are public: on our site under /api/v1/public/rules/{rule}, and in our public log {origin}. Proof that this warning stands there is attached.

How to answer: reply to this message and name {alert}, please by {reply_by} (UTC).
{?many}Where your answer is not the same for all items, name the number of an item, or its item_id.
How to object: reply, and an officer looks at it. {redress}
This request ends by itself at (UTC): {sunset_at}
Attached, every item with its exact values, one a line: {csv}
Attached, for machines, an XARF v4 report of each item: {xarf}
The legal text is attached.

{sender} <{address}>
)",
    R"({watermark}
Время наблюдения: {observed_at} (UTC)
Где (записано так, чтобы нельзя было нажать): {target}
Порт: {port}
Что об этом сообщает источник: {evidence}
{?many}Это предупреждение касается нескольких объектов, всего {count}; время наблюдения — с {first} до {last} (UTC).
{?parts}Это письмо {number} из {of}, отправленных вам.
{?many}О каждом: время наблюдения (UTC), где (записано так, чтобы нельзя было нажать) и порт:
{list}
{?more}Остальные, всего {more}, — в приложенном файле items.csv.
О чём: {matter}
Почему вам: в нашей книге контактов вы указаны как {recipient} для {responsible}

{?one}Предупреждение: система в вашей зоне ответственности используется для злоупотребления или открыта для него.
{?many}Предупреждение: системы в вашей зоне ответственности используются для злоупотребления или открыты для него.
О чём мы вас просим: {ask}
Это просьба, а не приказ. Действовать ли и как — решаете вы; «нет» — полноценный ответ, и с нашей стороны он ничего не влечёт.

{?one}Ни один сотрудник этой службы не смотрел этот объект. Два сотрудника одобрили правило, по которому его отправила наша программа.
{?many}Ни один сотрудник этой службы не смотрел эти объекты. Два сотрудника одобрили правило, по которому их отправила наша программа.
Правило: {rule}, действует до {rule_ends} (UTC)
Источник: {feed}, издатель — {publisher} ({publisher_kind})
Правило, издатель и значение слов источника открыты: на нашем сайте по адресу /api/v1/public/rules/{rule} и в нашем открытом журнале {origin}. Доказательство, что это предупреждение там записано, приложено.

Как ответить: ответьте на это сообщение и назовите {alert}, по возможности до {reply_by} (UTC).
{?many}Если ответ не одинаков для всех объектов, назовите номер объекта или его item_id.
Как возразить: ответьте, и этим займётся сотрудник. {redress}
Просьба сама теряет силу (UTC): {sunset_at}
Приложены все объекты с точными значениями, по одному в строке: {csv}
Приложен, для машин, отчёт XARF v4 о каждом объекте: {xarf}
Правовой текст приложен.

{sender} <{address}>
)",
    R"({watermark}
Байқалған уақыты: {observed_at} (UTC)
Қайда (басуға болмайтындай етіп жазылған): {target}
Порт: {port}
Дереккөз бұл туралы не хабарлайды: {evidence}
{?many}Бұл ескерту бірнеше нысанға қатысты, барлығы {count}; олар {first} және {last} (UTC) аралығында байқалған.
{?parts}Бұл — сізге жіберілген {of} хаттың ішіндегі {number}-хат.
{?many}Әрқайсысы туралы: байқалған уақыты (UTC), қайда (басуға болмайтындай етіп жазылған) және порты:
{list}
{?more}Қалғандары, барлығы {more}, қоса берілген items.csv файлында.
Не туралы: {matter}
Неге сізге: біздің байланыстар кітабында сіз {responsible} үшін көрсетілгенсіз, рөліңіз: {recipient}

{?one}Ескерту: сіздің жауапкершілігіңіздегі жүйе теріс пайдаланылып жатыр немесе теріс пайдалануға ашық тұр.
{?many}Ескерту: сіздің жауапкершілігіңіздегі жүйелер теріс пайдаланылып жатыр немесе теріс пайдалануға ашық тұр.
Сізден сұрайтынымыз: {ask}
Бұл — өтініш, бұйрық емес. Әрекет ету-етпеуді және қалай әрекет ететініңізді өзіңіз шешесіз; «жоқ» — толыққанды жауап, біздің тарапымыздан ол ешқандай салдарға әкелмейді.

{?one}Бұл қызметтің бірде-бір қызметкері осы нысанды қараған жоқ. Бағдарламамыз оны жіберген ережені екі қызметкер бекітті.
{?many}Бұл қызметтің бірде-бір қызметкері осы нысандарды қараған жоқ. Бағдарламамыз оларды жіберген ережені екі қызметкер бекітті.
Ереже: {rule}, {rule_ends} (UTC) дейін күшінде
Дереккөз: {feed}, жариялаушысы — {publisher} ({publisher_kind})
Ереже, оның жариялаушысы және дереккөз сөздерінің мұндағы мағынасы баршаға ашық: сайтымыздағы /api/v1/public/rules/{rule} мекенжайында және {origin} ашық журналымызда. Бұл ескертудің сонда жазылғанының дәлелі қоса берілген.

Қалай жауап беруге болады: осы хатқа жауап жазып, {alert} нөмірін көрсетіңіз, мүмкіндігінше {reply_by} (UTC) дейін.
{?many}Жауабыңыз барлық нысан үшін бірдей болмаса, нысанның реттік нөмірін немесе item_id мәнін көрсетіңіз.
Қалай қарсылық білдіруге болады: жауап жазыңыз, сонда оны қызметкер қарайды. {redress}
Бұл өтініш өздігінен күшін жоятын уақыт (UTC): {sunset_at}
Барлық нысан нақты мәндерімен, әр жолда біреуден, қоса берілген: {csv}
Машиналарға арналған, әр нысан туралы XARF v4 есебі қоса берілген: {xarf}
Құқықтық мәтін қоса берілген.

{sender} <{address}>
)",
    R"({watermark}
观测时间：{observed_at}（UTC）
位置（写法经过处理，不可点击）：{target}
端口：{port}
数据源的说明：{evidence}
{?many}本警告涉及 {count} 个项目，观测时间为 {first} 至 {last}（UTC）。
{?parts}这是发给您的 {of} 封邮件中的第 {number} 封。
{?many}每个项目依次为：观测时间（UTC）、位置（写法经过处理，不可点击）和端口：
{list}
{?more}其余 {more} 个项目见所附文件 items.csv。
事由：{matter}
为何发给您：在我们的联系簿中，您是 {responsible} 的{recipient}

{?one}警告：您负责的一个系统正被滥用，或存在被滥用的可能。
{?many}警告：您负责的多个系统正被滥用，或存在被滥用的可能。
我们请您：{ask}
这是请求，不是命令。是否采取行动、如何行动，由您决定；“不”也是完整的答复，我们不会因此采取任何后续措施。

{?one}本机构没有任何工作人员查看过此项目。两名工作人员批准了我们的软件据以发送它的规则。
{?many}本机构没有任何工作人员查看过这些项目。两名工作人员批准了我们的软件据以发送它们的规则。
规则：{rule}，有效期至 {rule_ends}（UTC）
数据源：{feed}，发布者：{publisher}（{publisher_kind}）
该规则、其发布者以及数据源用语在此处的含义均已公开：见我们网站的 /api/v1/public/rules/{rule}，以及我们的公开日志 {origin}。本警告已记入该日志的证明随信附上。

如何答复：请回复本邮件并注明 {alert}，最好在 {reply_by}（UTC）之前。
{?many}如果各项目的答复不同，请注明项目的序号或其 item_id。
如何提出异议：请回复，将由工作人员查看。{redress}
本请求自动失效的时间（UTC）：{sunset_at}
随附全部项目的准确数值，每行一个：{csv}
随附供机器读取的各项目 XARF v4 报告：{xarf}
法律文本随信附上。

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
)",
    R"({matter}
Міндеттілігі: ерікті
Сұралатын әрекет: {effect}
Ұлттық заңның бабы: {article}
Оны шектейтін халықаралық шарт: {anchors}
Алдымен жауап берілуге тиіс сұрақтар: {gates}
{rule} ережесі: үлгі {template}, жарғы {charter}, қосымша {annex}
)",
    R"({matter}
约束力：自愿
请求的措施：{effect}
国内法条款：{article}
限定其范围的条约：{anchors}
必须先行回答的问题：{gates}
规则 {rule}：模板 {template}，章程 {charter}，附件 {annex}
)"};

constexpr Sentence kRuleRecall{
    R"({watermark}
{?one}We take this warning back. If you did something only because of it, we ask you to undo it, and to tell us whether you have.
{?many}We take this warning back, for all of its {count} items. If you did something only because of it, we ask you to undo it, and to tell us whether you have.

Why: {reason}
Observed at: {observed_at} (UTC)
Where: {target}
Port: {port}
{list}
{?more}And {more} more: all that our mail {alert} names.
What: {matter}
Warning: {alert}, sent by the rule {rule}

How to object: {redress}

{sender} <{address}>
)",
    R"({watermark}
{?one}Мы отзываем это предупреждение. Если вы что-то сделали только из-за него, просим это отменить и сообщить нам, сделали ли вы это.
{?many}Мы отзываем это предупреждение обо всех его объектах, всего {count}. Если вы что-то сделали только из-за него, просим это отменить и сообщить нам, сделали ли вы это.

Почему: {reason}
Время наблюдения: {observed_at} (UTC)
Где: {target}
Порт: {port}
{list}
{?more}И ещё {more}: всё, что названо в нашем письме {alert}.
О чём: {matter}
Предупреждение: {alert}, отправлено по правилу {rule}

Как возразить: {redress}

{sender} <{address}>
)",
    R"({watermark}
{?one}Біз бұл ескертуді қайтарып аламыз. Тек соның салдарынан бірдеңе істеген болсаңыз, оны қалпына келтіріп, ол туралы бізге хабарлауыңызды сұраймыз.
{?many}Біз бұл ескертуді оның барлық нысаны бойынша қайтарып аламыз, барлығы {count}. Тек соның салдарынан бірдеңе істеген болсаңыз, оны қалпына келтіріп, ол туралы бізге хабарлауыңызды сұраймыз.

Неге: {reason}
Байқалған уақыты: {observed_at} (UTC)
Қайда: {target}
Порт: {port}
{list}
{?more}Тағы {more}: біздің {alert} хатымызда аталғанның бәрі.
Не туралы: {matter}
Ескерту: {alert}, {rule} ережесі бойынша жіберілген

Қалай қарсылық білдіруге болады: {redress}

{sender} <{address}>
)",
    R"({watermark}
{?one}我们撤回此警告。如果您仅因该警告采取了措施，请予以撤销，并告知我们是否已撤销。
{?many}我们撤回此警告，涉及其全部 {count} 个项目。如果您仅因该警告采取了措施，请予以撤销，并告知我们是否已撤销。

原因：{reason}
观测时间：{observed_at}（UTC）
位置：{target}
端口：{port}
{list}
{?more}另有 {more} 个：即我们的邮件 {alert} 所列的全部项目。
事由：{matter}
警告：{alert}，依据规则 {rule} 发送

如何提出异议：{redress}

{sender} <{address}>
)"};

constexpr Sentence kWarning{"Warning", "Предупреждение", "Ескерту", "警告"};
constexpr Sentence kTakenBack{"Recalled", "Отозвано", "Қайтарып алынды", "已撤回"};
constexpr Sentence kItems{"items: ", "объектов: ", "нысандар: ", "项目数："};
constexpr Sentence kOnPort{"port ", "порт ", "порт ", "端口 "};

// What a rule may ask, and of whom.
constexpr std::array kRuleEffects{Effect::Inform, Effect::CleanCompromise};
constexpr std::array<std::pair<Recipient, Sentence>, 5> kRuleAddressees{{
    {Recipient::Host, {"hosting provider", "хостинг-провайдер", "хостинг провайдері", "托管服务商"}},
    {Recipient::IspAbuse, {"operator of the network", "оператор сети", "желі операторы", "网络运营者"}},
    {Recipient::Registrar, {"registrar", "регистратор", "тіркеуші", "注册商"}},
    {Recipient::Csirt,
     {"computer security incident response team", "группа реагирования на компьютерные инциденты",
      "компьютерлік инциденттерге ден қою тобы", "计算机安全事件响应组"}},
    {Recipient::SystemOwner, {"owner of the system", "владелец системы", "жүйе иесі", "系统所有者"}},
}};
constexpr std::array<std::pair<PublisherKind, Sentence>, 4> kPublishers{{
    {PublisherKind::Private, {"a private body", "частная организация", "жеке ұйым", "私营机构"}},
    {PublisherKind::OtherState,
     {"a body of another state", "орган другого государства", "басқа мемлекеттің органы", "他国机构"}},
    {PublisherKind::OwnState,
     {"a body of this state", "орган этого государства", "осы мемлекеттің органы", "本国机构"}},
    {PublisherKind::Operator,
     {"this desk's own sensor", "собственный датчик этой службы", "осы қызметтің өз датчигі", "本机构自有传感器"}},
}};

template <typename Word, std::size_t kCount>
const Sentence& said_of(const std::array<std::pair<Word, Sentence>, kCount>& table, Word word) {
  const auto row = std::find_if(table.begin(), table.end(), [&](const auto& one) { return one.first == word; });
  CORDON_CHECK(row != table.end(), "a rule has only addressees and publishers that there are words for");
  return row->second;
}

std::string evidence_in_words(const AlertItem& item) {
  std::vector<std::string> said;
  for (std::size_t i = 0; i < item.evidence.size(); ++i)
    if (!item.evidence[i].empty()) said.push_back(std::string(kEvidenceFields[i]) + " = " + item.evidence[i]);
  return join(said, ", ");
}

// "1. 2026-11-24T07:00:00.000Z  hxxp://files[.]example[.]com/x  port 8080  (malware.name = …)".
std::string list_of_items(const Alert& alert, NoticeLanguage language) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < alert.items.size() && i < kItemsInWords; ++i) {
    const AlertItem& item = alert.items[i];
    std::string line = std::to_string(i + 1) + ". " + to_rfc3339(item.observed_at) + "  " + defang(item.target);
    if (item.port) line += "  " + std::string(kOnPort.in(language)) + std::to_string(*item.port);
    if (const std::string said = evidence_in_words(item); !said.empty()) line += "  (" + said + ")";
    lines.push_back(std::move(line));
  }
  return join(lines, "\n");
}

std::string responsible_for(const Alert& alert) {
  std::vector<std::string> names;
  for (const AlertItem& item : alert.items)
    if (std::find(names.begin(), names.end(), item.responsible) == names.end() && names.size() <= kItemsInWords)
      names.push_back(item.responsible);
  if (names.size() > kItemsInWords) names.back() = "…";
  return join(names, ", ");
}

std::map<std::string, std::string, std::less<>> members_of(const AlertFacts& facts, NoticeLanguage language) {
  const auto& [rule, alert, annex, sender] = facts;
  std::vector<std::string> anchors, gates;
  if (const Category* category = rule.matter.category())
    for (const auto& anchor : row(*category).anchors)
      anchors.push_back(std::string(anchor.instrument) + " " + std::string(anchor.articles));
  for (const GateGiven& one : alert.gates) gates.push_back(std::string(name(one.gate)) + " " + one.answer);
  CORDON_CHECK(!alert.items.empty(), "an alert is about something");
  const AlertItem& first = alert.items.front();
  const bool many = alert.items.size() > 1;
  const auto earlier = [](const AlertItem& a, const AlertItem& b) { return a.observed_at < b.observed_at; };
  const auto [oldest, newest] = std::minmax_element(alert.items.begin(), alert.items.end(), earlier);
  const auto if_one = [&](std::string value) { return many ? std::string() : std::move(value); };
  const auto if_many = [&](std::string value) { return many ? std::move(value) : std::string(); };
  const std::string yes = "yes";
  return {{"watermark", annex.fictitious() ? std::string(kWatermark.in(language)) : std::string()},
          {"one", if_one(yes)},
          {"many", if_many(yes)},
          {"parts", alert.of > 1 ? yes : std::string()},
          {"number", std::to_string(alert.number)},
          {"of", std::to_string(alert.of)},
          {"count", std::to_string(alert.items.size())},
          {"more", alert.items.size() > kItemsInWords ? std::to_string(alert.items.size() - kItemsInWords) : ""},
          {"list", if_many(list_of_items(alert, language))},
          {"first", to_rfc3339(oldest->observed_at)},
          {"last", to_rfc3339(newest->observed_at)},
          {"observed_at", if_one(to_rfc3339(first.observed_at))},
          {"target", if_one(defang(first.target))},
          {"port", if_one(first.port ? std::to_string(*first.port) : std::string())},
          {"evidence", if_one(evidence_in_words(first))},
          {"csv", has_item_table(alert) ? std::string(kItemTable) : std::string()},
          {"xarf", std::string(xarf_file_of(alert))},
          {"matter", matter_name(alert.matter, language)},
          {"recipient", std::string(said_of(kRuleAddressees, rule.recipient).in(language))},
          {"responsible", responsible_for(alert)},
          {"ask", std::string(asked(rule.effect).in(language))},
          {"effect", std::string(name(rule.effect))},
          {"rule", rule.id.text()},
          {"rule_ends", to_rfc3339(rule.ends_at)},
          {"feed", rule.feed.name},
          {"publisher", rule.feed.publisher},
          {"publisher_kind", std::string(said_of(kPublishers, rule.feed.publisher_kind).in(language))},
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
      const bool asked_only = line[open + 1] == '?';
      const std::size_t from = open + (asked_only ? 2 : 1);
      const auto value = members.find(line.substr(from, close - from));
      CORDON_CHECK(value != members.end(), "a template names a member that alerts have");
      whole = whole && !value->second.empty();
      if (!asked_only) made += value->second;
      at = close + 1;
    }
    if (whole) text += made + "\n";
  }
  text.pop_back();  // behind the last line break there is no line
  return text;
}

// Every text of an alert, each with all of its languages.
std::vector<Sentence> alert_sentences() {
  std::vector<Sentence> all{kRuleAlert, kRuleLegal, kRuleRecall, kWatermark, kWarning, kTakenBack, kItems, kOnPort};
  for (const Effect effect : kRuleEffects) all.push_back(asked(effect));
  for (const auto& [recipient, sentence] : kRuleAddressees) all.push_back(sentence);
  for (const auto& [publisher, sentence] : kPublishers) all.push_back(sentence);
  return all;
}

}  // namespace

Digest alert_template() {
  std::string words = "cordon/alert-template/2\n" + std::string(kItemColumns) + "\n";
  for (const Sentence& text : alert_sentences())
    for (const NoticeLanguage language : kNoticeLanguages) words += std::string(text.in(language)) + "\n";
  return sha256(words);
}

std::vector<std::string_view> alert_texts(NoticeLanguage language) {
  std::vector<std::string_view> texts;
  for (const Sentence& text : alert_sentences()) texts.push_back(text.in(language));
  return texts;
}

std::string alert_subject(const Alert& alert, bool fictitious, bool recalled, NoticeLanguage language) {
  std::string subject = fictitious ? "[DEMONSTRATION] " : "";
  subject +=
      std::string((recalled ? kTakenBack : kWarning).in(language)) + ": " + std::string(alert.matter.id()) + ", ";
  subject += alert.items.size() == 1 ? printable(defang(alert.items.front().target), 80)
                                     : std::string(kItems.in(language)) + std::to_string(alert.items.size());
  if (alert.of > 1) subject += " (" + std::to_string(alert.number) + "/" + std::to_string(alert.of) + ")";
  return subject;
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
