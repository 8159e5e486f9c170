// The driver for SQLite.
#pragma once

#include <memory>
#include <string>

#include "store/database.h"

namespace cordon {

// WAL and synchronous=FULL, both read back; foreign keys on. No second owner is refused here: the desk's own lock does
// that (FileLock), and a Write beside another is for tests.
Result<std::unique_ptr<Driver>> open_sqlite(const std::string& path, Database::Open how);

}  // namespace cordon
