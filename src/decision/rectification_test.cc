// Who corrects a line of the public log, and what the line that does so says (charter 8.4, 10).
#include "decision/rectification.h"

#include <gtest/gtest.h>

#include "base/clock_for_tests.h"
#include "decision/transparency.h"

namespace cordon {
namespace {

constexpr Role kRoles[] = {Role::Analyst,         Role::Approver,      Role::LegalReviewer,  Role::Custodian,
                           Role::ChildProtection, Role::BorderOfficer, Role::AppealReviewer, Role::Dpo,
                           Role::Ombudsperson,    Role::Auditor,       Role::Admin};

class Rectifying : public testing::Test {
 protected:
  Officer officer(Role role) {
    return {OfficerId::make(kNow, random_), std::string(name(role)), {role}, SecretKey::generate(random_).public_key()};
  }
  std::string line(const Leaf& leaf) { return seal_leaf(leaf, {"desk.example.net/log", {}, {}}, random_).bytes; }

  SeededRandom random_{8};
  Leaf wrong_{"decision", kNow, "an-id", "phishing", "alert", "proposed", "effective", {"analyst", "approver"}};
};

// Planted bugs, each seen red: may() not asked; one person twice; a correction of a correction.
TEST_F(Rectifying, takes_the_data_protection_officer_and_one_who_answers_for_acts) {
  const Json wrong = *parse_json(line(wrong_));
  const auto corrects = [&](const Officer& one, const Officer& other, const Json& of, const std::string& reason) {
    return rectify(of, 3, sha256("line"), RectifyGround::Innocent, reason, one, other, kNow);
  };
  const std::string why = "The domain was sold before the report.";
  for (const Role one : kRoles) {
    for (const Role other : kRoles) {
      const bool may = one == Role::Dpo && (other == Role::Approver || other == Role::LegalReviewer);
      EXPECT_EQ(static_cast<bool>(corrects(officer(one), officer(other), wrong, why)), may)
          << name(one) << " and " << name(other);
    }
  }
  Officer both = officer(Role::Dpo);
  both.roles.insert(Role::LegalReviewer);
  EXPECT_EQ(corrects(both, both, wrong, why).error().fault, Fault::Refused);
  EXPECT_FALSE(corrects(officer(Role::Dpo), officer(Role::Approver), wrong, "short"));
  const LogRectified event = *corrects(officer(Role::Dpo), officer(Role::Approver), wrong, why);
  const Json correction = *parse_json(line(leaf_of_rectification(event, wrong)));
  EXPECT_FALSE(corrects(officer(Role::Dpo), officer(Role::Approver), correction, why));
  EXPECT_EQ(to_text(to_json(*read_log_rectified(to_json(event)))), to_text(to_json(event)));
  const Result<Correction> read = read_correction(correction);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->line, 3);
  EXPECT_EQ(read->hash, sha256("line").hex());
  EXPECT_FALSE(read_correction(wrong));
}

// Planted bugs, each seen red: the numbers do not list it; a line that corrects one behind it is taken.
TEST_F(Rectifying, is_counted_as_a_correction_of_the_line_that_it_names) {
  const Officer dpo = officer(Role::Dpo), legal = officer(Role::LegalReviewer);
  const auto corrected_line = [&](std::int64_t which, RectifyGround ground) {
    const Json wrong = *parse_json(line(wrong_));
    return line(leaf_of_rectification(
        *rectify(wrong, which, sha256("line"), ground, "The domain was sold.", dpo, legal, kNow), wrong));
  };
  Transparency report;
  ASSERT_TRUE(report.add(line(wrong_)));
  EXPECT_EQ(report.add(corrected_line(1, RectifyGround::Clerical)).error().fault, Fault::Corrupt);
  ASSERT_TRUE(report.add(corrected_line(0, RectifyGround::Clerical)));
  ASSERT_TRUE(report.add(corrected_line(0, RectifyGround::Innocent)));
  ASSERT_EQ(report.corrected().size(), 1u) << "one line, corrected twice: the last word counts";
  EXPECT_EQ(report.corrected().at(0).by, 2);
  EXPECT_EQ(report.corrected().at(0).ground, "innocent");
  const Json json = report.json("root");
  EXPECT_EQ(*json.find("corrected"), Json(Json::Array{Json::Object{{"line", 0}, {"by", 2}, {"ground", "innocent"}}}));
  EXPECT_EQ(json.find("totals")->number_or("decision effective", 0), 1)
      << "what was wrong stays counted as what it was";
}

}  // namespace
}  // namespace cordon
