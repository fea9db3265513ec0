// Loads an ONNX file into ONNX Runtime and reads what its inputs and outputs are.
#include "engine/onnxruntime/engine.h"

#include "engine/dtype.h"

namespace pdfnet::onnxruntime {
namespace {

Handle<OrtSessionOptions> make_options(const CApi& api, Status* status) {
  auto options = own<OrtSessionOptions>(
      api, api.release_session_options, [&](auto** out) { return api.create_session_options(out); }, kErrEngineOpen,
      status);
  if (!options) return options;
  OrtSessionOptions* raw = options.get();
  const auto ok = [&](OrtStatus* result) { return check(api, result, kErrEngineOpen, status); };
  // Memory patterns raise the peak by half for no time gained (measured with IS-Net at 1024²); the arena is worth its
  // memory.
  const bool all = ok(api.disable_per_session_threads(raw)) && ok(api.set_optimization(raw, kOptimizeAll)) &&
                   ok(api.enable_arena(raw)) && ok(api.disable_memory_pattern(raw)) &&
                   ok(api.set_session_severity(raw, kSeverityError));
  if (!all) options.reset();
  return options;
}

// Publishes the options that are loaded from, so that `interrupt` may set their flag meanwhile.
class Loading {
 public:
  Loading(Model* model, OrtSessionOptions* options) : model_(model) {
    const std::lock_guard<std::mutex> lock(model_->mutex);
    model_->loading = options;
  }
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() {
    const std::lock_guard<std::mutex> lock(model_->mutex);
    model_->loading = nullptr;
  }
  bool interrupted() const {
    const std::lock_guard<std::mutex> lock(model_->mutex);
    return model_->interrupted;
  }

 private:
  Model* const model_;
};

void create_session(Model* model, Status* status) {
  const CApi& api = model->api();
  const Handle<OrtSessionOptions> options = make_options(api, status);
  if (!options) return;
  const Loading loading(model, options.get());
  if (!loading.interrupted()) {
    model->session = own<OrtSession>(
        api, api.release_session,
        [&](auto** out) {
          return api.create_session(model->environment->env.get(), model->path.c_str(), options.get(), out);
        },
        kErrEngineOpen, status);
  }
  if (loading.interrupted()) {
    *status = {};
    fail(status, kErrAborted, "the opening was cancelled");
  }
}

void read_type(const CApi& api, const OrtTypeInfo* type, Tensor* tensor, Status* status) {
  const auto ok = [&](OrtStatus* result) { return check(api, result, kErrEngineOpen, status); };
  const OrtTensorInfo* info = nullptr;
  int element = 0;
  size_t rank = 0;
  if (!ok(api.as_tensor(type, &info))) return;
  if (info == nullptr) return fail(status, kErrEngineOpen, "%s is not a tensor", tensor->name.c_str());
  if (!ok(api.element_type(info, &element)) || !ok(api.dimension_count(info, &rank))) return;

  tensor->info.dtype = static_cast<DType>(element);
  if (element_bytes(tensor->info.dtype) == 0) {
    return fail(status, kErrEngineOpen, "%s has elements of ONNX type %d, which has no fixed size",
                tensor->name.c_str(), element);
  }
  if (rank > kMaxRank) {
    return fail(status, kErrEngineOpen, "%s has %zu dimensions, at most %d are supported", tensor->name.c_str(), rank,
                kMaxRank);
  }
  tensor->info.rank = static_cast<int32_t>(rank);
  ok(api.dimensions(info, tensor->info.shape, rank));
}

void read_tensor(Model* model, size_t index, bool is_input, Status* status) {
  const CApi& api = model->api();
  const auto ok = [&](OrtStatus* result) { return check(api, result, kErrEngineOpen, status); };
  OrtSession* session = model->session.get();
  OrtAllocator* allocator = nullptr;
  char* name = nullptr;
  if (!ok(api.default_allocator(&allocator)) ||
      !ok((is_input ? api.input_name : api.output_name)(session, index, allocator, &name))) {
    return;
  }
  Tensor tensor{name, {}};
  tensor.info.is_input = is_input;
  if (!ok(api.allocator_free(allocator, name))) return;

  const auto type = own<OrtTypeInfo>(
      api, api.release_type,
      [&](auto** out) { return (is_input ? api.input_type : api.output_type)(session, index, out); }, kErrEngineOpen,
      status);
  if (type) read_type(api, type.get(), &tensor, status);
  model->tensors.push_back(std::move(tensor));
}

}  // namespace

void load_model(Model* model, Status* status) {
  model->environment = share_environment(model->library, model->threads, status);
  if (!model->environment) return;
  create_session(model, status);
  if (!status->ok()) return;

  const CApi& api = model->api();
  size_t output_count = 0;
  check(api, api.input_count(model->session.get(), &model->input_count), kErrEngineOpen, status);
  check(api, api.output_count(model->session.get(), &output_count), kErrEngineOpen, status);
  for (size_t index = 0; index < model->input_count && status->ok(); ++index) read_tensor(model, index, true, status);
  for (size_t index = 0; index < output_count && status->ok(); ++index) read_tensor(model, index, false, status);
  model->memory = own<OrtMemoryInfo>(
      api, api.release_memory_info,
      [&](auto** out) { return api.create_cpu_memory_info(kArenaAllocator, kDefaultMemory, out); }, kErrEngineOpen,
      status);
}

void interrupt_model(Model* model) {
  const std::lock_guard<std::mutex> lock(model->mutex);
  model->interrupted = true;
  if (model->loading == nullptr || model->api().set_load_cancel == nullptr) return;
  Status ignored;
  check(model->api(), model->api().set_load_cancel(model->loading, true), kErrInternal, &ignored);
}

}  // namespace pdfnet::onnxruntime
