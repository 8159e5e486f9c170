#include "report/text.h"

#include <algorithm>

#include "base/text.h"
#include "law/offences.h"
#include "report/redact.h"

namespace cordon {

Reading no_category() { return refuse("no_category", "say what it is about with --category"); }

Reading read_text(std::optional<Matter> matter, std::string_view text, const std::vector<std::string>& not_reported) {
  if (!valid_utf8(text)) return refuse("encoding", "not UTF-8");
  if (!matter) return no_category();
  std::vector<Found> found = scan_text(text);
  std::ranges::sort(found, [](const Found& a, const Found& b) {
    if (a.defanged != b.defanged) return a.defanged;
    const int left = rank(a.observable.kind());
    const int right = rank(b.observable.kind());
    return left != right ? left < right : a.offset < b.offset;
  });
  std::vector<Observable> observables;
  for (const Found& one : found) {
    const bool left_out = one.observable.kind() == ObservableKind::Email &&
                          std::ranges::find(not_reported, one.observable.canonical()) != not_reported.end();
    if (!left_out) observables.push_back(one.observable);
  }
  Reading reading = choose_parsed(*matter, observables, std::nullopt);
  if (reading.code.empty()) reading.kept = shorten(redact(text, reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

namespace {

std::optional<ObservableKind> kind_for(Matter matter, std::string_view place) {
  if (const std::optional<ObservableKind> guessed = guess_kind(place)) return guessed;
  const auto kinds =
      matter.category() != nullptr ? row(*matter.category()).observables : row(*matter.exposure()).observables;
  for (const ObservableKind kind : kinds) {
    if (parse_observable(kind, place)) return kind;
  }
  return std::nullopt;
}

}  // namespace

Reading read_form(std::optional<Matter> matter, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return refuse("encoding", "not a text");
  Reading named = read_text(matter, text);
  if (!matter || !valid_utf8(text)) return named;
  const std::string_view place = trim(text.substr(0, text.find('\n')));
  const std::optional<ObservableKind> kind = kind_for(*matter, place);
  if (!kind) return named;
  Reading reading = choose(*matter, {{*kind, std::string(place)}}, std::nullopt);
  const Result<Observable> alone = parse_observable(*kind, place);
  const bool sentence = !alone && alone.error().fault == Fault::Malformed && reading.code != "range";
  if (reading.code == "not_held" || sentence) return named;
  if (!reading.code.empty()) return reading;
  for (const Observable& also : named.observables) {
    if (also != reading.observables.front() && reading.observables.size() < kMostObservables)
      reading.observables.push_back(also);
  }
  reading.kept = shorten(redact(text, reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

Reading read_word(std::optional<Matter> matter, std::string_view word) {
  word = trim(word);
  if (!valid_utf8(word)) return refuse("encoding", "not UTF-8");
  if (!matter) return no_category();
  if (*matter == Matter(Category::Csam)) return refuse_child_abuse();
  const auto kind = guess_kind(word);
  if (!kind)
    return refuse("no_observable", "'" + printable(word, 60) + "' is no url, domain, address or other identifier");
  Reading reading = choose(*matter, {{*kind, std::string(word)}}, std::nullopt);
  if (reading.code.empty()) reading.kept = shorten(redact(word, reading.observables, Phones::Redact), kKeptLimit);
  return reading;
}

}  // namespace cordon
