// Tables of HTML and elements of XML, read for feeds: tags, attributes and text, with no notion of what is valid.
#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "base/text.h"
#include "base/xml.h"
#include "report/profile_parts.h"

namespace cordon {
namespace {

constexpr std::size_t kDeepestMarkup = 64;
constexpr std::size_t kMostCells = 200;
constexpr std::size_t kLongestCell = 16u << 10;

bool markup_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::string resolved(std::string_view text) {
  const std::string plain = replace_all(std::string(text), "&nbsp;", " ");
  return xml_text(plain).value_or(plain);  // a reference that nobody knows stays as it is
}

// One thing of a document after the other.
class Markup {
 public:
  enum class Is { Text, Open, Close, End };
  Markup(std::string_view text, bool html) : text_(text), html_(html) {}

  Is next() {
    while (at_ < text_.size()) {
      if (text_[at_] != '<') return take_text();
      if (text_.substr(at_, 4) == "<!--") {
        at_ = past("-->", at_ + 4);
      } else if (text_.substr(at_, 9) == "<![CDATA[") {
        const std::size_t end = std::min(text_.find("]]>", at_ + 9), text_.size());
        said_ = text_.substr(at_ + 9, end - at_ - 9);
        at_ = std::min(end + 3, text_.size());
        return Is::Text;
      } else if (text_.substr(at_, 2) == "<!" || text_.substr(at_, 2) == "<?") {
        at_ = past(">", at_);
      } else if (at_ + 1 < text_.size() && (letter(text_[at_ + 1]) || text_[at_ + 1] == '/' || text_[at_ + 1] == '_')) {
        return take_tag();
      } else {
        return take_text();
      }
    }
    return Is::End;
  }
  const std::string& said() const { return said_; }  // of a text, its references resolved
  const std::string& tag() const { return tag_; }
  bool closed_itself() const { return closed_itself_; }
  const std::map<std::string, std::string>& attributes() const { return attributes_; }
  std::size_t at() const { return at_; }
  void pass_over(std::string_view ending) {  // of a script
    while (at_ < text_.size() && !equal_ignoring_case(text_.substr(at_, ending.size()), ending))
      at_ = std::min(text_.find('<', at_ + 1), text_.size());
  }

 private:
  std::size_t past(std::string_view what, std::size_t from) const {
    const std::size_t found = text_.find(what, from);
    return found == std::string_view::npos ? text_.size() : found + what.size();
  }
  Is take_text() {
    const std::size_t end = std::min(text_.find('<', at_ + 1), text_.size());
    said_ = resolved(text_.substr(at_, end - at_));
    at_ = end;
    return Is::Text;
  }
  std::string name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !markup_space(text_[at_]) && text_[at_] != '>' && text_[at_] != '=' &&
           !(text_[at_] == '/' && text_.substr(at_ + 1, 1) == ">"))
      ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    return html_ ? lower_ascii(word) : std::string(word);
  }
  void spaces() {
    while (at_ < text_.size() && markup_space(text_[at_])) ++at_;
  }
  Is take_tag() {
    ++at_;
    const bool closing = text_[at_] == '/';
    if (closing) ++at_;
    tag_ = name();
    attributes_.clear();
    closed_itself_ = false;
    for (spaces(); at_ < text_.size() && text_[at_] != '>'; spaces()) {
      if (text_[at_] == '/') {
        closed_itself_ = true;
        ++at_;
        continue;
      }
      closed_itself_ = false;
      const std::size_t before = at_;
      const std::string key = name();
      spaces();
      std::string value;
      if (at_ < text_.size() && text_[at_] == '=') {
        ++at_;
        spaces();
        value = attribute_value();
      }
      if (!key.empty() && attributes_.size() < kMostCells) attributes_.emplace(key, std::move(value));
      if (at_ == before) ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
    return closing ? Is::Close : Is::Open;
  }
  std::string attribute_value() {
    if (at_ >= text_.size()) return {};
    const char quote = text_[at_];
    std::size_t end = at_;
    if (quote == '"' || quote == '\'') {
      end = std::min(text_.find(quote, at_ + 1), text_.size());
      const std::string value = resolved(text_.substr(at_ + 1, end - at_ - 1));
      at_ = std::min(end + 1, text_.size());
      return value;
    }
    while (end < text_.size() && !markup_space(text_[end]) && text_[end] != '>') ++end;
    const std::string value = resolved(text_.substr(at_, end - at_));
    at_ = end;
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool html_;
  std::string said_, tag_;
  bool closed_itself_ = false;
  std::map<std::string, std::string> attributes_;
};

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!markup_space(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

struct OpenTable {
  bool chosen = false;
  bool in_row = false, in_cell = false, head = false, all_heads = true;
  std::vector<std::string> cells;
  std::string text, input;  // of the open cell; what stands in an input field of it
  std::int64_t rows = 0;
};

}  // namespace

// Rows of a table's head, and rows whose cells are all heads or all empty, are no records.
std::vector<Json> html_rows(const FeedInput& input, std::string_view text, const std::vector<std::string>& columns) {
  std::vector<Json> rows;
  std::vector<OpenTable> tables;
  const auto end_cell = [&] {
    OpenTable& table = tables.back();
    if (!table.in_cell) return;
    std::string said = one_line(table.text);
    if (said.empty()) said = one_line(table.input);
    if (table.cells.size() < kMostCells) table.cells.push_back(std::move(said));
    table.in_cell = false;
    table.text.clear();
    table.input.clear();
  };
  const auto end_row = [&] {
    end_cell();
    OpenTable& table = tables.back();
    const bool says = std::ranges::any_of(table.cells, [](const std::string& cell) { return !cell.empty(); });
    if (table.in_row && table.chosen && !table.head && !table.all_heads && says && ++table.rows > input.skip_rows &&
        rows.size() <= kMostEvents) {
      Json row = Json::Object{};
      for (std::size_t i = 0; i < table.cells.size(); ++i) {
        const std::string name = i < columns.size() ? columns[i] : std::to_string(i + 1);
        if (!name.empty() && name != "_" && !table.cells[i].empty()) row.set(name, table.cells[i]);
      }
      rows.push_back(std::move(row));
    }
    table.cells.clear();
    table.in_row = false;
    table.all_heads = true;
  };
  Markup markup(text, true);
  for (auto is = markup.next(); is != Markup::Is::End; is = markup.next()) {
    const std::string& tag = markup.tag();
    if (is == Markup::Is::Text) {
      if (!tables.empty() && tables.back().in_cell && tables.back().text.size() < kLongestCell)
        tables.back().text += markup.said();
    } else if (is == Markup::Is::Open && (tag == "script" || tag == "style")) {
      if (!markup.closed_itself()) markup.pass_over("</" + tag);
    } else if (tag == "table") {
      if (is == Markup::Is::Open && tables.size() < kDeepestMarkup) {
        tables.emplace_back();
        const auto named = markup.attributes().find(input.table_attribute);
        tables.back().chosen =
            input.table_attribute.empty() || (named != markup.attributes().end() && named->second == input.table_value);
      } else if (is == Markup::Is::Close && !tables.empty()) {
        end_row();
        tables.pop_back();
      }
    } else if (tables.empty()) {
      continue;
    } else if (tag == "thead") {
      end_row();
      tables.back().head = is == Markup::Is::Open;
    } else if (tag == "tbody" || tag == "tfoot") {
      end_row();
    } else if (tag == "tr") {
      end_row();
      tables.back().in_row = is == Markup::Is::Open;
    } else if (tag == "td" || tag == "th") {
      end_cell();
      tables.back().in_cell = is == Markup::Is::Open && tables.back().in_row;
      if (tables.back().in_cell) tables.back().all_heads = tables.back().all_heads && tag == "th";
    } else if (tag == "input" && is == Markup::Is::Open && tables.back().in_cell) {
      if (const auto value = markup.attributes().find("value"); value != markup.attributes().end())
        tables.back().input = value->second;
    } else if (tag == "br" && tables.back().in_cell) {
      tables.back().text += ' ';
    }
  }
  return rows;
}

// Each element of the name is a row: its children by their names, theirs by "a.b", attributes by "@name" and "a.@name".
// Of children of one name the first counts.
std::vector<Json> xml_rows(const FeedInput& input, std::string_view text) {
  std::vector<Json> rows;
  std::vector<std::string> path;  // below the element
  bool inside = false;
  Json row = Json::Object{};
  std::string said;
  const auto put = [&row](const std::string& name, std::string_view value) {
    value = trim(value);
    if (!value.empty() && value.size() <= kLongestCell && row.find(name) == nullptr) row.set(name, value);
  };
  const auto joined = [&path] { return join(path, "."); };
  const auto finish = [&] {
    if (rows.size() <= kMostEvents) rows.push_back(std::exchange(row, Json(Json::Object{})));
    inside = false;
  };
  Markup markup(text, false);
  for (auto is = markup.next(); is != Markup::Is::End; is = markup.next()) {
    if (is == Markup::Is::Text) {
      if (inside && said.size() < kLongestCell) said += markup.said();
      continue;
    }
    if (is == Markup::Is::Open) {
      said.clear();
      if (!inside) {
        if (markup.tag() != input.element) continue;
        inside = true;
        path.clear();
        row = Json::Object{};
        for (const auto& [key, value] : markup.attributes()) put("@" + key, value);
        if (markup.closed_itself()) finish();
        continue;
      }
      if (path.size() >= kDeepestMarkup) continue;
      path.push_back(markup.tag());
      for (const auto& [key, value] : markup.attributes()) put(joined() + ".@" + key, value);
      if (markup.closed_itself()) path.pop_back();
    } else if (inside) {
      if (path.empty()) {
        if (markup.tag() == input.element) finish();
      } else if (path.back() == markup.tag()) {
        put(joined(), said);
        path.pop_back();
      }
      said.clear();
    }
  }
  return rows;
}

// An OpenIOC 1.1 document: what each IndicatorItem looks for ("FileItem/Md5sum", "Network/HTTP/Host") as a member,
// the description, and the links by what they are ("alert_timestamp").
Json open_ioc_row(std::string_view text) {
  Json row = Json::Object{};
  std::string search, said, link;
  const auto put = [&row](const std::string& name, std::string_view value) {
    if (!name.empty() && !trim(value).empty() && value.size() <= kLongestCell && row.find(name) == nullptr)
      row.set(name, trim(value));
  };
  Markup markup(text, false);
  for (auto is = markup.next(); is != Markup::Is::End; is = markup.next()) {
    const std::string& tag = markup.tag();
    if (is == Markup::Is::Text) {
      if (said.size() < kLongestCell) said += markup.said();
    } else if (is == Markup::Is::Open) {
      said.clear();
      const auto& attributes = markup.attributes();
      if (const auto found = attributes.find("search"); tag == "Context" && found != attributes.end())
        search = found->second;
      if (const auto found = attributes.find("rel"); tag == "link" && found != attributes.end()) link = found->second;
    } else {
      if (tag == "Content") put(std::exchange(search, {}), said);
      if (tag == "description" || tag == "short_description") put(tag, said);
      if (tag == "link") put(std::exchange(link, {}), said);
      said.clear();
    }
  }
  return row;
}

}  // namespace cordon
