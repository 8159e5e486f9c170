#include "decision/reasons.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "law/offences.h"

namespace cordon {

namespace {

constexpr std::size_t kShingle = 8;  // characters; works for scripts without spaces too

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Small letters of ASCII, one space between words, none at the ends.
std::string levelled(std::string_view text) {
  std::string out;
  for (const char c : lower_ascii(text)) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) out += c;
    if (space && !out.empty() && out.back() != ' ') out += ' ';
  }
  return std::string(trim(out));
}

std::string without_names(std::string text, Matter matter) {
  const auto names = matter.category() ? row(*matter.category()).name : row(*matter.exposure()).name;
  for (const std::string_view name : {matter.id(), matter.number(), names.en, names.ru, names.kk, names.zh})
    text = replace_all(std::move(text), lower_ascii(name), "");
  return levelled(text);
}

// Sorted, each once: where each begins, as bytes of `text`.
std::vector<std::string_view> shingles(std::string_view text) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts.push_back(i);
  }
  starts.push_back(text.size());
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i + kShingle < starts.size(); ++i)
    out.push_back(text.substr(starts[i], starts[i + kShingle] - starts[i]));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

std::string reasons_of(const Case& the_case, const Wish& wish) {
  std::string text;
  for (const Fact& fact : the_case.facts) text += fact.text + "\n";
  for (const auto& [gate, answer] : the_case.gates) text += answer.basis + "\n";
  return text + wish.stronger_because;
}

Result<Nothing> check_reasons(std::string_view text, Matter matter, std::span<const std::string> others) {
  const auto refused = [](const std::string& why) { return fail(Fault::Refused, why + " (charter 5.3)", "reasons"); };
  if (!valid_utf8(text)) return fail(Fault::Malformed, "the reasons are not UTF-8", "reasons");
  const std::string own = levelled(text);
  if (characters(own) < kShortestReasons) return refused("reasons have 80 characters or more");
  if (characters(without_names(own, matter)) < kShortestReasons)
    return refused("it repeats the name of the category and says too little beside it");
  const std::vector<std::string_view> mine = shingles(own);
  for (const std::string& other : others) {
    const std::string its = levelled(other);
    const std::vector<std::string_view> theirs = shingles(its);
    const auto shared = static_cast<std::size_t>(std::count_if(mine.begin(), mine.end(), [&](std::string_view shingle) {
      return std::binary_search(theirs.begin(), theirs.end(), shingle);
    }));
    if (100 * shared > kMostSharedPercent * mine.size())
      return refused("more than 90 % of it stands in another case's statement; say what is so in this one");
  }
  return Nothing{};
}

}  // namespace cordon
