#include "base/keyed_digest.h"

#include <gtest/gtest.h>

namespace cordon {
namespace {

// RFC 4231, sections 4.2, 4.3, 4.5 and 4.7: a short key, a text key, and one longer than a block, which is hashed
// first. Planted bug: the long key is cut to a block.
TEST(KeyedDigest, gives_the_rfc_s_own_digests_however_often_it_is_asked) {
  const KeyedDigest first(std::string(20, '\x0b')), second("Jefe"), third(std::string(131, '\xaa'));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(first.of("Hi There").hex(), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(second.of("what do ya want for nothing?").hex(),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(third.of("Test Using Larger Than Block-Size Key - Hash Key First").hex(),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  }
}

}  // namespace
}  // namespace cordon
