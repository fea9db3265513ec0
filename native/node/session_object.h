// The JavaScript face of a session.
#pragma once

#include <napi.h>

#include <memory>

#include "session/session.h"

namespace pdfnet {

class SessionObject : public Napi::ObjectWrap<SessionObject> {
 public:
  static Napi::FunctionReference define(Napi::Env env);

  // `bytes`: what the session holds outside of the JavaScript heap, as far as it is known.
  static Napi::Object make(Napi::Env env, std::shared_ptr<Session> session, int64_t bytes);

  explicit SessionObject(const Napi::CallbackInfo& info);

  // A session that was never disposed and is collected: ends on its own threads, this one does not wait.
  ~SessionObject() override;

 private:
  Napi::Value run(const Napi::CallbackInfo& info);
  Napi::Value slot(const Napi::CallbackInfo& info);
  void cancel(const Napi::CallbackInfo& info);
  Napi::Value dispose(const Napi::CallbackInfo& info);
  void count_bytes(Napi::Env env, int64_t bytes);

  std::shared_ptr<Session> session_;
  int64_t bytes_ = 0;
};

}  // namespace pdfnet
