// What a Store holds; its functions are in store.cc and, by subject, beside it.
#pragma once

#include "store/database.h"
#include "store/store.h"

namespace cordon {

struct Store::Impl {
  mutable Database database;
  Blobs blobs;
  std::optional<RequestTaken> waiting = {};  // begin_request()
};

}  // namespace cordon
