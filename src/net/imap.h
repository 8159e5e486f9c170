// Reading a mailbox on an IMAP server (RFC 9051, 3501) through libcurl.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace cordon {

struct ImapServer {
  std::string url;  // "imaps://mail.example.net" or "imap://…:143", without a folder
  std::string user, password;
  std::string folder = "INBOX";
  std::string authorities = {};  // a PEM file of whom TLS trusts instead of the system's authorities
};

// Keeps its connection. One thread at a time. Every failure is Unavailable, but Usage where the URL is none of ours.
// TLS with a verified certificate is demanded unless the host is loopback and no authorities are named.
//
// Which mails were taken is kept on the server, as the keyword $CordonTaken: not as \Seen, which fetching sets by
// itself, so that one fetched before a crash comes again.
class ImapBox {
 public:
  explicit ImapBox(ImapServer server);
  ~ImapBox();
  ImapBox(ImapBox&&) noexcept;
  ImapBox& operator=(ImapBox&&) noexcept;

  Result<std::vector<std::uint32_t>> not_taken(std::size_t limit);    // UIDs, lowest first
  Result<std::string> fetch(std::uint32_t uid, std::size_t largest);  // Malformed: it is larger
  enum class Mark { Taken, TakenAndFlagged };
  Result<Nothing> mark(std::uint32_t uid, Mark mark);
  // Takes it off the server; where that has no UIDPLUS (RFC 4315) it is marked as deleted, and goes when somebody
  // empties the folder.
  Result<Nothing> remove(std::uint32_t uid);
  Result<std::vector<std::uint32_t>> flagged();                        // taken and flagged, lowest first
  Result<Nothing> take_again(const std::vector<std::uint32_t>& uids);  // they are neither any more

 private:
  struct Handle;
  Result<std::string> ask(const std::string& path, const std::string& command, std::size_t largest);
  Result<std::vector<std::uint32_t>> search(const std::string& what);
  std::unique_ptr<Handle> handle_;
};

}  // namespace cordon
