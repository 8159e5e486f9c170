#include "base/text.h"
#include "desk/labels.h"
#include "desk/pages.h"
#include "desk/parts.h"

namespace cordon {

std::string login_of(Desk& desk, const OfficerId& id) {
  const Result<Officer> officer = desk.store().officer_by_id(id);
  return officer ? officer->login : id.text();
}

Result<Nothing> page_officers(Desk& desk, const Permit<Act::ListOfficers>&, Call& call, const Emit&) {
  const Words& words = Words::in(call.language);
  std::vector<Row> rows;
  for (const Officer& officer : TRY(desk.store().officers())) {
    std::vector<std::string> roles;
    for (const Role role : officer.roles) roles.push_back(label(words, role));
    rows.push_back({code(officer.login), Html::text(join(roles, ", "))});
  }
  Html page = Html::tag("h1", words("Officers"));
  page << table(words("Officers"), {words("Login name"), words("Role")}, rows, Caption::Heard);
  page << hint(words("Officers are enrolled at the desk's own machine, by two administrators: cordon officer add"));
  write_page(call, desk, "/officers", words("Officers"), page);
  return Nothing{};
}

}  // namespace cordon
