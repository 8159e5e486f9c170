// The driver for PostgreSQL 15 and later.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "store/database.h"

namespace cordon {

bool is_postgres(std::string_view address);  // "postgresql://…"; anything else is a path
// An address as an error or a page may show it: without the password and without options.
std::string shown(const std::string& address);

Result<std::unique_ptr<Driver>> open_postgres(const std::string& address, Database::Open how);

}  // namespace cordon
