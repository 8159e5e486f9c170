// A wallet address, scoped to its chain and with its checksum verified (charter 4.8).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cordon {

// "btc:1…", "btc:bc1q…", "ltc:L…", "doge:D…", "dash:X…", "zec:t1…", "bch:q…", "eth:0x…" (EIP-55 case),
// "trx:T…", "xrp:r…", "xmr:4…", "ton:EQ…", "sol:…". The chain may be left out where the form tells it, and
// may be written out ("bitcoin:1…"); "sol" never may be left out, for it has no checksum. Spellings of
// one account become one text: legacy "bch:1…" is cashaddr, "ltc:3…" is "M…", "UQ…" of TON is "EQ…".
// "eth" stands for every chain whose accounts are Ethereum's.
// A version byte that several chains share belongs, bare, to the first row of the table in wallet.cc that
// has it: "3…" is btc and "D…" is doge. Test networks, wrong checksums and anything else are Malformed.
Result<std::string> canonical_wallet(std::string_view text);

}  // namespace cordon
