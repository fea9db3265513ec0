// What the checks of TensorRT's table share: a session as native/session makes one, and what it does in its life.
#pragma once

#include <dlfcn.h>

#include <string>
#include <vector>

#include "check.h"
#include "engine/registry.h"

namespace pdfnet::table {

constexpr int64_t kWidth = 64;

// As the command line names them.
extern std::string library;
extern std::string folder;

// A function of the fake driver; nothing where none was opened.
template <typename Result, typename... Arguments>
Result fake(const char* name, Arguments... arguments) {
  void* const cuda = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  if (cuda == nullptr) return Result{};
  return reinterpret_cast<Result (*)(Arguments...)>(::dlsym(cuda, name))(arguments...);
}

// How often the driver's function of that name was called.
int calls(const char* name);
// What is left of device memory, pinned memory and handles.
size_t leaks();

inline const EngineApi& api() {
  return *find_engine("tensorrt");
}

bool is(const Status& status, const char* code);
void show(const Status& status);

// Writes a plan of the fake to the folder; its path.
std::string plan(const char* name, const std::string& text);
// Doubles and adds one, for 1 to 64 rows; the other one for just one.
std::string rows_plan();
std::string row_plan(const char* more = "");

struct Opened {
  Engine* engine = nullptr;
  Context* context = nullptr;
};

// Opens, runs, closes: as a session does.
class Session {
 public:
  explicit Session(const std::vector<std::string>& plans, std::vector<Setting> settings = {}) {
    models_.resize(plans.size());
    for (size_t index = 0; index < plans.size(); ++index) {
      const OpenOptions options{library.c_str(), plans[index].c_str(), 0, 0, settings.data(), settings.size()};
      if (status.ok()) api().open(&options, &models_[index].engine, &status);
      if (status.ok()) api().load(models_[index].engine, &status);
    }
    if (status.ok()) api().open_stream(models_[0].engine, &stream_, &status);
    for (Opened& model : models_) {
      if (status.ok()) api().create(model.engine, stream_, &model.context, &status);
    }
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    for (const Opened& model : models_) {
      if (model.context != nullptr) api().destroy(model.context);
    }
    for (void* memory : memory_) {
      if (memory != nullptr) api().release(stream_, memory);
    }
    if (stream_ != nullptr) api().close_stream(stream_);
    for (const Opened& model : models_) {
      if (model.engine != nullptr) api().close(model.engine);
    }
  }

  void* allocate(size_t bytes) {
    void* memory = nullptr;
    if (status.ok()) api().allocate(stream_, bytes, &memory, &status);
    memory_.push_back(memory);
    return memory;
  }

  void bind(size_t model, size_t index, const std::vector<int64_t>& shape, void* data, size_t bytes) {
    if (!status.ok()) return;
    api().bind(models_[model].context, index, shape.data(), static_cast<int32_t>(shape.size()), data, bytes, &status);
  }
  void enqueue(size_t model) {
    if (status.ok()) api().enqueue(models_[model].context, &status);
  }
  Stream* stream() const { return stream_; }
  Engine* engine() const { return models_[0].engine; }

  Status status;

 private:
  std::vector<Opened> models_;
  Stream* stream_ = nullptr;
  std::vector<void*> memory_;
};

// A run of rows_plan() and row_plan() in a row, through device memory a, b and c, the second on the last row of the
// first one's output: checks the values.
void run_chain(Session* session, void* a, void* b, void* c, int64_t rows, float first);

// All that a session does in its life, with runs on so many rows; what went wrong first. Only that may: what comes
// after it works, unless the GPU is lost.
Status live(const std::vector<int64_t>& rows, std::vector<Setting> settings = {}, const std::string& last = row_plan());

}  // namespace pdfnet::table
