// Runs: their numbers, their times, and what becomes a CUDA graph.
#include <cstring>
#include <filesystem>
#include <fstream>

#include "table/checks.h"
#include "table/life.h"

namespace pdfnet::table {

namespace {

const std::vector<int64_t> kRepeated(6, 3);

}  // namespace

void chains() {
  const Status status = live({3, 1, 5});
  show(status);
  CHECK(status.ok());
  CHECK(leaks() == 0);
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
  CHECK(leaks() == 0);
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
  CHECK(leaks() == 0);
}

void uncapturable() {
  CHECK(live(kRepeated, {}, row_plan("uncapturable\n")).ok());
  CHECK(calls("cuStreamBeginCapture_v2") == (library_captures() ? 0 : 2));
}

void broken() {
  const Status status = live({3}, {}, row_plan("broken\n"));
  CHECK(is(status, "ERR_ENGINE_RUN"));
  CHECK(std::strstr(status.message, "the plan is broken") != nullptr);
  CHECK(leaks() == 0);
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

// One run of a session, of which nothing is waited for; its output in the memory of the fake device.
const float* start(Session* session, const std::vector<float>& values) {
  const size_t bytes = values.size() * sizeof(float);
  void* const in = session->allocate(bytes);
  void* const out = session->allocate(bytes);
  api().begin(session->stream());
  api().copy_in(session->stream(), in, values.data(), bytes, &session->status);
  session->bind(0, 0, {1, kWidth}, in, bytes);
  session->bind(0, 1, {1, kWidth}, out, bytes);
  session->enqueue(0);
  return static_cast<const float*>(out);
}

// The fake GPU does what is waited for alone, and what that waits for.
void turns() {
  const std::vector<float> values(kWidth, 4);
  Session one({rows_plan()});
  {
    Session other({rows_plan()});
    // The first run makes room, and waits for that.
    for (Session* session : {&one, &other}) {
      start(session, values);
      api().wait(session->stream(), &session->status);
    }
    const int before = calls("cuStreamWaitEvent");
    const float* const first = start(&one, values);
    const float* const second = start(&other, values);
    CHECK(first[0] != 9 && second[0] != 9 && calls("cuStreamWaitEvent") == before + 2);
    api().wait(other.stream(), &other.status);
    CHECK(other.status.ok() && second[0] == 9 && first[0] == 9);
    ::setenv("PDFNET_FAKE_CUDA_FAIL", "cuStreamWaitEvent:999:1", 1);
    start(&one, values);
    CHECK(is(one.status, "ERR_ENGINE_RUN"));
    one.status = {};
    start(&other, values);
    api().wait(other.stream(), &other.status);
    CHECK(other.status.ok());
  }
  ::unsetenv("PDFNET_FAKE_CUDA_FAIL");
  // The event of a stream that is gone is waited for no more, nor is one's own. (Calls are counted anew.)
  for (int run = 0; run < 2; ++run) start(&one, values);
  CHECK(one.status.ok() && calls("cuStreamWaitEvent") == 0);
  api().wait(one.stream(), &one.status);
  CHECK(one.status.ok());
}

// Where the library has one of its own: a file for each plan, filled after the first run.
void runtime_cache() {
  const std::string caches = folder + "/caches";
  std::filesystem::create_directory(caches);
  for (int round = 0; round < 2; ++round) {
    CHECK(live({1}, {{"runtime_cache", caches.c_str()}}).ok());
    for (const auto& file : std::filesystem::directory_iterator(caches)) {
      std::string held;
      std::getline(std::ifstream(file.path()), held);
      CHECK(library_captures() && held == "fake cache");
    }
    CHECK(std::filesystem::is_empty(caches) == !library_captures());
  }
  CHECK(live({1}, {{"runtime_cache", "/nonexistent/cache"}}).ok());
}

}  // namespace pdfnet::table
