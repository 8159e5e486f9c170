// Mail and web pages: what they hold is written in encodings (quoted-printable, base64, entities, tags), and is looked
// for in what a reader would see; the offsets are those of the bytes in the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "observable/scan.h"

namespace cordon {

enum class DocumentForm : std::uint8_t { Text, Html, Mail };

// By content: the first lines are headers of a mail, or a page's first tags.
DocumentForm document_form(std::string_view beginning);

// `document` is whole; past 4 MiB it is read as text. A find whose bytes in the file are not the decoded ones has
// FindFlag::Decoded, and its `written` are the bytes in the file. Finds come in the order of their offsets.
void scan_document(std::string_view document, DocumentForm form, const ScanOptions& options, FindSink sink);

// What a page shows its reader, as text, and in front of a link's words where it leads: "<http://a.example/> Sign in".
// Images, comments, scripts and styles are left out: nobody reads them, and nobody reports them. A page past 4 MiB as
// it stands.
std::string page_text(std::string_view page);

}  // namespace cordon
