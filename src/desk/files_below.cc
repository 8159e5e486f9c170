#include "desk/files_below.h"

#include <utility>

#include "base/files.h"

namespace cordon {

Result<std::vector<std::string>> files_below(const std::vector<std::string>& paths, int depth) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!is_folder(path)) {
      files.push_back(path);
      continue;
    }
    if (depth > 16) return fail(Fault::Malformed, "folders go deeper than 16", path);
    std::vector<std::string> inside;
    for (const std::string& name : TRY(list_folder(path))) inside.push_back(path + "/" + name);
    for (std::string& file : TRY(files_below(inside, depth + 1))) files.push_back(std::move(file));
  }
  return files;
}

}  // namespace cordon
