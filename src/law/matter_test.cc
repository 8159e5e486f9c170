#include "law/matter.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "law/lists.h"
#include "law/offences.h"

namespace cordon {
namespace {

using enum ActionKind;
using enum Effect;
using enum ObservableKind;
using enum Recipient;

std::vector<Matter> all_matters() {
  std::vector<Matter> all;
  for (const OffenceRow& row : offences()) all.emplace_back(row.category);
  for (const ExposureRow& row : exposures()) all.emplace_back(row.exposure);
  return all;
}

std::string refusal(const Result<Nothing>& answer) {
  if (answer) return "allowed";
  EXPECT_EQ(answer.error().fault, Fault::Refused);
  return answer.error().message;
}

TEST(LawMatter, each_id_and_number_reads_back_as_itself) {
  std::set<std::string> seen;
  for (const Matter matter : all_matters()) {
    for (const std::string& text :
         {std::string(matter.id()), std::string(matter.number()), lower_ascii(matter.number())}) {
      const auto again = parse_matter(text);
      ASSERT_TRUE(again) << text << ": " << again.error().message;
      EXPECT_EQ(*again, matter) << text;
    }
    seen.emplace(matter.id());
    seen.emplace(matter.number());
  }
  EXPECT_EQ(seen.size(), 40u);  // 17 and 3, each with an id and a number of its own
}

TEST(LawMatter, numbers_stand_in_the_order_of_the_charter) {
  EXPECT_EQ(Matter(Category::Malware).number(), "C01");
  EXPECT_EQ(Matter(Category::Phishing).number(), "C05");
  EXPECT_EQ(Matter(Category::Csam).number(), "C09");
  EXPECT_EQ(Matter(Category::TerroristFinancing).number(), "C17");
  EXPECT_EQ(Matter(Exposure::ExposedService).number(), "H01");
  EXPECT_EQ(Matter(Exposure::SpamSource).id(), "spam_source");
}

// Planted bug: give C04 the id "other".
TEST(LawMatter, there_is_no_other) {
  for (const Matter matter : all_matters()) {
    for (const std::string_view loophole : {"other", "misc", "unspecified", "unsure", "general", "harmful"}) {
      EXPECT_NE(matter.id(), loophole);
    }
  }
  EXPECT_FALSE(parse_matter("other"));
  EXPECT_FALSE(parse_matter("C00"));
  EXPECT_FALSE(parse_matter("C18"));
  EXPECT_FALSE(parse_matter("H04"));
  EXPECT_FALSE(parse_matter(""));
}

TEST(LawMatter, an_unknown_name_is_outside_the_closed_list) {
  const auto answer = parse_matter("frobnication");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, Fault::Refused);
  EXPECT_EQ(answer.error().message,
            "'frobnication' is outside the closed list of 17 offences and 3 exposures (charter 4); "
            "`cordon docs offences` prints it");
}

TEST(LawMatter, an_id_in_another_case_is_told_how_it_is_written) {
  const auto answer = parse_matter(" Phishing");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "' Phishing' is no id; the id is written exactly 'phishing' (charter 4.2)");
}

TEST(LawMatter, holds_the_kinds_of_its_row_and_no_other) {
  EXPECT_TRUE(may_hold(Category::Phishing, Domain));
  EXPECT_EQ(refusal(may_hold(Category::Phishing, Wallet)),
            "phishing holds no wallet, only url, domain, ip, email, phone, app_id, file_hash, tls_cert (charter 4.4)");
  EXPECT_EQ(refusal(may_hold(Exposure::SpamSource, Url)), "spam_source holds no url, only ip, domain (amendment 8)");
}

// Planted bug: add PerceptualHash to the observables of C06.
TEST(LawMatter, perceptual_hashes_are_for_csam_and_ncii_only) {
  for (const Matter matter : all_matters()) {
    const bool may = matter == Matter(Category::Csam) || matter == Matter(Category::Ncii);
    EXPECT_EQ(static_cast<bool>(may_hold(matter, PerceptualHash)), may) << matter.id();
  }
}

TEST(LawMatter, lives_as_long_as_its_row_says) {
  EXPECT_EQ(life_days(Category::Malware, FileHash), 730);
  EXPECT_EQ(life_days(Category::Malware, TlsCert), 90);  // the row names no figure
  EXPECT_EQ(life_days(Category::Phishing, Domain), 180);
  EXPECT_EQ(life_days(Category::Phishing, Ip), 14);
  EXPECT_EQ(life_days(Category::Laundering, Handle), 180);
  EXPECT_EQ(life_days(Category::Csam, Url), 30);
  EXPECT_EQ(life_days(Category::Ncii, Url), 365);
  EXPECT_EQ(life_days(Category::TerroristEntity, Domain), 90);
  EXPECT_EQ(life_days(Exposure::ExposedService, Ip), 14);
}

// Charter 8.3: five years in all by renewal, so no single life may come near them.
TEST(LawMatter, no_life_is_longer_than_two_years) {
  for (const Matter matter : all_matters()) {
    for (const KindRow& row : observable_kinds()) EXPECT_LE(life_days(matter, row.kind), 730) << matter.id();
  }
}

TEST(LawMatter, a_recipient_is_never_given_less_than_a_day_to_answer) {
  for (const Matter matter : all_matters()) EXPECT_GE(answer_hours(matter), 24) << matter.id();
  EXPECT_EQ(answer_hours(Category::Phishing), 24);
  EXPECT_EQ(answer_hours(Category::Drugs), 72);
}

TEST(LawAsk, the_ordinary_requests_are_allowed) {
  EXPECT_EQ(refusal(may_ask(Category::Phishing, Domain, Alert, Inform, Host)), "allowed");
  EXPECT_EQ(refusal(may_ask(Category::Phishing, Url, Notice, RemoveItem, Host)), "allowed");
  EXPECT_EQ(refusal(may_ask(Category::Phishing, Domain, Notice, SuspendMaliciousDomain, Registrar)), "allowed");
  EXPECT_EQ(refusal(may_ask(Category::ServiceAttack, Ip, Alert, CleanCompromise, IspAbuse)), "allowed");
  EXPECT_EQ(refusal(may_ask(Category::Malware, Ip, Alert, CleanCompromise, SystemOwner)), "allowed");
  EXPECT_EQ(refusal(may_ask(Category::Fraud, Iban, Notice, ReviewPaymentInstrument, BankPsp)), "allowed");
  EXPECT_EQ(refusal(may_ask(Category::Csam, Url, Handoff, Inform, Hotline)), "allowed");
  EXPECT_EQ(refusal(may_ask(Category::Ncii, PerceptualHash, HashSubmission, RemoveItem, Platform)), "allowed");
  EXPECT_EQ(refusal(may_ask(Category::HumanTrafficking, Phone, Handoff, Inform, Emergency)), "allowed");
  EXPECT_EQ(refusal(may_ask(Exposure::ExposedService, Ip, Alert, Inform, SystemOwner)), "allowed");
}

// Planted bug: drop the first `if` of may_ask(); the message then says "holds no ip", and a row that gained an
// ip would be asked about it.
TEST(LawAsk, no_address_is_a_target_of_c09_to_c17) {
  for (const OffenceRow& row : offences()) {
    if (row.category < Category::Csam) continue;
    EXPECT_EQ(refusal(may_ask(row.category, Ip, Notice, DisableItem, Host)),
              std::string(row.id) + " never targets an address, which many sites share (G_BREADTH, charter 4.5)");
  }
}

// Planted bug: let may_ask_exposure() pass every kind.
TEST(LawAsk, an_exposure_allows_an_alert_that_informs_and_nothing_else) {
  for (const ExposureRow& row : exposures()) {
    int allowed = 0;
    for (const ActionRow& action : action_kinds()) {
      for (const EffectRow& effect : effects()) {
        for (const RecipientRow& to : recipients()) {
          const bool may = static_cast<bool>(may_ask(row.exposure, Ip, action.kind, effect.effect, to.recipient));
          allowed += may ? 1 : 0;
          EXPECT_TRUE(!may || (action.kind == Alert && effect.effect == Inform)) << row.id;
        }
      }
    }
    EXPECT_EQ(allowed, 4) << row.id;  // system_owner, host, isp_abuse, csirt
  }
}

// Planted bug: make may_address() end with `return Nothing{}`.
TEST(LawAsk, a_recipient_outside_the_row_is_refused) {
  EXPECT_EQ(
      refusal(may_ask(Category::Phishing, Domain, Notice, Inform, BankPsp)),
      "phishing asks nothing of bank_psp, only of host, registrar, csirt, brand, platform, system_owner (charter 4.4)");
  EXPECT_NE(refusal(may_ask(Category::TerroristEntity, Url, Handoff, Inform, Police)), "allowed");
}

TEST(LawAsk, only_the_hotline_reaches_the_host_of_child_abuse_material) {
  EXPECT_EQ(refusal(may_ask(Category::Csam, Url, Notice, RemoveItem, Host)),
            "csam reaches host through the hotline only (charter 4.4)");
  EXPECT_EQ(refusal(may_ask(Category::Csam, Url, Notice, RemoveItem, Hotline)),
            "csam goes to hotline as a handoff, not as notice (charter 4.8)");
}

TEST(LawAsk, the_owner_of_a_system_is_alerted_and_never_asked_more) {
  EXPECT_EQ(refusal(may_ask(Category::Phishing, Domain, Notice, RemoveItem, SystemOwner)),
            "phishing goes to system_owner by alert only (amendment 8)");
  for (const OffenceRow& row : offences()) {
    const bool may = static_cast<bool>(may_ask(row.category, Url, Alert, Inform, SystemOwner));
    const std::set<std::string_view> alerted = {"C01", "C02", "C03", "C05"};
    EXPECT_EQ(may, alerted.contains(row.number)) << row.id;
  }
}

// Planted bug: give SuspendMaliciousDomain the targets {Domain, Ip, Url} in lists.cc.
TEST(LawAsk, only_a_domain_is_suspended_and_only_by_its_registrar) {
  for (const OffenceRow& row : offences()) {
    for (const KindRow& kind : observable_kinds()) {
      for (const RecipientRow& to : recipients()) {
        if (may_ask(row.category, kind.kind, Notice, SuspendMaliciousDomain, to.recipient)) {
          EXPECT_EQ(kind.kind, Domain) << row.id;
          EXPECT_EQ(to.recipient, Registrar) << row.id;
        }
      }
    }
  }
  EXPECT_EQ(refusal(may_ask(Category::Phishing, Url, Notice, SuspendMaliciousDomain, Registrar)),
            "phishing can ask suspend_malicious_domain for domain, not for url (charter 4.8)");
}

TEST(LawAsk, an_alert_asks_no_more_than_to_clean_up) {
  for (const EffectRow& effect : effects()) {
    const bool may = static_cast<bool>(may_ask(Category::Phishing, Domain, Alert, effect.effect, Registrar));
    EXPECT_EQ(may, effect.effect <= CleanCompromise) << name(effect.effect);
  }
}

TEST(LawAsk, hashes_are_submitted_for_ncii_only) {
  EXPECT_NE(refusal(may_ask(Category::Malware, FileHash, HashSubmission, RemoveItem, Host)), "allowed");
  EXPECT_NE(refusal(may_ask(Category::Ncii, Url, HashSubmission, RemoveItem, Platform)), "allowed");
}

}  // namespace
}  // namespace cordon
