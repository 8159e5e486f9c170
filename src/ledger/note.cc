#include "ledger/note.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"

namespace cordon {

namespace {

constexpr std::string_view kDash = "\u2014 ";
constexpr std::size_t kKeyIdSize = 4;

// White_Space of the Unicode character database beyond ASCII.
constexpr std::string_view kSpaces[] = {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                        "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
                                        "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

std::string encoded(std::string_view name, const PublicKey& key, KeyKind kind) {
  return std::string(name) + "\n" + static_cast<char>(kind) + key.view();
}

Result<NoteSignature> read_signature(std::string_view line, std::size_t number) {
  const std::string where = "signature " + std::to_string(number);
  if (!line.starts_with(kDash)) return fail(Fault::Malformed, "a signature's line begins with an em dash", where);
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return fail(Fault::Malformed, "expected a name and a signature", where);
  const std::string_view name = line.substr(0, space);
  if (!is_key_name(name)) return fail(Fault::Malformed, "not the name of a key", where);
  const Result<std::string> bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kKeyIdSize) {
    return fail(Fault::Malformed, "expected base64 of a key id and a signature", where);
  }
  return NoteSignature{std::string(name), bytes->substr(0, kKeyIdSize), bytes->substr(kKeyIdSize)};
}

}  // namespace

bool is_note_text(std::string_view text) {
  return text.ends_with('\n') && valid_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\n'; });
}

bool is_key_name(std::string_view name) {
  return !name.empty() && valid_utf8(name) &&
         std::none_of(name.begin(), name.end(), [](char c) { return is_control(c) || c == ' ' || c == '+'; }) &&
         std::none_of(std::begin(kSpaces), std::end(kSpaces),
                      [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

std::string write_signatures(const std::vector<NoteSignature>& signatures) {
  std::string out;
  for (const NoteSignature& one : signatures) {
    out += std::string(kDash) + one.name + " " + to_base64(one.key_id + one.signature) + "\n";
  }
  return out;
}

std::string write_note(const Note& note) { return note.text + "\n" + write_signatures(note.signatures); }

Result<std::vector<NoteSignature>> read_signatures(std::string_view lines) {
  if (!lines.ends_with('\n') || !is_note_text(lines))
    return fail(Fault::Malformed, "signatures are lines of UTF-8 without control characters");
  if (std::count(lines.begin(), lines.end(), '\n') > static_cast<std::ptrdiff_t>(kMostSignatures)) {
    return fail(Fault::Malformed, "a note has at most " + std::to_string(kMostSignatures) + " signatures");
  }
  std::vector<NoteSignature> out;
  for (const std::string_view line : split(lines.substr(0, lines.size() - 1), '\n')) {
    out.push_back(TRY(read_signature(line, out.size() + 1)));
  }
  return out;
}

Result<Note> read_note(std::string_view bytes) {
  if (bytes.size() > kLongestNote) return fail(Fault::Malformed, "a note has at most 1 MiB");
  if (!is_note_text(bytes)) {
    return fail(Fault::Malformed, "a note is UTF-8 without control characters and ends in a line break");
  }
  const std::size_t blank = bytes.rfind("\n\n");  // the text may have empty lines, the signatures have none
  if (blank == std::string_view::npos) return fail(Fault::Malformed, "no blank line before the signatures");
  Note note{std::string(bytes.substr(0, blank + 1)), {}};
  const std::string_view tail = bytes.substr(blank + 2);
  if (tail.empty()) return fail(Fault::Malformed, "no signature after the blank line");
  note.signatures = TRY(read_signatures(tail));
  return note;
}

std::string sign_note(std::string_view text, const std::string& name, const SecretKey& key) {
  CORDON_CHECK(is_note_text(text), "only a note's text can be signed as a note");
  CORDON_CHECK(is_key_name(name), "a signature's name has no space and no '+'");
  const PublicKey public_key = key.public_key();
  return write_note({std::string(text), {{name, key_id(name, public_key), key.sign(text).view()}}});
}

Result<std::string> open_note(std::string_view bytes, const std::string& name, const PublicKey& key) {
  Note note = TRY(read_note(bytes));
  const std::string id = key_id(name, key);
  bool found = false;
  for (const NoteSignature& one : note.signatures) {
    if (one.name != name || one.key_id != id) continue;
    Signature signature;
    if (one.signature.size() != signature.bytes.size()) {
      return fail(Fault::Corrupt, "the signature by " + name + " is no Ed25519 signature");
    }
    std::copy(one.signature.begin(), one.signature.end(), signature.bytes.begin());
    if (!verify(key, note.text, signature)) return fail(Fault::Corrupt, "the signature by " + name + " is wrong");
    found = true;
  }
  if (!found) return fail(Fault::NotFound, "there is no signature by " + name + " with key " + to_hex(id));
  return std::move(note.text);
}

std::string key_id(std::string_view name, const PublicKey& key, KeyKind kind) {
  return std::string(sha256(encoded(name, key, kind)).view().substr(0, kKeyIdSize));
}

std::string verifier_key(const std::string& name, const PublicKey& key, KeyKind kind) {
  return name + "+" + to_hex(key_id(name, key, kind)) + "+" + to_base64(static_cast<char>(kind) + key.view());
}

Result<std::pair<std::string, PublicKey>> parse_verifier_key(std::string_view vkey, KeyKind kind) {
  const auto wrong = [&] {
    const std::string whose = kind == KeyKind::Log ? "a log's" : "a witness's";
    return fail(Fault::Malformed, "expected " + whose + " key, name+hex+base64, with a key id that fits",
                printable(vkey));
  };
  const std::size_t first = vkey.find('+');
  const std::size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos || !is_key_name(vkey.substr(0, first))) return wrong();
  const Result<std::string> bytes = from_base64(vkey.substr(second + 1));
  PublicKey key;
  if (!bytes || bytes->size() != 1 + key.bytes.size() || bytes->front() != static_cast<char>(kind)) return wrong();
  std::copy(bytes->begin() + 1, bytes->end(), key.bytes.begin());
  const std::string name(vkey.substr(0, first));
  if (verifier_key(name, key, kind) != vkey) return wrong();  // the key id, and in lower case
  return std::pair(name, key);
}

}  // namespace cordon
