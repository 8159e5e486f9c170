// cordon-probe among hostile places (zoo.py plays them, in namespaces of its own): no packet goes inside, nothing is
// followed, every look ends in time. Planted bugs, each seen red: a rule of the firewall removed (the fence); an
// address that is not checked after its name was resolved (the pages); redirects followed (the pages).
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/json.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "namespaces.h"

namespace cordon {
namespace {

Json played(const std::string& what) {
  const auto [code, said] =
      in_namespaces("python3 " + source_folder() + "/tests/probe/zoo.py " CORDON_PROBE " " + what);
  EXPECT_EQ(code, 0) << said;
  const Result<Json> result = parse_json(trim(said));
  EXPECT_TRUE(result) << said;
  return result ? *result : Json();
}

TEST(Zoo, no_page_makes_the_probe_look_inside_or_wait_for_ever) {
  if (!can_make_namespaces())
    GTEST_SKIP() << "this kernel makes no user, network and mount namespaces, or nft is missing";
  const Json result = played("pages");
  EXPECT_EQ(result.number_or("packets_inside", -1), 0);
  EXPECT_GE(result.number_or("pages", 0), 140);
  const auto failures = result.list("failures");
  ASSERT_TRUE(failures) << to_text(result);
  for (const Json& failure : *failures) ADD_FAILURE() << to_text(failure);
  std::printf("%s\n", to_text(result).c_str());
}

TEST(Zoo, what_means_harm_within_the_fence_reaches_nothing_inside_and_without_one_nothing_is_looked_at) {
  if (!can_make_namespaces())
    GTEST_SKIP() << "this kernel makes no user, network and mount namespaces, or nft is missing";
  const Json result = played("fence");
  EXPECT_EQ(result.number_or("packets_inside", -1), 0);
  const auto failures = result.list("failures");
  ASSERT_TRUE(failures) << to_text(result);
  for (const Json& failure : *failures) ADD_FAILURE() << to_text(failure);
}

}  // namespace
}  // namespace cordon
