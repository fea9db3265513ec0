// What is refused: bad arguments and files, no GPU, no room, and what was cancelled.
#include <cstring>
#include <functional>

#include "table/checks.h"
#include "table/life.h"

namespace pdfnet::table {

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
  CHECK(leaks() == 0);
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

}  // namespace pdfnet::table
