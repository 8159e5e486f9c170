#include "observable/app_id.h"

#include <gtest/gtest.h>

#include "observable/fault_for_tests.h"

namespace cordon {
namespace {

std::string read_app_id(std::string_view text) { return text_or_fault(canonical_app_id(text)); }

TEST(AppId, an_id_with_its_store_is_read) {
  EXPECT_EQ(read_app_id("google:com.example.app"), "google:com.example.app");
  EXPECT_EQ(read_app_id("Google:com.Example.App_2"), "google:com.Example.App_2");
  EXPECT_EQ(read_app_id("apple:id123456789"), "apple:123456789");
  EXPECT_EQ(read_app_id("huawei:c123456"), "huawei:C123456");
  EXPECT_EQ(read_app_id("microsoft:9nblggh12345"), "microsoft:9NBLGGH12345");
}

// Planted bug that turns it red: the whole query as the id.
TEST(AppId, the_page_of_an_app_gives_its_id) {
  EXPECT_EQ(read_app_id("https://play.google.com/store/apps/details?id=com.example.app"), "google:com.example.app");
  EXPECT_EQ(read_app_id("https://play.google.com/store/apps/details?hl=kk&id=com.example.app&gl=KZ#top"),
            "google:com.example.app");
  EXPECT_EQ(read_app_id("hxxps://play[.]google[.]com/store/apps/details?id=com[.]example[.]app"),
            "google:com.example.app");
  EXPECT_EQ(read_app_id("market://details?id=com.example.app"), "google:com.example.app");
  EXPECT_EQ(read_app_id("https://apps.apple.com/kz/app/some-name/id123456789?l=ru"), "apple:123456789");
  EXPECT_EQ(read_app_id("https://itunes.apple.com/us/app/id123456789"), "apple:123456789");
  EXPECT_EQ(read_app_id("https://appgallery.huawei.com/app/C123456"), "huawei:C123456");
  EXPECT_EQ(read_app_id("https://appgallery.huawei.com/#/app/C123456"), "huawei:C123456");
  EXPECT_EQ(read_app_id("https://apps.microsoft.com/detail/9nblggh12345?hl=en"), "microsoft:9NBLGGH12345");
  EXPECT_EQ(read_app_id("https://www.microsoft.com/en-us/p/some-name/9nblggh12345"), "microsoft:9NBLGGH12345");
}

TEST(AppId, a_page_that_is_not_one_app_is_refused) {
  for (const char* text : {"https://play.google.com/store/apps/developer?id=com.example.app",
                           "https://play.google.com/store/search?q=com.example.app",
                           "https://play.google.com/store/apps/details?id=com.example.app&id=com.example.other",
                           "https://play.google.com.example.org/store/apps/details?id=com.example.app",
                           "https://play.google.com@example.org/store/apps/details?id=com.example.app",
                           "https://apps.apple.com/kz/developer/some-name/id123456789", "https://apps.apple.com/app",
                           "https://appgallery.huawei.com/search/C123456", "https://apps.microsoft.com/search",
                           "https:play.google.com", "https://", "https:///", "market://search?q=x"}) {
    EXPECT_EQ(read_app_id(text), kMalformed) << text;
  }
}

TEST(AppId, an_id_that_its_store_would_not_give_is_refused) {
  for (const char* text :
       {"com.example.app", "google:example", "google:com..app", "google:com.1example", "google:com.a-b", "apple:12345",
        "apple:0123456789", "apple:1234567890123", "huawei:D123", "huawei:C", "microsoft:8nblggh12345",
        "microsoft:9NBLGGH1234", "microsoft:9NBLGGH123456", "fdroid:com.example.app", "google:", ":", ""}) {
    EXPECT_EQ(read_app_id(text), kMalformed) << text;
  }
}

}  // namespace
}  // namespace cordon
