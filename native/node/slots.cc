// Pinned memory in JavaScript's hands.
#include "node/slots.h"

namespace pdfnet {

Napi::Value Slots::lend(Napi::Env env, std::shared_ptr<Slot> slot) {
  const size_t bytes = slot->bytes();
  void* const memory = slot->memory();
  auto lent = std::make_unique<Lent>(Lent{shared_from_this(), std::move(slot)});
  napi_value buffer = nullptr;
  const napi_status status = napi_create_external_arraybuffer(env, memory, bytes, collect, lent.get(), &buffer);
  // Where V8 keeps to a sandbox there is no such memory: the slot goes back, and ordinary memory does the same, slower.
  if (status == napi_no_external_buffers_allowed) return Napi::Uint8Array::New(env, bytes);
  NAPI_THROW_IF_FAILED(env, status, Napi::Value());
  lent_[memory] = lent.release();
  return Napi::Uint8Array::New(env, bytes, Napi::ArrayBuffer(env, buffer), 0);
}

std::shared_ptr<Slot> Slots::find(Napi::TypedArray array) const {
  const auto found = lent_.find(array.ArrayBuffer().Data());
  return found == lent_.end() ? nullptr : found->second->slot;
}

void Slots::take(Napi::TypedArray array) {
  Napi::ArrayBuffer buffer = array.ArrayBuffer();
  const auto found = lent_.find(buffer.Data());
  if (found == lent_.end()) return;
  found->second->slot.reset();
  lent_.erase(found);
  napi_detach_arraybuffer(array.Env(), buffer);
}

void Slots::collect(napi_env, void* memory, void* data) {
  const std::unique_ptr<Lent> lent(static_cast<Lent*>(data));
  if (lent->slot) lent->slots->lent_.erase(memory);
}

}  // namespace pdfnet
