// capabilities(): what is found on this machine, as a JavaScript object.
#include "dl/capability.h"
#include "engine/cores.h"
#include "node/environment.h"
#include "node/error.h"
#include "node/read.h"
#include "node/verbs.h"

namespace pdfnet {
namespace {

struct Search {
  Folders onnxruntime;
  Files tensorrt;
  Files rtx;
};

struct Found {
  Capability cpu;
  int32_t cores;
  CudaCapability cuda;
  Capability enterprise;
  Capability rtx;
};

// A probe that failed in a way nobody thought of is a library that was not found, with the reason.
template <typename Probe>
auto guarded(Probe probe) -> decltype(probe()) {
  try {
    return probe();
  } catch (...) {
    Status status;
    fail_with_exception(&status, kErrInternal);
    decltype(probe()) failed{};
    failed.reason = status.message;
    return failed;
  }
}

Found find(const Search& search) {
  return {guarded([&] { return probe_onnxruntime(search.onnxruntime); }), usable_cores(),
          guarded([] { return probe_cuda(); }), guarded([&] { return probe_tensorrt(search.tensorrt); }),
          guarded([&] { return probe_tensorrt(search.rtx); })};
}

Napi::Object make_capability(Napi::Env env, const Capability& capability) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("found", capability.found);
  object.Set("reason", capability.reason);
  if (!capability.path.empty()) object.Set("path", capability.path);
  if (!capability.version.empty()) object.Set("version", capability.version);
  return object;
}

Napi::Array make_devices(Napi::Env env, const std::vector<GpuDevice>& devices) {
  Napi::Array array = Napi::Array::New(env, devices.size());
  for (uint32_t index = 0; index < devices.size(); ++index) {
    const GpuDevice& device = devices[index];
    Napi::Object object = Napi::Object::New(env);
    object.Set("index", device.index);
    object.Set("name", device.name);
    object.Set("computeCapability", device.compute_capability);
    object.Set("totalBytes", static_cast<double>(device.total_bytes));
    array.Set(index, object);
  }
  return array;
}

napi_value make_found(Napi::Env env, const Found& found) {
  Napi::Object cpu = make_capability(env, found.cpu);
  cpu.Set("cores", found.cores);
  Napi::Object cuda = make_capability(env, found.cuda);
  cuda.Set("devices", make_devices(env, found.cuda.devices));
  Napi::Object tensorrt = Napi::Object::New(env);
  tensorrt.Set("enterprise", make_capability(env, found.enterprise));
  tensorrt.Set("rtx", make_capability(env, found.rtx));
  Napi::Object object = Napi::Object::New(env);
  object.Set("cpu", cpu);
  object.Set("cuda", cuda);
  object.Set("tensorrt", tensorrt);
  return object;
}

}  // namespace

Napi::Value capabilities(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Napi::Object options = read_object(info[0], "search");
    Search search{read_strings(options, "onnxruntime"), read_strings(options, "tensorrt"),
                  read_strings(options, "rtx")};
    const bool started = environment.scope()->start([id, mailbox = environment.mailbox(), search = std::move(search)] {
      mailbox->post([id, found = find(search)](Environment& there) {
        there.resolve(id, [&](Napi::Env env) { return make_found(env, found); });
      });
    });
    if (!started) throw Failure(kErrMemory, "a thread could not be started");
  });
}

}  // namespace pdfnet
