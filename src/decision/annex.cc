#include "decision/annex.h"

#include "base/text.h"

namespace cordon {

Result<Annex> Annex::read(const Json& settings) {
  Annex annex;
  annex.state_ = TRY(settings.text("state"));
  annex.redress_ = TRY(settings.text("redress"));
  if (trim(annex.state_).empty() || trim(annex.redress_).empty()) {
    return fail(Fault::Malformed, "the annex names its state and where a recipient complains");
  }
  annex.fictitious_ = TRY(settings.flag("fictitious"));
  const Json* articles = settings.find("articles");
  if (articles == nullptr || articles->object() == nullptr) {
    return fail(Fault::Malformed, "expected a table of articles, one for each category");
  }
  for (const auto& [category, article] : *articles->object()) {
    const Matter matter = TRY(parse_matter(category));
    if (matter.category() == nullptr) {
      return fail(Fault::Refused, "'" + category + "' is an exposure, no offence; it has no article (amendment 8)");
    }
    if (article.string() == nullptr || trim(*article.string()).empty()) {
      return fail(Fault::Malformed, "expected the text of a national article", category);
    }
    annex.articles_[matter] = std::string(trim(*article.string()));
  }
  return annex;
}

std::optional<std::string> Annex::article(Matter matter) const {
  const auto entry = articles_.find(matter);
  return entry == articles_.end() ? std::nullopt : std::optional(entry->second);
}

Digest Annex::digest() const {
  Json::Object articles;
  for (const auto& [matter, article] : articles_) articles.emplace(matter.id(), article);
  return sha256(to_text(Json::Object{
      {"state", state_}, {"redress", redress_}, {"fictitious", fictitious_}, {"articles", std::move(articles)}}));
}

}  // namespace cordon
