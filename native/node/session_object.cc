// The JavaScript face of a session.
#include "node/session_object.h"

#include "engine/dtype.h"
#include "node/environment.h"
#include "node/error.h"
#include "node/read.h"
#include "session/validation.h"

namespace pdfnet {
namespace {

Napi::Array make_tensors(Napi::Env env, const ModelSpec& model, bool is_input) {
  Napi::Array array = Napi::Array::New(env);
  for (const TensorSpec& tensor : model) {
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

Napi::Array make_models(Napi::Env env, const Session& session) {
  Napi::Array array = Napi::Array::New(env);
  for (const ModelSpec& model : session.models()) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("inputs", make_tensors(env, model, true));
    object.Set("outputs", make_tensors(env, model, false));
    array.Set(array.Length(), object);
  }
  return array;
}

// Numbers alone, in the order that NativeSession tells: objects would take a fifth of what a run costs this thread.
napi_value make_timings(Napi::Env env, const RunTimings& timings) {
  Napi::Float64Array array = Napi::Float64Array::New(env, 2 + 3 * timings.steps.size());
  double* next = array.Data();
  *next++ = timings.queued;
  *next++ = timings.total;
  for (const StepTimings& step : timings.steps) {
    for (const double part : {step.copy_in, step.compute, step.copy_out}) *next++ = part;
  }
  return array;
}

std::vector<Leases::Lease> leases_of(const std::vector<ModelSpec>& models, const std::vector<Step>& steps) {
  std::vector<Leases::Lease> leases;
  for (const Step& step : steps) {
    for (size_t index = 0; index < step.bindings.size(); ++index) {
      const Binding& binding = step.bindings[index];
      if (binding.data != nullptr) leases.push_back({region_of(binding), !models[step.model][index].is_input});
    }
  }
  return leases;
}

// The steps of a run, and the arrays that they are to keep.
struct ReadSteps {
  std::vector<Step> steps;
  std::vector<Napi::Object> inputs;
  std::vector<Napi::Object> outputs;
};

ReadSteps read_steps(Napi::Value value, const std::vector<ModelSpec>& models) {
  constexpr size_t kMostSteps = 1024;
  ReadSteps result;
  const Napi::Object list = read_object(value, "steps");
  const auto count = static_cast<size_t>(read_integer(list.Get("length"), "the number of steps", 1, kMostSteps));
  for (uint32_t index = 0; index < count; ++index) {
    const Napi::Object entry = read_object(list.Get(index), "a step");
    const auto last = static_cast<int64_t>(models.size()) - 1;
    const auto model = static_cast<size_t>(read_integer(entry.Get("model"), "the model of a step", 0, last));
    ReadBindings inputs = read_bindings(entry.Get("inputs"), "inputs");
    ReadBindings outputs = read_bindings(entry.Get("outputs"), "outputs");
    Status status;
    result.steps.push_back(
        {model, arrange(models[model], std::move(inputs.bindings), std::move(outputs.bindings), &status)});
    throw_if_failed(status);
    result.inputs.insert(result.inputs.end(), inputs.arrays.begin(), inputs.arrays.end());
    result.outputs.insert(result.outputs.end(), outputs.arrays.begin(), outputs.arrays.end());
  }
  Status status;
  check_overlap(models, result.steps, &status);
  throw_if_failed(status);
  return result;
}

}  // namespace

Napi::FunctionReference SessionObject::define(Napi::Env env) {
  return Napi::Persistent(DefineClass(
      env, "NativeSession",
      {InstanceMethod("run", &SessionObject::run), InstanceMethod("slot", &SessionObject::slot),
       InstanceMethod("cancel", &SessionObject::cancel), InstanceMethod("dispose", &SessionObject::dispose)}));
}

Napi::Object SessionObject::make(Napi::Env env, std::shared_ptr<Session> session, int64_t bytes) {
  Environment& environment = Environment::of(env);
  environment.session_to_wrap = session;
  Napi::Object object = environment.session_class.New({});
  object.Set("models", make_models(env, *session));
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
    ReadSteps read = read_steps(info[0], session_->models());
    const int64_t ticket = read_integer(info[1], "ticket", 0, kLargestTicket);
    environment.lease(id, leases_of(session_->models(), read.steps));
    environment.keep(id, info.This().As<Napi::Object>());
    for (const Napi::Object& array : read.outputs) environment.keep(id, array);
    std::vector<std::shared_ptr<Slot>> slots;
    for (const Napi::Object& array : read.inputs) {
      if (auto slot = environment.slots().find(array.As<Napi::TypedArray>())) {
        slots.push_back(std::move(slot));
      } else {
        environment.keep(id, array);
      }
    }
    Status status;
    session_->submit({ticket, std::move(read.steps),
                      [id, slots, mailbox = environment.mailbox()](const Status& ended, const RunTimings& timings) {
                        mailbox->post([id, ended, timings](Environment& there) {
                          if (!ended.ok()) return there.reject(id, ended);
                          there.resolve(id, [&](Napi::Env env) { return make_timings(env, timings); });
                        });
                      }},
                     &status);
    throw_if_failed(status);
    // The run's alone from here on.
    for (const Napi::Object& array : read.inputs) environment.slots().take(array.As<Napi::TypedArray>());
  });
}

Napi::Value SessionObject::slot(const Napi::CallbackInfo& info) {
  constexpr int64_t kLargestSlot = INT64_C(1) << 32;
  Status status;
  try {
    const auto bytes = static_cast<size_t>(read_integer(info[0], "bytes", 1, kLargestSlot));
    auto slot = session_->slot(bytes, &status);
    if (slot) return Environment::of(info.Env()).slots().lend(info.Env(), std::move(slot));
  } catch (const Failure& failure) {
    status = failure.status();
  }
  Napi::Error error = Napi::Error::New(info.Env(), status.message);
  error.Set("code", status.code);
  throw error;
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
