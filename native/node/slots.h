// Pinned memory in JavaScript's hands: ArrayBuffers on it, and how it is taken from them again.
#pragma once

#include <napi.h>

#include <memory>
#include <unordered_map>

#include "session/pinned.h"

namespace pdfnet {

// All of it on the JavaScript thread.
class Slots : public std::enable_shared_from_this<Slots> {
 public:
  // The slot goes back once the array is collected, unless it is taken before.
  Napi::Value lend(Napi::Env env, std::shared_ptr<Slot> slot);

  // The slot that the array is on; nullptr where it is on none.
  std::shared_ptr<Slot> find(Napi::TypedArray array) const;

  // Detaches the array and lets go of the slot that it is on; where it is on none nothing is done.
  void take(Napi::TypedArray array);

 private:
  struct Lent {
    std::shared_ptr<Slots> slots;
    std::shared_ptr<Slot> slot;  // nullptr: taken
  };

  static void collect(napi_env env, void* memory, void* lent);

  std::unordered_map<const void*, Lent*> lent_;
};

}  // namespace pdfnet
