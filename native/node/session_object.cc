// The JavaScript face of a session.
#include "node/session_object.h"

#include "engine/dtype.h"
#include "node/environment.h"
#include "node/error.h"
#include "node/read.h"
#include "session/validation.h"

namespace pdfnet {
namespace {

Napi::Array make_tensors(Napi::Env env, const Session& session, bool is_input) {
  Napi::Array array = Napi::Array::New(env);
  for (const TensorSpec& tensor : session.tensors()) {
    if (tensor.is_input != is_input) continue;
    Napi::Array shape = Napi::Array::New(env, tensor.shape.size());
    for (uint32_t axis = 0; axis < tensor.shape.size(); ++axis)
      shape.Set(axis, static_cast<double>(tensor.shape[axis]));
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", tensor.name);
    object.Set("dtype", dtype_name(tensor.dtype));
    object.Set("shape", shape);
    array.Set(array.Length(), object);
  }
  return array;
}

napi_value make_timings(Napi::Env env, const RunTimings& timings) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("queued", timings.queued);
  object.Set("compute", timings.compute);
  return object;
}

std::vector<Leases::Lease> leases_of(const std::vector<TensorSpec>& tensors, const std::vector<Binding>& bindings) {
  std::vector<Leases::Lease> leases;
  for (size_t index = 0; index < bindings.size(); ++index) {
    leases.push_back({region_of(bindings[index]), !tensors[index].is_input});
  }
  return leases;
}

}  // namespace

Napi::FunctionReference SessionObject::define(Napi::Env env) {
  return Napi::Persistent(
      DefineClass(env, "NativeSession",
                  {InstanceMethod("run", &SessionObject::run), InstanceMethod("cancel", &SessionObject::cancel),
                   InstanceMethod("dispose", &SessionObject::dispose)}));
}

Napi::Object SessionObject::make(Napi::Env env, std::shared_ptr<Session> session, int64_t bytes) {
  Environment& environment = Environment::of(env);
  environment.session_to_wrap = session;
  Napi::Object object = environment.session_class.New({});
  object.Set("inputs", make_tensors(env, *session, true));
  object.Set("outputs", make_tensors(env, *session, false));
  Unwrap(object)->count_bytes(env, bytes);
  return object;
}

SessionObject::SessionObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<SessionObject>(info), session_(std::move(Environment::of(info.Env()).session_to_wrap)) {
  if (!session_) throw Napi::TypeError::New(info.Env(), "sessions are made by open()");
}

SessionObject::~SessionObject() {
  if (!session_) return;
  session_->abandon();
  count_bytes(Env(), 0);
}

Napi::Value SessionObject::run(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    if (session_->closing()) throw Failure(kErrDisposed, "the session is disposed");
    ReadBindings inputs = read_bindings(info[0], "inputs");
    ReadBindings outputs = read_bindings(info[1], "outputs");
    const int64_t ticket = read_integer(info[2], "ticket", 0, kLargestTicket);

    Status status;
    std::vector<Binding> bindings =
        arrange(session_->tensors(), std::move(inputs.bindings), std::move(outputs.bindings), &status);
    throw_if_failed(status);
    environment.lease(id, leases_of(session_->tensors(), bindings));
    environment.keep(id, info.This().As<Napi::Object>());
    for (const auto& arrays : {inputs.arrays, outputs.arrays}) {
      for (const Napi::Object& array : arrays) environment.keep(id, array);
    }
    session_->submit({ticket, std::move(bindings),
                      [id, mailbox = environment.mailbox()](const Status& ended, const RunTimings& timings) {
                        mailbox->post([id, ended, timings](Environment& there) {
                          if (!ended.ok()) return there.reject(id, ended);
                          there.resolve(id, [&](Napi::Env env) { return make_timings(env, timings); });
                        });
                      }},
                     &status);
    throw_if_failed(status);
  });
}

void SessionObject::cancel(const Napi::CallbackInfo& info) {
  if (info[0].IsNumber()) session_->cancel(info[0].As<Napi::Number>().Int64Value());
}

Napi::Value SessionObject::dispose(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    environment.keep(id, info.This().As<Napi::Object>());
    session_->close([id, this, mailbox = environment.mailbox()] {
      mailbox->post([id, this](Environment& there) {
        there.resolve(id, [this](Napi::Env env) {
          count_bytes(env, 0);
          return env.Undefined();
        });
      });
    });
  });
}

void SessionObject::count_bytes(Napi::Env env, int64_t bytes) {
  int64_t total = 0;
  napi_adjust_external_memory(env, bytes - bytes_, &total);
  bytes_ = bytes;
}

}  // namespace pdfnet
