// Identifiers in any text, exact, in one pass and in order. What is found stands in the text byte for byte at
// its offset, and its canonical text is the one that the kind's parser (observable.h) gives.
//
//   scan(text, {}, [](const Find& find) { print(name(find.kind), find.offset, find.canonical); });
//
// For what is larger than memory, a Scanner takes it in pieces of any size and gives the same answers:
//
//   Scanner scanner({}, sink);
//   while (more) scanner.feed(piece);
//   scanner.finish();
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "law/terms.h"

namespace cordon {

// The charter's kinds, in its order, and then the context kinds: shown beside them, and nothing that a request
// could ever be about. Only target_kind() leads back to the charter's.
enum class FoundKind : std::uint8_t {
  Url,
  Domain,
  Ip,
  Onion,
  FileHash,
  PerceptualHash,
  TlsCert,
  AppId,
  Email,
  Phone,
  Iban,
  CardToken,
  Wallet,
  Handle,
  // context
  Cidr,
  Asn,
  Cve,
  AttackId,
  Sha384,
  Sha512,
  Ssdeep,
  Tlsh,
  Imphash,
  FileName,
  FilePath,
};
inline constexpr int kFoundKinds = 25;

// "url", "domain", …, "card", "cidr", "attack_id", …
std::string_view name(FoundKind kind);
std::optional<FoundKind> found_kind(std::string_view name);
std::span<const FoundKind> found_kinds();  // all of them, in their order
// Nothing for a context kind.
std::optional<ObservableKind> target_kind(FoundKind kind);

class KindSet {
 public:
  constexpr KindSet() = default;  // none
  constexpr static KindSet all() {
    KindSet every;
    every.bits_ = (1u << kFoundKinds) - 1;
    return every;
  }
  constexpr KindSet& add(FoundKind kind) {
    bits_ |= 1u << static_cast<unsigned>(kind);
    return *this;
  }
  constexpr bool has(FoundKind kind) const { return (bits_ >> static_cast<unsigned>(kind) & 1) != 0; }

 private:
  std::uint32_t bits_ = 0;
};

// What a reader should know beside the value itself. Values are bits.
enum class FindFlag : std::uint16_t {
  Confusable = 1,  // letters of scripts that a reader would take for another name (UTS 39)
  SharedHost = 2,  // many tenants share the registrable name: only the full URL is a fair target
  Reserved = 4,    // for documents and private networks (RFC 2606, 6761, 6890)
  InsideUrl = 8,   // stands in the path or query of the url found just before; the one kind of overlap
  Decoded = 16,    // written in an encoding (%3A, &#46;, =2E, base64): the bytes there aren't the value itself
  Wrapped = 32,    // a line break stands inside
};
std::string_view name(FindFlag flag);
std::span<const FindFlag> find_flags();

// Why something that looks like an identifier is not taken for one. Such finds come only with `loose`.
enum class HeldBack : std::uint8_t {
  No,
  FileEnding,  // "README.md": the top-level name ends more files than hosts
  CodeMember,  // "user.name", "foo.bar(": members and calls of programs
  Sentence,    // "end.In the": a full stop without a space
  PathPart,    // "/usr/lib/a.so", "C:\\a.com"
  Version,     // "Chrome/1.2.3.4", "version 1.2.3.4"
  Heading,     // "11.7.3.1. Title"
  Platform,    // a platform or a page that it makes up itself (charter 4.8)
  Pattern,     // a wildcard stands in it (charter 4.8)
  MessageId,   // the Message-ID of a mail, no mailbox
  NotGlobal,   // "a::b": an IPv6 address outside of the global ones
  EmptyFile,   // the hash of no bytes
  GitObject,   // a commit's name in the address of its repository
};
std::string_view reason(HeldBack why);  // "file_ending", …; empty for No

struct Find {
  FoundKind kind;
  HeldBack held_back;
  bool defanged;               // the author broke it on purpose: "hxxp", "[.]"
  std::uint16_t flags;         // of FindFlag
  std::uint64_t offset;        // bytes from the start of the whole text
  std::uint64_t length;        // bytes as written
  std::string_view written;    // the bytes there; like `canonical`, a loan until the call returns
  std::string_view canonical;  // as the parser of the kind writes it
  bool has(FindFlag flag) const { return (flags & static_cast<std::uint16_t>(flag)) != 0; }
};

// A loan of anything that can be called with a Find; it must outlive the scan.
class FindSink {
 public:
  template <typename Call>
    requires(!std::is_same_v<std::remove_cvref_t<Call>, FindSink>)
  // NOLINTNEXTLINE(google-explicit-constructor,cppcoreguidelines-missing-std-forward): a loan, of a lambda mostly
  FindSink(Call&& call)
      : target_(const_cast<void*>(static_cast<const void*>(std::addressof(call)))),
        call_([](void* target, const Find& find) { (*static_cast<std::remove_reference_t<Call>*>(target))(find); }) {}
  void operator()(const Find& find) const { call_(target_, find); }

 private:
  void* target_;
  void (*call_)(void*, const Find&);
};

enum class Lanes : std::uint8_t { Best, Scalar, Avx2 };  // which twin classifies bytes; Best asks the processor

struct ScanOptions {
  KindSet kinds = KindSet::all();
  bool loose = false;  // finds that are held back come too, with the reason
  Lanes lanes = Lanes::Best;
  std::size_t buffer = std::size_t{256} << 10;  // of a Scanner; at least 16 KiB
};

// Finds come left to right. None overlaps another, except those with InsideUrl, which lie in the url before them.
void scan(std::string_view text, const ScanOptions& options, FindSink sink);

// The same for a text in pieces. The answers do not depend on where the pieces end. Memory is constant.
class Scanner {
 public:
  Scanner(const ScanOptions& options, FindSink sink);
  Scanner(Scanner&&) noexcept;
  ~Scanner();
  void feed(std::string_view piece);
  void finish();  // the text has ended; the scanner is then as new

 private:
  class State;
  std::unique_ptr<State> state_;
};

// The classification pass alone, for the bench: what no scanner of this kind can be faster than. Returns a number
// that depends on every byte, so that no compiler leaves it out.
std::uint64_t classify_only(std::string_view text, Lanes lanes);

}  // namespace cordon
