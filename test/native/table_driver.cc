// Calls TensorRT's table directly, on the fakes: table_driver CHECK LIBRARY FOLDER. Ends with 0 where the check holds,
// and otherwise says where it does not. Plans are written to the folder.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/registry.h"

namespace {

using namespace pdfnet;

#define CHECK(condition)                                                                 \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      std::_Exit(1);                                                                     \
    }                                                                                    \
  } while (false)

constexpr int64_t kWidth = 64;

std::string library;
std::string folder;

template <typename Result, typename... Arguments>
Result fake(const char* name, Arguments... arguments) {
  void* const cuda = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  if (cuda == nullptr) return Result{};
  return reinterpret_cast<Result (*)(Arguments...)>(::dlsym(cuda, name))(arguments...);
}

const EngineApi& api() {
  return *find_engine("tensorrt");
}

std::string plan(const char* name, const std::string& text) {
  const std::string path = folder + "/" + name;
  std::ofstream(path) << text;
  return path;
}

// Doubles and adds one, for 1 to 64 rows; the other one for just one.
std::string rows_plan() {
  return plan("rows", "fake plan\ninput x 0 -1 64\noutput y 0 -1 64\nmemory 16\n");
}
std::string row_plan(const char* more = "") {
  return plan("row", std::string("fake plan\ninput x 0 1 64\noutput y 0 1 64\nmemory 4\n") + more);
}

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

// Both models in a row on `rows` rows, the second on the last row of the first one's output: checks the values.
void run_chain(Session* session, void* a, void* b, void* c, int64_t rows, float first) {
  const size_t row = kWidth * sizeof(float);
  const size_t bytes = static_cast<size_t>(rows) * row;
  std::vector<float> in(static_cast<size_t>(rows * kWidth), first);
  std::vector<float> out(kWidth);
  Status* status = &session->status;
  api().begin(session->stream());
  if (status->ok()) api().mark(session->stream(), status);
  if (status->ok()) api().copy_in(session->stream(), a, in.data(), bytes, status);
  session->bind(0, 0, {rows, kWidth}, a, bytes);
  session->bind(0, 1, {rows, kWidth}, b, bytes);
  session->enqueue(0);
  if (status->ok()) api().mark(session->stream(), status);
  session->bind(1, 0, {1, kWidth}, static_cast<char*>(b) + bytes - row, row);
  session->bind(1, 1, {1, kWidth}, c, row);
  session->enqueue(1);
  if (status->ok()) api().copy_out(session->stream(), out.data(), c, row, status);
  if (status->ok()) api().mark(session->stream(), status);
  Status waited;
  api().wait(session->stream(), &waited);
  if (status->ok()) *status = waited;
  if (!status->ok()) return;
  for (const float value : out) CHECK(value == 4 * first + 3);
  double laps[4] = {};
  CHECK(api().laps(session->stream(), laps, 4) <= 2);
}

// All that a session does in its life; what went wrong first.
Status live(const std::vector<int64_t>& rows, std::vector<Setting> settings = {},
            const std::string& last = row_plan()) {
  Session session({rows_plan(), last}, std::move(settings));
  constexpr size_t kBytes = 64 * kWidth * sizeof(float);
  void* const a = session.allocate(kBytes);
  void* const b = session.allocate(kBytes);
  void* const c = session.allocate(kBytes);
  void* pinned = nullptr;
  if (session.status.ok()) api().allocate_pinned(session.engine(), 1000, &pinned, &session.status);
  float first = 0;
  for (const int64_t count : rows) {
    if (session.status.ok()) run_chain(&session, a, b, c, count, first++);
  }
  if (pinned != nullptr) api().release_pinned(pinned);
  return session.status;
}

bool is(const Status& status, const char* code) {
  return !status.ok() && std::strcmp(status.code, code) == 0;
}

int calls(const char* name) {
  return fake<int>("fake_cuda_calls", name);
}

void show(const Status& status) {
  if (!status.ok()) std::fprintf(stderr, "%s: %s\n", status.code, status.message);
}

const std::vector<int64_t> kRepeated(6, 3);

void chains() {
  const Status status = live({3, 1, 5});
  show(status);
  CHECK(status.ok());
  CHECK(fake<size_t>("fake_cuda_leaks") == 0);
}

void marks() {
  Session session({rows_plan(), row_plan()});
  void* const memory = session.allocate(1 << 16);
  run_chain(&session, memory, session.allocate(1 << 16), session.allocate(1 << 16), 2, 1);
  double laps[8] = {};
  CHECK(api().laps(session.stream(), laps, 8) == 2 && laps[0] == 0.25 && laps[1] == 0.25);
  CHECK(api().laps(session.stream(), laps, 1) == 1);
  api().begin(session.stream());
  CHECK(api().laps(session.stream(), laps, 8) == 0);
}

bool library_captures() {
  return library.find("rtx") != std::string::npos;
}

void captures() {
  CHECK(live(kRepeated).ok());
  // Of six runs of two models the first is plain.
  CHECK(calls("cuGraphLaunch") == (library_captures() ? 0 : 10));
  CHECK(calls("cuGraphInstantiateWithFlags") == (library_captures() ? 0 : 2));
  CHECK(fake<size_t>("fake_cuda_leaks") == 0);
}

void captures_off() {
  CHECK(live(kRepeated, {{"cuda_graphs", "off"}}).ok());
  CHECK(calls("cuStreamBeginCapture_v2") == 0);
}

// Larger pictures move the arena, and the graphs with it; more sizes than there is room for take turns.
void mixed_sizes() {
  CHECK(live({1, 1, 1, 9, 9, 9, 1, 1, 1, 9, 30, 30, 30, 9, 1}).ok());
  std::vector<int64_t> rows;
  for (int round = 0; round < 12; ++round) {
    for (int64_t count = 1; count <= 12; ++count) rows.push_back(count);
  }
  CHECK(live(rows).ok());
  rows.clear();
  for (int64_t count = 1; count <= 12; ++count) rows.insert(rows.end(), 80, count);
  CHECK(live(rows).ok());
  CHECK(fake<size_t>("fake_cuda_leaks") == 0);
}

void uncapturable() {
  CHECK(live(kRepeated, {}, row_plan("uncapturable\n")).ok());
  CHECK(calls("cuStreamBeginCapture_v2") == (library_captures() ? 0 : 2));
}

void broken() {
  const Status status = live({3}, {}, row_plan("broken\n"));
  CHECK(is(status, "ERR_ENGINE_RUN"));
  CHECK(std::strstr(status.message, "the plan is broken") != nullptr);
  CHECK(fake<size_t>("fake_cuda_leaks") == 0);
}

// The values of a shape belong to the run: the caller's memory changes at once, and the answer follows the values.
void host_values() {
  Session session({plan("sized", "fake plan\ninput x 0 64\nhost-input size 8 2\noutput y 0 -1 -1\nmemory 8\n")});
  void* const in = session.allocate(256);
  void* const out = session.allocate(1 << 16);
  std::vector<float> values(64);
  for (size_t index = 0; index < values.size(); ++index) values[index] = static_cast<float>(index);
  TensorInfo info{};
  api().tensor(session.engine(), 1, &info);
  CHECK(info.on_host && info.is_input && info.dtype == DType::kInt64);
  for (const int64_t height : {2, 3, 3, 3, 3, 2, 2, 2}) {
    std::vector<float> result(static_cast<size_t>(height * 5));
    int64_t size[2] = {height, 5};
    api().begin(session.stream());
    api().copy_in(session.stream(), in, values.data(), 256, &session.status);
    session.bind(0, 0, {64}, in, 256);
    session.bind(0, 1, {2}, size, sizeof(size));
    session.bind(0, 2, {height, 5}, out, result.size() * sizeof(float));
    size[0] = size[1] = -1;
    session.enqueue(0);
    api().copy_out(session.stream(), result.data(), out, result.size() * sizeof(float), &session.status);
    api().wait(session.stream(), &session.status);
    show(session.status);
    CHECK(session.status.ok());
    CHECK(result.front() == 1 && result.back() == 2 * static_cast<float>(result.size() - 1) + 1);
  }
}

void host_outputs() {
  Session session({plan("shaped", "fake plan\ninput x 0 -1 2\noutput y 0 -1 2\nhost-output shape 8 2\n")});
  void* const in = session.allocate(512);
  void* const out = session.allocate(512);
  for (const int64_t rows : {2, 2, 2, 4}) {
    const size_t bytes = static_cast<size_t>(rows) * 8;
    int64_t shape[2] = {};
    api().begin(session.stream());
    session.bind(0, 0, {rows, 2}, in, bytes);
    session.bind(0, 1, {rows, 2}, out, bytes);
    session.bind(0, 2, {2}, shape, sizeof(shape));
    session.enqueue(0);
    api().wait(session.stream(), &session.status);
    CHECK(session.status.ok() && shape[0] == rows && shape[1] == 2);
  }
}

void bad_bindings() {
  Session session({rows_plan()});
  char* const memory = static_cast<char*>(session.allocate(1 << 16));
  const size_t row = kWidth * sizeof(float);
  const auto refused = [&](const std::function<void()>& act, const char* message) {
    session.status = {};
    act();
    const bool right = is(session.status, "ERR_ARGUMENT") && std::strstr(session.status.message, message) != nullptr;
    if (!right) show(session.status);
    session.status = {};
    return right;
  };
  CHECK(refused([&] { session.bind(0, 0, {2, kWidth}, memory, row); }, "expected 512 bytes for x of shape [2, 64]"));
  CHECK(refused([&] { session.bind(0, 0, {kWidth}, memory, row); }, "expected 2 sizes for x, got [64]"));
  CHECK(refused([&] { session.bind(0, 0, {-1, kWidth}, memory, row); }, "expected 2 sizes"));
  CHECK(refused([&] { session.bind(0, 0, {1, kWidth}, nullptr, row); }, "got 0"));
  CHECK(refused([&] { session.bind(0, 0, {1, kWidth}, memory + 64, row); }, "multiple of 256"));
  CHECK(refused([&] { session.enqueue(0); }, "not every tensor"));
  const auto run = [&](int64_t in, int64_t out) {
    session.bind(0, 0, {in, kWidth}, memory, static_cast<size_t>(in) * row);
    session.bind(0, 1, {out, kWidth}, memory + (1 << 15), static_cast<size_t>(out) * row);
    session.enqueue(0);
  };
  CHECK(refused([&] { run(65, 65); }, "the shape is outside the profile"));
  CHECK(refused([&] { run(2, 3); }, "expected shape [2, 64] for y, got [3, 64]"));
  run(2, 2);
  api().wait(session.stream(), &session.status);
  CHECK(session.status.ok());
}

void bad_files() {
  const auto loads = [](const std::string& path, const std::string& from = library) {
    Status status;
    Engine* engine = nullptr;
    const OpenOptions options{from.c_str(), path.c_str(), 0, 0, nullptr, 0};
    api().open(&options, &engine, &status);
    api().load(engine, &status);
    api().close(engine);
    return status;
  };
  CHECK(is(loads(folder + "/none"), "ERR_ENGINE_OPEN"));
  CHECK(is(loads(folder), "ERR_ENGINE_OPEN"));
  CHECK(is(loads(plan("empty", "")), "ERR_ENGINE_OPEN"));
  const Status refused = loads(plan("other", "something else"));
  CHECK(is(refused, "ERR_ENGINE_OPEN") && std::strstr(refused.message, "not a plan of the fake") != nullptr);
  CHECK(is(loads(rows_plan(), folder + "/none.so"), "ERR_LIBRARY_LOAD"));
  CHECK(is(loads(rows_plan(), folder + "/libcuda.so.1"), "ERR_LIBRARY_LOAD"));
  CHECK(is(loads(plan("rank", "fake plan\ninput x 0 1 1 1 1 1 1 1 1\noutput y 11 1\n")), "ERR_ENGINE_OPEN"));
  CHECK(loads(rows_plan()).ok());
  CHECK(fake<size_t>("fake_cuda_leaks") == 0);
}

void cancels() {
  Session session({rows_plan()});
  api().cancel(session.stream());
  api().begin(session.stream());
  session.enqueue(0);
  CHECK(is(session.status, "ERR_ARGUMENT"));
  session.status = {};
  api().cancel(session.stream());
  session.enqueue(0);
  CHECK(is(session.status, "ERR_ABORTED"));
  Status status;
  Engine* engine = nullptr;
  const std::string path = rows_plan();
  const OpenOptions options{library.c_str(), path.c_str(), 0, 0, nullptr, 0};
  api().open(&options, &engine, &status);
  api().interrupt(engine);
  api().load(engine, &status);
  CHECK(is(status, "ERR_ABORTED"));
  api().close(engine);
}

void no_gpu() {
  const Status status = live({1});
  show(status);
  CHECK(is(status, "ERR_DEVICE_MISSING"));
}

void full_memory() {
  ::setenv("PDFNET_FAKE_CUDA_MEMORY", "40000", 1);
  const Status buffers = live({1});
  CHECK(is(buffers, "ERR_GPU_MEMORY") && std::strstr(buffers.message, "MB are free") != nullptr);
  // Room for the buffers, not for the activations of many rows: the session goes on with fewer.
  ::setenv("PDFNET_FAKE_CUDA_MEMORY", "80000", 1);
  Session session({rows_plan(), row_plan()});
  constexpr size_t kBytes = 64 * kWidth * sizeof(float);
  void* const a = session.allocate(kBytes);
  void* const b = session.allocate(kBytes);
  void* const c = session.allocate(kBytes);
  CHECK(session.status.ok());
  for (int round = 0; round < 3; ++round) {
    run_chain(&session, a, b, c, 2, 1);
    CHECK(session.status.ok());
    run_chain(&session, a, b, c, 60, 1);
    CHECK(is(session.status, "ERR_GPU_MEMORY"));
    session.status = {};
  }
}

const std::vector<const char*> kFunctions = {
    "cuDevicePrimaryCtxRetain",
    "cuCtxSetCurrent",
    "cuMemGetInfo_v2",
    "cuMemAlloc_v2",
    "cuMemFree_v2",
    "cuMemHostAlloc",
    "cuMemFreeHost",
    "cuMemcpyHtoDAsync_v2",
    "cuMemcpyDtoHAsync_v2",
    "cuStreamCreate",
    "cuStreamQuery",
    "cuStreamDestroy_v2",
    "cuStreamSynchronize",
    "cuStreamEndCapture",
    "cuGraphLaunch",
    "cuStreamBeginCapture_v2",
    "cuEventCreate",
    "cuEventDestroy_v2",
    "cuEventRecord",
    "cuGraphInstantiateWithFlags",
    "cuEventSynchronize",
    "cuEventElapsedTime",
    "fake_cuda_enqueue",
};
// A graph that cannot be destroyed outlives its context, which the fake would not have.
const std::vector<const char*> kDestroyers = {"cuGraphDestroy", "cuGraphExecDestroy"};

const std::vector<int64_t> kLife = {2, 2, 2, 5, 5, 5, 2};

// Fails each call of each function in turn, in a process of its own; `after` is told whether it was called so often.
void sweep(const std::vector<const char*>& functions, int error,
           const std::function<void(const char* function, const Status& status)>& after) {
  for (const char* function : functions) {
    for (int call = 1; call <= 200; ++call) {
      const pid_t child = ::fork();
      CHECK(child >= 0);
      if (child == 0) {
        ::setenv("PDFNET_FAKE_CUDA_FAIL",
                 (std::string(function) + ":" + std::to_string(error) + ":" + std::to_string(call)).c_str(), 1);
        const Status status = live(kLife);
        if (fake<int>("fake_cuda_triggered") == 0) {
          CHECK(status.ok());
          std::_Exit(2);
        }
        after(function, status);
        std::_Exit(0);
      }
      int ended = 0;
      CHECK(::waitpid(child, &ended, 0) == child);
      if (WIFEXITED(ended) && WEXITSTATUS(ended) == 2) break;
      if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0) std::fprintf(stderr, "%s, call %d\n", function, call);
      CHECK(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
    }
  }
}

// What fails where memory is given back leaks what could not be given back, and nothing else does.
void failures() {
  const auto after = [](const char* function, const Status& status) {
    const bool known = status.ok() || is(status, "ERR_ENGINE_RUN") || is(status, "ERR_ENGINE_OPEN") ||
                       is(status, "ERR_GPU_MEMORY") || is(status, "ERR_MEMORY");
    if (!known) show(status);
    CHECK(known);
    const std::string name = function;
    const bool releases = name.find("Free") != std::string::npos || name.find("Destroy") != std::string::npos;
    CHECK(fake<size_t>("fake_cuda_leaks") <= (releases || name == "cuCtxSetCurrent" ? 1 : 0));
    ::unsetenv("PDFNET_FAKE_CUDA_FAIL");
    CHECK(live(kLife).ok());
  };
  sweep(kFunctions, 999, after);
  sweep(kFunctions, 2, after);
}

void lost() {
  const auto after = [](const char* function, const Status& status) {
    const Status later = live({1});
    const bool told = is(later, "ERR_GPU_LOST") && std::strstr(later.message, "CUDA_ERROR_ILLEGAL_ADDRESS") != nullptr;
    if (!told) show(status);
    if (!told) show(later);
    CHECK(told);
    // TensorRT says only that it failed, so one call asks why.
    CHECK(fake<int>("fake_cuda_calls_after_death") <= (std::strcmp(function, "fake_cuda_enqueue") == 0 ? 1 : 0));
  };
  sweep(kFunctions, 700, after);
  sweep(kDestroyers, 700, after);
}

// Where the library has one of its own: it is filled after the first run.
void runtime_cache() {
  const std::string path = folder + "/cache";
  for (int round = 0; round < 2; ++round) {
    CHECK(live({1}, {{"runtime_cache", path.c_str()}}).ok());
    std::string held;
    std::getline(std::ifstream(path), held);
    CHECK(held == (library_captures() ? "fake cache" : ""));
  }
  CHECK(live({1}, {{"runtime_cache", "/nonexistent/cache"}}).ok());
}

const std::map<std::string, void (*)()> kChecks = {
    {"chains", chains},
    {"marks", marks},
    {"captures", captures},
    {"captures-off", captures_off},
    {"mixed-sizes", mixed_sizes},
    {"uncapturable", uncapturable},
    {"broken", broken},
    {"host-values", host_values},
    {"host-outputs", host_outputs},
    {"bad-bindings", bad_bindings},
    {"bad-files", bad_files},
    {"cancels", cancels},
    {"no-gpu", no_gpu},
    {"full-memory", full_memory},
    {"failures", failures},
    {"lost", lost},
    {"runtime-cache", runtime_cache},
};

}  // namespace

int main(int count, char** values) {
  const auto check = count == 4 ? kChecks.find(values[1]) : kChecks.end();
  if (check == kChecks.end()) return 64;
  library = values[2];
  folder = values[3];
  check->second();
  return 0;
}
