#include "observable/wallet.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/places_for_tests.h"
#include "base/text.h"
#include "observable/base58.h"
#include "observable/bech32.h"
#include "observable/fault_for_tests.h"

namespace cordon {
namespace {

std::string read_wallet(std::string_view text) { return text_or_fault(canonical_wallet(text)); }

std::string versioned(std::string version) {
  for (char c = 1; c <= 20; ++c) version += c;
  return base58check_encode(version);
}

TEST(Base58, bytes_survive_and_leading_zeros_count) {
  EXPECT_EQ(*base58_decode(""), "");
  EXPECT_EQ(*base58_decode("11"), std::string(2, '\0'));
  EXPECT_EQ(base58_encode("Hello World!"), "2NEpo7TZRRrLZSi2U");  // draft-msporny-base58, test vector 1
  EXPECT_EQ(*base58_decode("2NEpo7TZRRrLZSi2U"), "Hello World!");
  EXPECT_EQ(base58_encode(*base58_decode("11233QC4")), "11233QC4");
  EXPECT_FALSE(base58_decode("10"));
  EXPECT_FALSE(base58_decode(std::string(129, '2')));
  EXPECT_FALSE(base58check_decode("1111"));
}

// BIP 173 and BIP 350. Planted bug that turns it red: the bech32 constant for version 1.
TEST(Wallet, segwit_addresses_of_the_standard_are_read) {
  EXPECT_EQ(read_wallet("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
            "btc:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
  for (const char* sound : {"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "bc1sw50qgdz25j",
                            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
                            "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs"}) {
    EXPECT_EQ(read_wallet(sound), "btc:" + std::string(sound));
    EXPECT_EQ(read_wallet("bitcoin:" + std::string(sound)), "btc:" + std::string(sound));
  }
}

TEST(Wallet, segwit_addresses_that_the_standard_calls_broken_are_refused) {
  for (const char* broken :
       {"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",  // bech32 instead of bech32m
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",                      // bech32m instead of bech32
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",  // a character outside
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",  // version 17
        "bc1pw5dgrnzv",                                                    // one byte
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",                              // version 0 and 16 bytes
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",  // more than four bits of padding
        "bc1gmk9yu",                                                         // nothing
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",                        // the test network
        "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}) {                     // both cases
    EXPECT_EQ(read_wallet(broken), kMalformed) << broken;
  }
}

TEST(Wallet, a_version_byte_tells_the_chain) {
  EXPECT_EQ(read_wallet(versioned({'\0'})), "btc:16L5yRNPTuciSgXGHqYwn9N6NeoKqopAu");
  EXPECT_EQ(read_wallet(versioned("\x30")), "ltc:LKKHMBjCU89fyFNgSRprDoD8Jb25N8uWvd");
  EXPECT_EQ(read_wallet(versioned("\x32")), "ltc:M7zVKQKmtV5Rc7erVGVVC3khZbXxsS5HEX");
  EXPECT_EQ(read_wallet(versioned("\x1e")), "doge:D5ERdEN1gsouFSs7zsq7VYJxyWP6dP28H1");
  EXPECT_EQ(read_wallet(versioned("\x16")), "doge:9rXbkMyi1S6thykRoXAZcY8fwUKYsy6cXE");
  EXPECT_EQ(read_wallet(versioned("\x4c")), "dash:XanAvE5GMB8CsPH78B9moJq9viEVKvCS4f");
  EXPECT_EQ(read_wallet(versioned("\x10")), "dash:7SVyqiBykMKdoNuuf1AehnVxASmtdfqsFF");
  EXPECT_EQ(read_wallet(versioned("\x1c\xb8")), "zec:t1Hxw6JqWMnhDK5jRCieg5bFHM2qt7UtQvu");
  EXPECT_EQ(read_wallet(versioned("\x1c\xbd")), "zec:t3Jex1rKwuh1bQFRrKpKGWDcDVZ8bbQuNrB");
  EXPECT_EQ(read_wallet(versioned("\x41")), "trx:TA4Y62o6YC2Zsck9rZVGTvqW1AQ7X9zTnj");
  EXPECT_EQ(read_wallet(versioned("\x6f")), kMalformed);  // Bitcoin's test network
  EXPECT_EQ(read_wallet("trx:" + versioned("\x1e")), kMalformed);
  EXPECT_EQ(read_wallet("TRON:" + versioned("\x41")), "trx:TA4Y62o6YC2Zsck9rZVGTvqW1AQ7X9zTnj");
}

// Planted bug that turns it red: the row of ltc's version 5 above that of btc.
TEST(Wallet, a_version_that_two_chains_share_is_bitcoins_unless_the_chain_is_named) {
  EXPECT_EQ(read_wallet(versioned("\x05")), "btc:31nM1WuowNDzocNxPPW9NQWJEtwWpjfcLj");
  EXPECT_EQ(read_wallet("ltc:" + versioned("\x05")), "ltc:M7zVKQKmtV5Rc7erVGVVC3khZbXxsS5HEX");
}

// The pairs of the cashaddr specification.
TEST(Wallet, both_texts_of_one_bitcoin_cash_key_are_one_wallet) {
  const std::string key = "bch:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a";
  for (const char* text :
       {"qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
        "BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A",
        "bch:bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "bch:1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"}) {
    EXPECT_EQ(read_wallet(text), key) << text;
  }
  EXPECT_EQ(read_wallet("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"), "btc:1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu");
  EXPECT_EQ(read_wallet("bch:3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"), "bch:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq");
  EXPECT_EQ(read_wallet("bitcoincash:zpm2qsznhks23z7629mms6s4cwef74vcwvrqekrq9w"), key);  // token-aware
  EXPECT_EQ(read_wallet("qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6q"), kMalformed);
  const std::string long_script = to_text(CashAddress{CashAddress::Kind::Script, std::string(32, 'x')});
  EXPECT_EQ(read_wallet(long_script), "bch:" + long_script);
}

// EIP-55. Planted bug that turns it red: the hash of the mixed-case digits.
TEST(Wallet, the_capitals_of_an_eth_address_are_its_checksum) {
  for (const char* sound : {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
                            "0x52908400098527886E0F7030069857D2E4169EE7"}) {
    EXPECT_EQ(read_wallet(sound), "eth:" + std::string(sound));
    EXPECT_EQ(read_wallet(lower_ascii(sound)), "eth:" + std::string(sound));
  }
  EXPECT_EQ(read_wallet("ethereum:0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"),
            "eth:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  EXPECT_EQ(read_wallet("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"), kMalformed);
  EXPECT_EQ(read_wallet("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae"), kMalformed);
  EXPECT_EQ(read_wallet("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"), kMalformed);
  EXPECT_EQ(read_wallet("eth:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg"), kMalformed);
}

// Keys 00 01 02 … 3f, so nobody's.
TEST(Wallet, monero_addresses_of_the_main_network_are_read) {
  for (const std::string sound :
       {"41d7ke5VQnR2BDNSgrTE9j3X8QQ5Bnbbs4s3SMTX7y416CxUJqrTLW97YsWGEBnhxH8tnYDcX85QRAEhaAzrTSrZ89rbBUS",
        "82TG61jL1Cq2BDNSgrTE9j3X8QQ5Bnbbs4s3SMTX7y416CxUJqrTLW97YsWGEBnhxH8tnYDcX85QRAEhaAzrTSrZ8A56Ye5",
        "4BKnmStz23w2BDNSgrTE9j3X8QQ5Bnbbs4s3SMTX7y416CxUJqrTLW97YsWGEBnhxH8tnYDcX85QRAEhaAzrTSrZBYDbMq9cLVC1w3YiVs"}) {
    EXPECT_EQ(read_wallet(sound), "xmr:" + sound);
    std::string broken = sound;
    broken[40] = broken[40] == 'x' ? 'y' : 'x';
    EXPECT_EQ(read_wallet(broken), kMalformed);
  }
  EXPECT_EQ(
      read_wallet("9sAfEtjkh9X2BDNSgrTE9j3X8QQ5Bnbbs4s3SMTX7y416CxUJqrTLW97YsWGEBnhxH8tnYDcX85QRAEhaAzrTSrZ8DgTyWM"),
      kMalformed);
  EXPECT_EQ(read_wallet("xmr:" + std::string(95, 'z')), kMalformed);  // blocks past 2^64
}

TEST(Wallet, ripple_has_its_own_alphabet) {
  EXPECT_EQ(read_wallet("rrrrrrrrrrrrrrrrrrrrrhoLvTp"), "xrp:rrrrrrrrrrrrrrrrrrrrrhoLvTp");    // ACCOUNT_ZERO
  EXPECT_EQ(read_wallet("xrp:rrrrrrrrrrrrrrrrrrrrBZbvji"), "xrp:rrrrrrrrrrrrrrrrrrrrBZbvji");  // ACCOUNT_ONE
  EXPECT_EQ(read_wallet("rrrrrrrrrrrrrrrrrrrrBZbvjj"), kMalformed);
}

// It has no checksum, so any word of the right length would be an address.
TEST(Wallet, a_sol_address_must_say_its_chain) {
  const std::string wrapped = "So11111111111111111111111111111111111111112";  // the mint of wrapped SOL
  EXPECT_EQ(read_wallet("sol:" + wrapped), "sol:" + wrapped);
  EXPECT_EQ(read_wallet("solana:" + wrapped), "sol:" + wrapped);
  EXPECT_EQ(read_wallet(wrapped), kMalformed);
  EXPECT_EQ(read_wallet("sol:" + wrapped.substr(1)), kMalformed);
}

// Account e0 e1 … ff. Planted bug that turns it red: flags left as they came.
TEST(Wallet, a_ton_account_is_one_wallet_whether_it_bounces_or_not) {
  const std::string bounces = "EQDg4eLj5OXm5-jp6uvs7e7v8PHy8_T19vf4-fr7_P3-_6oi";
  EXPECT_EQ(read_wallet(bounces), "ton:" + bounces);
  EXPECT_EQ(read_wallet("UQDg4eLj5OXm5-jp6uvs7e7v8PHy8_T19vf4-fr7_P3-__fn"), "ton:" + bounces);
  EXPECT_EQ(read_wallet(replace_all(replace_all(bounces, "-", "+"), "_", "/")), "ton:" + bounces);
  EXPECT_EQ(read_wallet("EQDg4eLj5OXm5+jp6uvs7e7v8PHy8_T19vf4-fr7_P3-_6oi"), kMalformed);  // two alphabets
  EXPECT_EQ(read_wallet("kQDg4eLj5OXm5-jp6uvs7e7v8PHy8_T19vf4-fr7_P3-_xGo"), kMalformed);  // the test network
  EXPECT_EQ(read_wallet("ton:Ef8AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH-Lr"),
            "ton:Ef8AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH-Lr");
}

TEST(Wallet, an_unknown_chain_or_a_key_is_no_wallet) {
  EXPECT_EQ(read_wallet("xyz:1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"), kMalformed);
  EXPECT_EQ(read_wallet(base58check_encode("\x80" + std::string(32, 'k'))), kMalformed);  // a private key (WIF)
  EXPECT_EQ(read_wallet("btc:"), kMalformed);
  EXPECT_EQ(read_wallet(":"), kMalformed);
  EXPECT_EQ(read_wallet(""), kMalformed);
}

// The chain's name here for a currency of the published vectors; empty where we have none.
std::string chain_of(const std::string& currency) {
  for (const auto& [theirs, ours] : std::vector<std::pair<std::string, std::string>>{
           {"btc", "btc"},         {"bitcoin", "btc"}, {"ltc", "ltc"},      {"litecoin", "ltc"}, {"doge", "doge"},
           {"dogecoin", "doge"},   {"dash", "dash"},   {"zec", "zec"},      {"zcash", "zec"},    {"bch", "bch"},
           {"bitcoincash", "bch"}, {"eth", "eth"},     {"ethereum", "eth"}, {"trx", "trx"},      {"xmr", "xmr"},
           {"monero", "xmr"},      {"xrp", "xrp"},     {"ripple", "xrp"},   {"sol", "sol"},      {"solana", "sol"}}) {
    if (currency == theirs) return ours;
  }
  return {};
}

TEST(Wallet, published_address_vectors_are_judged_as_published) {
  const std::string path = shared_data("vectors/wallets/multicoin.jsonl");
  if (!exists(path)) GTEST_SKIP() << "no published wallet vectors";
  const std::string text = *read_file(path, 1u << 20);
  int seen = 0, agreed = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const Json row = *parse_json(line);
    const std::string chain = chain_of(row.text_or("currency"));
    const std::string options = row.text_or("options");
    const auto says = [&](std::string_view word) { return options.find(word) != std::string::npos; };
    if (chain.empty() || says("testnet") || says("stagenet") || says("both")) continue;  // "both" counts test networks
    ++seen;
    const auto wallet = canonical_wallet(chain + ':' + row.text_or("address"));
    const bool agrees = static_cast<bool>(wallet) == *row.flag("valid");
    agreed += agrees ? 1 : 0;
    if (!agrees) std::printf("differs: %s\n", std::string(line).c_str());
  }
  std::printf("%d of %d published vectors agree\n", agreed, seen);
  EXPECT_GT(seen, 50);
  EXPECT_GE(agreed * 100, seen * 95);
}

TEST(Wallet, every_published_sanctioned_address_of_a_known_chain_is_read) {
  if (!exists(shared_data("feeds/ofac-sanctioned-addresses"))) GTEST_SKIP() << "no published sanctioned addresses";
  int seen = 0, sound = 0;
  for (const auto& [file, chain] : std::vector<std::pair<std::string, std::string>>{{"XBT", "btc"},
                                                                                    {"ETH", "eth"},
                                                                                    {"BCH", "bch"},
                                                                                    {"LTC", "ltc"},
                                                                                    {"DASH", "dash"},
                                                                                    {"ZEC", "zec"},
                                                                                    {"TRX", "trx"},
                                                                                    {"XMR", "xmr"},
                                                                                    {"XRP", "xrp"},
                                                                                    {"BSC", "eth"},
                                                                                    {"ARB", "eth"},
                                                                                    {"ETC", "eth"}}) {
    const std::string folder = shared_data("feeds/ofac-sanctioned-addresses");
    const auto text = read_file(folder + "/sanctioned_addresses_" + file + ".txt", 1u << 20);
    if (!text) continue;
    for (const std::string_view line : split(*text, '\n')) {
      if (line.empty()) continue;
      ++seen;
      const auto named = canonical_wallet(chain + ':' + std::string(line));
      const auto bare = canonical_wallet(line);
      if (named) {
        ++sound;
        EXPECT_TRUE(chain == "bch" || (bare && *bare == *named)) << line;
      } else {
        std::printf("not read: %s %s: %s\n", file.c_str(), std::string(line).c_str(), named.error().message.c_str());
      }
    }
  }
  std::printf("%d of %d published addresses are read\n", sound, seen);
  EXPECT_GE(sound * 1000, seen * 995);
}

TEST(Wallet, the_vectors_of_bip_350_are_judged_as_published) {
  const std::string path = shared_data("vectors/wallets/bip350.json");
  if (!exists(path)) GTEST_SKIP() << "no published BIP 350 vectors";
  const Json vectors = *parse_json(*read_file(path, 1u << 20));
  const Json::Array valid = *vectors.list("segwit_valid"), invalid = *vectors.list("segwit_invalid");
  EXPECT_GT(valid.size() + invalid.size(), 20u);
  for (const Json& row : valid) {
    const std::string address = row.text_or("address");
    EXPECT_TRUE(canonical_segwit(address, lower_ascii(address.substr(0, 2)))) << address;
  }
  for (const Json& row : invalid) {
    EXPECT_FALSE(canonical_segwit(row.text_or("address"), "bc")) << row.text_or("address");
    EXPECT_FALSE(canonical_segwit(row.text_or("address"), "tb")) << row.text_or("address");
  }
}

}  // namespace
}  // namespace cordon
