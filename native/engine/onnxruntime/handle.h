// Owners for ONNX Runtime's objects, and its statuses turned into ours.
#pragma once

#include <memory>

#include "engine/onnxruntime/c_api.h"
#include "engine/status.h"

namespace pdfnet::onnxruntime {

template <typename T>
struct Releaser {
  void (*release)(T*);
  void operator()(T* object) const { release(object); }
};

template <typename T>
using Handle = std::unique_ptr<T, Releaser<T>>;

// Owns what `create` makes: own(api.release_value, [&](OrtValue** out) { return api.create_tensor(…, out); }, …).
template <typename T, typename Create>
Handle<T> own(const CApi& api, void (*release)(T*), Create create, const char* code, Status* status);

// Releases the status of a call; false, and written into ours, where it says that the call failed.
bool check(const CApi& api, OrtStatus* result, const char* code, Status* status);

template <typename T, typename Create>
Handle<T> own(const CApi& api, void (*release)(T*), Create create, const char* code, Status* status) {
  T* object = nullptr;
  if (status->ok()) check(api, create(&object), code, status);
  return Handle<T>(status->ok() ? object : nullptr, Releaser<T>{release});
}

}  // namespace pdfnet::onnxruntime
