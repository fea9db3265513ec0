// What the checks of TensorRT's table share.
#include "table/life.h"

#include <cstring>
#include <fstream>

namespace pdfnet::table {

std::string library;
std::string folder;

std::string plan(const char* name, const std::string& text) {
  const std::string path = folder + "/" + name;
  std::ofstream(path) << text;
  return path;
}

std::string rows_plan() {
  return plan("rows", "fake plan\ninput x 0 -1 64\noutput y 0 -1 64\nmemory 16\n");
}
std::string row_plan(const char* more) {
  return plan("row", std::string("fake plan\ninput x 0 1 64\noutput y 0 1 64\nmemory 4\n") + more);
}

bool is(const Status& status, const char* code) {
  return !status.ok() && std::strcmp(status.code, code) == 0;
}

int calls(const char* name) {
  return fake<int>("fake_cuda_calls", name);
}

size_t leaks() {
  return fake<size_t>("fake_cuda_leaks");
}

void show(const Status& status) {
  if (!status.ok()) std::fprintf(stderr, "%s: %s\n", status.code, status.message);
}

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

Status live(const std::vector<int64_t>& rows, std::vector<Setting> settings, const std::string& last) {
  Session session({rows_plan(), last}, std::move(settings));
  constexpr size_t kBytes = 64 * kWidth * sizeof(float);
  void* const a = session.allocate(kBytes);
  void* const b = session.allocate(kBytes);
  void* const c = session.allocate(kBytes);
  if (!session.status.ok()) return session.status;
  Status failure;
  const auto note_failure = [&] {
    CHECK(session.status.ok() || failure.ok() || is(session.status, "ERR_GPU_LOST"));
    if (failure.ok()) failure = session.status;
    session.status = {};
  };
  void* pinned = nullptr;
  api().allocate_pinned(session.engine(), 1000, &pinned, &session.status);
  note_failure();
  float first = 0;
  for (const int64_t count : rows) {
    run_chain(&session, a, b, c, count, first++);
    note_failure();
  }
  if (pinned != nullptr) api().release_pinned(pinned);
  return failure;
}

}  // namespace pdfnet::table
