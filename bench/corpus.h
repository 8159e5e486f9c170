// The texts that the scanner is measured on, made from ../shared/data the same way each time: same files, same order,
// same bytes. Nothing of them is kept in the tree.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cordon::bench {

struct Corpus {
  std::string mixed;   // all of the three below, document by document, in an order that their names' hashes give
  std::string dense;   // threat reports and indicator lists
  std::string sparse;  // handbook pages, interface text, logs, mails, declarations: few identifiers or none
  std::string json;    // STIX bundles and MISP events
  std::vector<std::string> documents;  // those of `json` one by one, each with `padding` bytes behind its end
};

// About `megabytes` in all, in shares of 46, 40 and 14 per cent. The data beside the project is smaller than that, so
// documents come again, whole, until their share is full; what one pass holds is 11 to 20 MB, larger than the caches.
Result<Corpus> make_corpus(std::size_t megabytes, std::size_t padding);

std::string data_folder();  // $CORDON_SHARED_DATA, or ../shared/data beside the project

}  // namespace cordon::bench
