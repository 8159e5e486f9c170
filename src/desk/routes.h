// The one table of what can be asked of a desk: each row is a command, a path under /api/v1, a page, or several of them
// at once. The server, the command line's other end, the OpenAPI document, the authorization matrix and
// docs/generated/api.md are made from it; there is no other way to add a handler.
#pragma once

#include <span>
#include <string_view>

#include "desk/commands.h"
#include "law/short_list.h"
#include "officer/permit.h"

namespace cordon {

// One member of a request. A request with a member that its row does not name is Malformed, whoever sends it.
enum class FieldKind { Id, Word, Text, Digest, Number, Flag, Words, Object };  // Words: a list of ids or words
enum class Need { Must, May, Local };  // Local: may, and through the desk's own socket alone
struct Field {
  std::string_view name;
  FieldKind kind = FieldKind::Word;
  Need need = Need::Must;
  std::string_view about, example;
};

// Who may ask. Over HTTP an officer signs in; a person who may open the desk's own socket may run `Local` rows without.
enum class Who { Anybody, Local, Officer };
// What comes back: one object, a list with a cursor, bytes, or a page that is only for people.
enum class Reply { One, Many, Bytes, Page };

struct Doing {
  Who who = Who::Anybody;
  // What it takes; where there are several, which of them depends on the request, and the handler asks may(). None:
  // whoever is signed in.
  ShortList<Act> acts;
  Result<Nothing> (*run)(Desk&, Call&, const Emit&) = nullptr;
  std::optional<KeyScope> key = {};  // what a machine's key must be for; nothing where no key will do
};

struct Route {
  std::string_view operation;     // "case show": the command's words and OpenAPI's operationId ("case_show")
  std::string_view method, path;  // "GET", "/api/v1/cases/{case}"; empty: only through the desk's own socket
  Doing doing;
  std::span<const Field> fields;  // of path, query and body together
  Reply reply = Reply::One;
  std::string_view shape;      // of the reply, or of an item of it: a name under OpenAPI's components
  std::size_t body = 0;        // bytes that a body may have at most; 0: none is read
  std::string_view body_type;  // "application/json", or what the raw body is
  std::string_view about;
  std::string_view then = {};  // a page's form: where the browser goes next, "/cases/{case}"; names of path or reply
};

std::span<const Route> routes();
const Route* find_operation(std::string_view operation);

// The row of a request's path, with what its {names} stand for. `other_methods` is set when the path is known.
struct Routed {
  const Route* route = nullptr;
  Json::Object names;
  std::string other_methods;  // "GET, POST", for the Allow header
};
Routed find_route(std::string_view method, std::string_view path);

// Whether the request changes something for somebody who is known: then it may be sent again under one Idempotency-Key.
// A report of the public has its nonce instead, for nobody is known there.
bool takes_idempotency_key(const Route& route);

// Whether the asker may be given the answer of this row again: run_route() asks on its own.
Result<Nothing> may_still(const Route& route, const Call& call);

// Checks the request against its row, then who may, then does it.
Result<Nothing> run_route(Desk& desk, const Route& route, Call& call, const Emit& emit);

}  // namespace cordon
