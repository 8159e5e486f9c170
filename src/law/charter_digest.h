// The charter digest (charter 0, 12.2): one number for all the tables a build obeys. Every checkpoint, leaf and
// notice names it, so a build with a longer list of offences cannot pass for this one.
#pragma once

#include "base/digest.h"
#include "base/json.h"

namespace cordon {

// Every table of charter 4 and the amendments. The words by which people write a refused name are left out: they
// only help an answer say why, and correcting a translation must not part desks from each other.
Json charter_tables();

Digest charter_digest();  // SHA-256 of the canonical text (RFC 8785) of charter_tables()

}  // namespace cordon
