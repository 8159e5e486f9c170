#include "law/offences.h"

#include <iterator>

#include "law/in_order.h"

namespace cordon {

namespace {

using enum AnchorStatus;
using enum ObservableKind;
using enum Recipient;

constexpr OffenceRow kOffences[] = {
    {
        .category = Category::Malware,
        .number = "C01",
        .id = "malware",
        .name = {"Malicious software and its infrastructure", "Вредоносные программы и их инфраструктура",
                 "Зиянды бағдарламалар және олардың инфрақұрылымы", "恶意软件及其基础设施"},
        .family = "A systems",
        .anchors = {{"Budapest", "4, 5, 6"}, {"UNCC", "9, 10, 11", AdoptedNotInForce}},
        .included = "command-and-control, distribution, configuration and drop points; malicious apps",
        .excluded = "research samples, sandboxes, vulnerability write-ups, authorised testing (Budapest 6(2)), "
                    "censorship-circumvention and privacy tools",
        .observables = {Url, Domain, Ip, FileHash, TlsCert, AppId, Onion},
        .evidence_mode = EvidenceMode::FullCapture,
        .evidence_note = "samples by hash; bytes only in encrypted quarantine",
        .gates = {Gate::DomainStatus},
        .recipients = {Host, Registrar, Csirt, AppStore, {SystemOwner, Condition::AlertOnly}},
        .tlp = Tlp::Green,
        .pap = Pap::Green,
        .publication = Publication::P1,
        .life = {{Domain, 180}, {Url, 90}, {Ip, 30}, {FileHash, 730}},
        .answer_hours = 24,
        .rsit = "malicious-code:*",
        .dsa = "SCAMS_AND_FRAUD / KEYWORD_OTHER",
    },
    {
        .category = Category::IllegalAccess,
        .number = "C02",
        .id = "illegal-access",
        .name = {"Illegal access and interception", "Незаконный доступ и перехват данных",
                 "Құқыққа сыйымсыз қол жеткізу және деректерді жолай ұстау", "非法访问和非法拦截"},
        .family = "A systems",
        .anchors = {{"Budapest", "2, 3"}, {"UNCC", "7, 8", AdoptedNotInForce}},
        .included = "intrusion infrastructure, credential-capture endpoints, spyware control panels, account takeover "
                    "in progress",
        .excluded = "good-faith security research, journalism about leaks, whistleblowing, publication of leaked "
                    "documents as such",
        .observables = {Url, Domain, Ip, FileHash, TlsCert, Onion},
        .evidence_mode = EvidenceMode::MetadataOnly,
        .evidence_note = "never the stolen data",
        .gates = {Gate::DomainStatus},
        .recipients = {Host, Csirt, Platform, Police, {SystemOwner, Condition::AlertOnly}},
        .tlp = Tlp::Amber,
        .pap = Pap::Amber,
        .publication = Publication::P1,
        .life = {{Domain, 180}, {Url, 90}, {Ip, 30}},
        .rsit = "intrusions:*, intrusion-attempts:*, information-content-security:unauthorised-information-access",
        .dsa = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS / KEYWORD_OTHER",
    },
    {
        .category = Category::ServiceAttack,
        .number = "C03",
        .id = "service-attack",
        .name = {"Attacks on availability (DDoS, botnets)", "Атаки на работоспособность систем (DDoS, ботнеты)",
                 "Жүйелердің жұмысын бұзу (DDoS, ботнеттер)", "干扰系统运行(DDoS、僵尸网络)"},
        .family = "A systems",
        .anchors = {{"Budapest", "5"}, {"UNCC", "10", AdoptedNotInForce}},
        .included = "attack sources, booter services, botnet nodes and controllers",
        .excluded = "protest calls, traffic spikes, scraping, load tests by the owner",
        .observables = {Ip, Url, Domain, FileHash},
        .evidence_mode = EvidenceMode::FullCapture,
        .recipients = {Host, Csirt, IspAbuse, {SystemOwner, Condition::AlertOnly}},
        .tlp = Tlp::Green,
        .pap = Pap::Green,
        .publication = Publication::P1,
        .life = {{Ip, 14}, {Domain, 90}, {Url, 90}},
        .rsit = "availability:ddos, malicious-code:infected-system",
        .dsa = "RISK_FOR_PUBLIC_SECURITY / KEYWORD_OTHER",
    },
    {
        .category = Category::CrimeTools,
        .number = "C04",
        .id = "crime-tools",
        .name = {"Trade in cybercrime tools and stolen access", "Сбыт средств киберпреступлений и похищенных доступов",
                 "Киберқылмыс құралдарын және ұрланған қолжетімділік деректерін өткізу",
                 "贩卖网络犯罪工具和被盗访问凭证"},
        .family = "A systems",
        .anchors = {{"Budapest", "6(1)(a)(i)-(ii)"}, {"UNCC", "11", AdoptedNotInForce}},
        .included = "offers of malware, phishing kits, stolen credentials, card data, initial access",
        .excluded = "dual-use and defensive tools, VPN/Tor/proxies/encryption (Engels v. Russia), exploits published "
                    "for research, Budapest 6(2)",
        .observables = {Url, Domain, Handle, Onion, FileHash, Wallet},
        .evidence_mode = EvidenceMode::FullCapture,
        .evidence_note = "offer page only, never the goods",
        .gates = {Gate::IntentSale},
        .recipients = {Host, Platform, Police},
        .tlp = Tlp::Amber,
        .pap = Pap::Amber,
        .publication = Publication::P1,
        .life = {{Url, 90}, {Handle, 90}, {Domain, 180}},
        .rsit = "other:other",
        .dsa = "UNSAFE_AND_PROHIBITED_PRODUCTS / KEYWORD_PROHIBITED_PRODUCTS",
    },
    {
        .category = Category::Phishing,
        .number = "C05",
        .id = "phishing",
        .name = {"Phishing and credential theft", "Фишинг и хищение учётных данных",
                 "Фишинг және есептік деректерді ұрлау", "网络钓鱼与凭证窃取"},
        .family = "B fraud",
        .anchors = {{"Budapest", "7, 8"}, {"UNCC", "12, 13", AdoptedNotInForce}},
        .included = "pages, messages and apps that impersonate another to take credentials, codes or payment data",
        .excluded = "parody, satire, criticism sites, gripe domains, fan pages: no credential capture means no "
                    "phishing",
        .observables = {Url, Domain, Ip, Email, Phone, AppId, FileHash, TlsCert},
        .evidence_mode = EvidenceMode::FullCapture,
        .gates = {Gate::ImpersonatedParty, Gate::DomainStatus},
        .recipients = {Host, Registrar, Csirt, Brand, Platform, {SystemOwner, Condition::AlertOnly}},
        .tlp = Tlp::Clear,
        .pap = Pap::Green,
        .publication = Publication::P1,
        .life = {{Url, 90}, {Domain, 180}, {Ip, 14}, {Phone, 90}, {Email, 90}},
        .answer_hours = 24,
        .rsit = "fraud:phishing, fraud:masquerade",
        .dsa = "SCAMS_AND_FRAUD / KEYWORD_PHISHING",
    },
    {
        .category = Category::Fraud,
        .number = "C06",
        .id = "fraud",
        .name = {"Online fraud and theft", "Мошенничество и хищение с использованием ИКТ",
                 "АКТ пайдаланып жасалған алаяқтық және ұрлық", "利用信息通信技术实施的诈骗和盗窃"},
        .family = "B fraud",
        .anchors = {{"Budapest", "8"}, {"UNTOC", "2(b), 5"}, {"UNCC", "13", AdoptedNotInForce}},
        .included = "fake shops, investment and job scams, scam call lines, SIM-swap, mule accounts used to receive "
                    "proceeds",
        .excluded = "contract disputes, bad service, debt, consumer complaints, political donations, crowdfunding as "
                    "such",
        .observables = {Url, Domain, Email, Phone, Iban, CardToken, Wallet, Handle, AppId},
        .evidence_mode = EvidenceMode::FullCapture,
        .gates = {Gate::LossOrAttempt},
        .recipients = {Host, Registrar, Platform, BankPsp, TelecomAbuse, Police},
        .tlp = Tlp::Green,
        .pap = Pap::Amber,
        .publication = Publication::P1,
        .life = {{Phone, 90}, {Email, 90}, {Handle, 90}, {Iban, 180}, {Wallet, 180}, {CardToken, 180}, {Domain, 180}},
        .rsit = "fraud:masquerade, fraud:unauthorised-use-of-resources",
        .dsa = "SCAMS_AND_FRAUD / KEYWORD_OTHER",
    },
    {
        .category = Category::Extortion,
        .number = "C07",
        .id = "extortion",
        .name = {"Ransomware and cyber-extortion", "Программы-вымогатели и кибервымогательство",
                 "Бопсалаушы бағдарламалар және киберқорқытып алу", "勒索软件与网络敲诈"},
        .family = "B fraud",
        .anchors = {{"Budapest", "2, 4, 5, 8"}, {"UNTOC", "2(b), 5"}, {"UNCC", "7, 9, 10, 13", AdoptedNotInForce}},
        .included = "ransom notes, negotiation portals, payment addresses, leak-site infrastructure",
        .excluded = "reporting about an incident, the leaked data as such, demands made in a civil or labour dispute",
        .observables = {Url, Onion, Domain, Ip, Wallet, Email, FileHash},
        .evidence_mode = EvidenceMode::MetadataOnly,
        .evidence_note = "victim data never captured",
        .recipients = {Host, Csirt, Police, Exchange},
        .tlp = Tlp::AmberStrict,
        .pap = Pap::Amber,
        .publication = Publication::P2,
        .life = {{Wallet, 365}, {Url, 90}, {Onion, 90}},
        .rsit = "information-content-security:unauthorised-information-modification",
        .dsa = "SCAMS_AND_FRAUD / KEYWORD_OTHER",
    },
    {
        .category = Category::Laundering,
        .number = "C08",
        .id = "laundering",
        .name = {"Laundering of proceeds of a listed offence", "Отмывание доходов от преступлений настоящего перечня",
                 "Осы тізбедегі қылмыстардан алынған кірістерді заңдастыру (жылыстату)", "清洗本清单所列犯罪的所得"},
        .family = "B fraud",
        .anchors = {{"UNTOC", "6"}, {"1988", "3(1)(b)"}, {"UNCC", "17", AdoptedNotInForce}},
        .included = "mule recruitment, cash-out accounts and wallets tied to a case of C01-C07, C09-C17",
        .excluded = "privacy tools and crypto use as such, tax matters, sanctions evasion outside C16/C17, NGO "
                    "funding",
        .observables = {Iban, CardToken, Wallet, Handle, Url},
        .evidence_mode = EvidenceMode::MetadataOnly,
        .gates = {Gate::PredicateCase},
        .recipients = {BankPsp, Exchange, Fiu, Platform},
        .tlp = Tlp::AmberStrict,
        .pap = Pap::Red,
        .publication = Publication::P2,
        .life_otherwise = 180,
        .rsit = "other:other",
        .dsa = "SCAMS_AND_FRAUD / KEYWORD_OTHER",
    },
    {
        .category = Category::Csam,
        .number = "C09",
        .id = "csam",
        .name = {"Child sexual abuse material", "Материалы со сценами сексуальных надругательств над детьми",
                 "Балаларға жасалған сексуалдық зорлық-зомбылық материалдары", "儿童性虐待材料"},
        .family = "C children and intimate harm",
        .anchors =
            {{"CRC-OPSC", "2(c), 3(1)(c)"}, {"Budapest", "9"}, {"Lanzarote", "20"}, {"UNCC", "14", AdoptedNotInForce}},
        .included = "URLs and hashes of material assessed by a hotline or child-protection unit (INTERPOL baseline or "
                    "national)",
        .excluded = "adult content; sexual-health, medical and art material; self-generated private material of "
                    "minors is a victim matter (UNCC 14(4)), never an enforcement target",
        .observables = {Url, FileHash, PerceptualHash, Onion},
        .evidence_mode = EvidenceMode::HashOnly,
        .evidence_note = "no fetch, no upload, no thumbnail, no storage",
        .gates = {Gate::HotlineAssessment},
        .recipients = {Hotline, PoliceChildUnit, {Host, Condition::ViaHotline}},
        .tlp = Tlp::AmberStrict,
        .pap = Pap::Red,
        .publication = Publication::P2,
        .life = {{Url, 30}},
        .life_note = "a hash no longer than its source list holds it",
        .answer_hours = 24,
        .rsit = "abusive-content:violence",
        .dsa = "PROTECTION_OF_MINORS / KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL",
    },
    {
        .category = Category::ChildSolicitation,
        .number = "C10",
        .id = "child-solicitation",
        .name = {"Solicitation and sexual exploitation of children",
                 "Груминг детей и вовлечение их в сексуальную эксплуатацию",
                 "Балаларды сексуалдық мақсатта азғыру (груминг) және қанауға тарту",
                 "以性侵害为目的引诱儿童及对儿童的性剥削"},
        .family = "C children and intimate harm",
        .anchors = {{"CRC-OPSC", "3(1)(a)(i)(a), 3(1)(b)"}, {"Lanzarote", "23"}, {"UNCC", "15", AdoptedNotInForce}},
        .included = "accounts and channels soliciting a child or offering a child, sextortion of a child",
        .excluded = "peer relations between minors, education, youth services, LGBT youth resources",
        .observables = {Handle, Url, Phone, Email},
        .evidence_mode = EvidenceMode::MetadataOnly,
        .evidence_note = "no chat logs, no images",
        .gates = {Gate::LegalReview},
        .recipients = {PoliceChildUnit, Hotline, PlatformChildSafety},
        .tlp = Tlp::AmberStrict,
        .pap = Pap::Red,
        .publication = Publication::P2,
        .rsit = "abusive-content:violence",
        .dsa = "PROTECTION_OF_MINORS / KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS",
    },
    {
        .category = Category::Ncii,
        .number = "C11",
        .id = "ncii",
        .name = {"Non-consensual dissemination of intimate images", "Распространение интимных изображений без согласия",
                 "Интимдік бейнелерді келісімсіз тарату", "未经同意传播私密图像"},
        .family = "C children and intimate harm",
        .anchors = {{"UNCC", "16", AdoptedNotInForce}, {"national article", "required", MemberAnnex}},
        .included = "URLs named by the person shown (or guardian / mandated helper); hash computed on the victim's "
                    "device",
        .excluded = "consensual adult content, public-figure reporting without intimate image, anything not asked for "
                    "by the person shown",
        .observables = {Url, PerceptualHash, FileHash},
        .evidence_mode = EvidenceMode::VictimHash,
        .evidence_note = "image never leaves the victim's device",
        .gates = {Gate::VictimRequest},
        .recipients = {Platform, Host, VictimSupport},
        .tlp = Tlp::AmberStrict,
        .pap = Pap::Red,
        .publication = Publication::P2,
        .life_otherwise = 365,
        .life_note = "ends at once when the victim withdraws; reviewed at 365 days",
        .rsit = "abusive-content:violence",
        .dsa = "CYBER_VIOLENCE / KEYWORD_NON_CONSENSUAL_IMAGE_SHARING",
        .on_by_default = false,
        .off_because = "its only treaty is not in force; it takes a national article in the annex (charter 4.1)",
    },
    {
        .category = Category::HumanTrafficking,
        .number = "C12",
        .id = "human-trafficking",
        .name = {"Trafficking in persons", "Торговля людьми", "Адам саудасы", "贩运人口"},
        .family = "D trade in people",
        .anchors = {{"TIP Protocol", "3, 5"}, {"CRC-OPSC", "3(1)(a)"}},
        .included = "recruitment and advertising by deception, coercion or abuse for exploitation; forced scam "
                    "compounds",
        .excluded = "consensual adult sex work, labour migration adverts, trade-union and migrant-rights material",
        .observables = {Url, Handle, Phone, Domain},
        .evidence_mode = EvidenceMode::MetadataOnly,
        .gates = {Gate::VictimSafety, Gate::LegalReview},
        .recipients = {PoliceTraffickingUnit, VictimSupport, {Platform, Condition::AfterPolice}},
        .tlp = Tlp::AmberStrict,
        .pap = Pap::Red,
        .publication = Publication::P2,
        .rsit = "other:other",
        .dsa = "VIOLENCE / KEYWORD_HUMAN_TRAFFICKING",
    },
    {
        .category = Category::MigrantSmuggling,
        .number = "C13",
        .id = "migrant-smuggling",
        .name = {"Smuggling of migrants for profit", "Незаконный ввоз мигрантов с целью наживы",
                 "Пайда табу мақсатында мигранттарды заңсыз әкелу", "以牟利为目的偷运移民"},
        .family = "D trade in people",
        .anchors = {{"Smuggling Protocol", "3(a), 6(1)"}},
        .included = "paid offers of illegal entry or forged travel documents",
        .excluded = "migrants themselves (art. 5), asylum information, humanitarian and family help (no financial "
                    "benefit), route reporting (art. 19)",
        .observables = {Url, Handle, Phone, Domain},
        .evidence_mode = EvidenceMode::MetadataOnly,
        .gates = {Gate::FinancialBenefit, Gate::LegalReview},
        .recipients = {Police, Platform},
        .tlp = Tlp::Amber,
        .pap = Pap::Red,
        .publication = Publication::P2,
        .rsit = "other:other",
        .dsa = "VIOLENCE / KEYWORD_OTHER",
    },
    {
        .category = Category::Drugs,
        .number = "C14",
        .id = "drugs",
        .name = {"Drug trafficking", "Незаконный оборот наркотиков", "Есірткінің заңсыз айналымы", "非法贩运毒品"},
        .family = "E dangerous goods",
        .anchors = {{"1961", "36(1)"}, {"1971", "22(1)"}, {"1988", "3(1)(a)-(b), 12"}},
        .included = "offers, shops, bots, couriers and payment points for scheduled substances and diverted "
                    "precursors",
        .excluded = "1988 art. 3(1)(c)(iii) incitement (speech), 3(2) personal use, harm reduction, medical and "
                    "policy debate, art, lawful pharmacies",
        .observables = {Url, Onion, Domain, Handle, Phone, Wallet, CardToken},
        .evidence_mode = EvidenceMode::FullCapture,
        .evidence_note = "offer page only",
        .gates = {Gate::OfferToSupply},
        .recipients = {Platform, Host, Registrar, Police, Exchange},
        .tlp = Tlp::Green,
        .pap = Pap::Amber,
        .publication = Publication::P1,
        .life = {{Url, 60}, {Handle, 90}, {Wallet, 180}},
        .rsit = "other:other",
        .dsa = "UNSAFE_AND_PROHIBITED_PRODUCTS / KEYWORD_PROHIBITED_PRODUCTS",
    },
    {
        .category = Category::Firearms,
        .number = "C15",
        .id = "firearms",
        .name = {"Illicit trade in firearms", "Незаконный оборот огнестрельного оружия",
                 "Атыс қаруының заңсыз айналымы", "非法贩运枪支"},
        .family = "E dangerous goods",
        .anchors = {{"Firearms Protocol", "3(e), 5"}},
        .included = "offers of firearms, parts and ammunition outside authorisation; marking removal services",
        .excluded = "licensed sale, hunting, sport, museums, replicas (art. 3(a)), news, state transfers (art. 4(2))",
        .observables = {Url, Onion, Domain, Handle, Phone, Wallet},
        .evidence_mode = EvidenceMode::FullCapture,
        .evidence_note = "offer page only",
        .gates = {Gate::OfferToSupply},
        .recipients = {Platform, Host, Registrar, Police},
        .tlp = Tlp::Amber,
        .pap = Pap::Amber,
        .publication = Publication::P1,
        .life = {{Url, 60}, {Handle, 90}},
        .rsit = "other:other",
        .dsa = "UNSAFE_AND_PROHIBITED_PRODUCTS / KEYWORD_PROHIBITED_PRODUCTS",
    },
    {
        .category = Category::TerroristEntity,
        .number = "C16",
        .id = "terrorist-entity",
        .name = {"Infrastructure of an entity on a UN Security Council terrorism list",
                 "Сетевая инфраструктура организации из перечней СБ ООН по терроризму",
                 "БҰҰ Қауіпсіздік Кеңесінің терроризм жөніндегі тізбесіндегі ұйымның желілік инфрақұрылымы",
                 "列入联合国安理会反恐制裁名单的实体的网络基础设施"},
        .family = "F terrorism",
        .anchors = {{"UNSCR", "1267/1989/2253/2368 list; 1988 list; 1373 para 1(d)"}},
        .included = "sites, channels and accounts operated by or for a listed ENTITY (reference number QDe.* / TAe.*)",
        .excluded = "listed individuals (no person entity), national and regional lists (RATS, national extremist "
                    "lists), reporting, archives, research, relief, public services of de facto authorities",
        .observables = {Url, Domain, Handle, Onion, AppId},
        .evidence_mode = EvidenceMode::RestrictedCapture,
        .evidence_note = "custodian only",
        .gates = {Gate::UnReference, Gate::Attribution, Gate::MediaExemption, Gate::LegalReview},
        .recipients = {Platform, Host, Registrar},
        .tlp = Tlp::Amber,
        .pap = Pap::Amber,
        .publication = Publication::P1h,
        .life_note = "ends at once when the entity is delisted",
        .answer_hours = 24,
        .rsit = "other:other",
        .dsa = "RISK_FOR_PUBLIC_SECURITY / KEYWORD_ILLEGAL_ORGANIZATIONS",
        .on_by_default = false,
        .off_because = "it takes an appointed legal reviewer and an ombudsperson (charter 4.4)",
    },
    {
        .category = Category::TerroristFinancing,
        .number = "C17",
        .id = "terrorist-financing",
        .name = {"Financing of terrorism", "Финансирование терроризма", "Терроризмді қаржыландыру", "资助恐怖主义"},
        .family = "F terrorism",
        .anchors = {{"TF Convention", "2"}, {"UNSCR", "1373 para 1; 2253; 2368"}},
        .included = "accounts and wallets collecting for an act in an annexed treaty or for a listed entity",
        .excluded = "humanitarian action (UNSCR 2664), NGO, party or strike funds, bail funds, diaspora remittance, "
                    "persons on national lists",
        .observables = {Wallet, Iban, CardToken, Url, Handle},
        .evidence_mode = EvidenceMode::MetadataOnly,
        .gates = {Gate::TreatyAct, Gate::LegalReview},
        .recipients = {Fiu, BankPsp, Exchange, Platform},
        .tlp = Tlp::AmberStrict,
        .pap = Pap::Red,
        .publication = Publication::P2,
        .life_otherwise = 180,
        .rsit = "other:other",
        .dsa = "RISK_FOR_PUBLIC_SECURITY / KEYWORD_OTHER",
        .on_by_default = false,
        .off_because = "it takes an appointed legal reviewer and an ombudsperson (charter 4.4)",
    },
};

constexpr ExposureRow kExposures[] = {
    {
        .exposure = Exposure::ExposedService,
        .number = "H01",
        .id = "exposed_service",
        .name = {"Service open to the internet by mistake", "Сервис, ошибочно открытый в интернет",
                 "Интернетке қателесіп ашық қалған сервис", "误暴露于互联网的服务"},
        .observables = {Ip, Domain},
        .port_required = true,
        .recipients = {SystemOwner, Host, IspAbuse, Csirt},
    },
    {
        .exposure = Exposure::VulnerableService,
        .number = "H02",
        .id = "vulnerable_service",
        .name = {"Vulnerable service", "Уязвимый сервис", "Осал сервис", "存在漏洞的服务"},
        .observables = {Ip, Domain},
        .port_required = true,
        .recipients = {SystemOwner, Host, IspAbuse, Csirt},
    },
    {
        .exposure = Exposure::SpamSource,
        .number = "H03",
        .id = "spam_source",
        .name = {"Source of bulk mail (probably compromised)", "Источник массовых рассылок (вероятно, взломан)",
                 "Жаппай хат тарату көзі (бұзылған болуы мүмкін)", "垃圾邮件来源(可能已被入侵)"},
        .observables = {Ip, Domain},
        .port_required = false,
        .recipients = {SystemOwner, Host, IspAbuse, Csirt},
    },
};

static_assert(std::size(kOffences) == 17 && in_order(kOffences, &OffenceRow::category, Category::TerroristFinancing));
static_assert(std::size(kExposures) == 3 && in_order(kExposures, &ExposureRow::exposure, Exposure::SpamSource));

// A treaty not yet in force may not carry a category alone (charter 4.1): such a row is off until the annex names an
// article.
constexpr bool anchored(const OffenceRow& row) {
  for (const Anchor& anchor : row.anchors) {
    if (anchor.status == InForce) return true;
  }
  return !row.on_by_default;
}
constexpr bool each_is_anchored_and_bounded() {
  for (const OffenceRow& row : kOffences) {
    if (!anchored(row) || row.excluded.empty() || row.observables.empty() || row.recipients.empty()) return false;
    if (row.on_by_default != row.off_because.empty()) return false;
  }
  return true;
}
static_assert(each_is_anchored_and_bounded());

}  // namespace

const OffenceRow& row(Category category) {
  const auto index = static_cast<std::size_t>(category);
  CORDON_CHECK(index < std::size(kOffences), "there is no such category");
  return kOffences[index];
}

const ExposureRow& row(Exposure exposure) {
  const auto index = static_cast<std::size_t>(exposure);
  CORDON_CHECK(index < std::size(kExposures), "there is no such exposure");
  return kExposures[index];
}

std::string_view title(Matter matter, Language language) {
  const Names& names = matter.category() != nullptr ? row(*matter.category()).name : row(*matter.exposure()).name;
  switch (language) {
    case Language::En:
      return names.en;
    case Language::Ru:
      return names.ru;
    case Language::Kk:
      return names.kk;
    case Language::Zh:
      return names.zh;
  }
  return names.en;
}

std::span<const OffenceRow> offences() { return kOffences; }
std::span<const ExposureRow> exposures() { return kExposures; }

int answer_hours(Matter matter) {
  constexpr int kExposureHours = 72;
  return matter.category() != nullptr ? row(*matter.category()).answer_hours : kExposureHours;
}

}  // namespace cordon
