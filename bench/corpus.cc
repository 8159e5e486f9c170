#include "bench/corpus.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "base/digest.h"
#include "base/files.h"

namespace cordon::bench {
namespace {

namespace fs = std::filesystem;

enum class Class { Dense, Sparse, Json };
struct Document {
  std::string order;  // by which documents are laid side by side
  Class of;
  const std::string* text;
};

constexpr std::size_t kLargest = 16u << 20;
constexpr const char* kDense[] = {"reports", "feeds/maltrail-trails", "feeds/signature-base-iocs",
                                  "feeds/ofac-sanctioned-addresses"};
constexpr const char* kSparse[] = {
    "benign/debian-handbook-html",    "benign/kazakh-ui-text",  "benign/udhr", "benign/zeek-logs", "benign/user-agents",
    "feeds/abuseio-notifier-samples", "transparency/c2sp-specs"};
constexpr const char* kJson[] = {"reports", "stix", "benign/misp-warninglists"};

bool is_json(const fs::path& path) { return path.extension() == ".json" || path.extension() == ".stix2"; }

// The files below `folders` that are JSON, or that are not, in order of name.
Result<std::vector<std::string>> read_folders(const std::string& root, std::span<const char* const> folders,
                                              bool json) {
  std::vector<std::string> paths;
  for (const char* folder : folders) {
    std::error_code failed;
    for (const auto& entry : fs::recursive_directory_iterator(root + "/" + folder, failed)) {
      if (entry.is_regular_file() && is_json(entry.path()) == json) paths.push_back(entry.path().string());
    }
    if (failed) return fail(Fault::NotFound, "no such folder in the shared data", folder);
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  texts.reserve(paths.size());
  for (const std::string& path : paths) texts.push_back(TRY(read_file(path, kLargest)));
  return texts;
}

// Documents, again and again, until there are `bytes` of them.
void fill(std::vector<Document>& documents, const std::vector<std::string>& texts, Class of, std::size_t bytes) {
  std::size_t have = 0;
  for (std::size_t i = 0; have < bytes && !texts.empty(); ++i) {
    const std::string& text = texts[i % texts.size()];
    if (text.size() > bytes) continue;
    documents.push_back({sha256(std::to_string(static_cast<int>(of)) + ' ' + std::to_string(i)).hex(), of, &text});
    have += text.size() + 1;
  }
}

}  // namespace

std::string data_folder() {
  const char* given = std::getenv("CORDON_SHARED_DATA");
  return given != nullptr && *given != '\0' ? given : std::string(CORDON_SOURCE) + "/../shared/data";
}

Result<Corpus> make_corpus(std::size_t megabytes, std::size_t padding) {
  const std::string root = data_folder();
  if (!is_folder(root)) return fail(Fault::NotFound, "no shared data; $CORDON_SHARED_DATA says where it is", root);
  const std::vector<std::string> dense = TRY(read_folders(root, kDense, false));
  const std::vector<std::string> sparse = TRY(read_folders(root, kSparse, false));
  const std::vector<std::string> json = TRY(read_folders(root, kJson, true));

  std::vector<Document> documents;
  fill(documents, dense, Class::Dense, megabytes * 460'000);
  fill(documents, sparse, Class::Sparse, megabytes * 400'000);
  fill(documents, json, Class::Json, megabytes * 140'000);
  std::sort(documents.begin(), documents.end(), [](const Document& a, const Document& b) { return a.order < b.order; });

  Corpus corpus;
  for (const Document& one : documents) {
    std::string& own = one.of == Class::Dense ? corpus.dense : one.of == Class::Sparse ? corpus.sparse : corpus.json;
    own += *one.text + '\n';
    corpus.mixed += *one.text + '\n';
    if (one.of == Class::Json) corpus.documents.push_back(*one.text + std::string(padding, ' '));
  }
  return corpus;
}

}  // namespace cordon::bench
