#include "desk/html.h"

namespace cordon {

void write_problem(Call& call, const Desk&, const Error& error) { call.body = error.message; }
std::string_view style_sheet() { return ""; }

}  // namespace cordon
