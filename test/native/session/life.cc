// What the checks of sessions share.
#include "session/life.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "engine/registry.h"
#include "session/validation.h"

namespace pdfnet::sessions {
namespace {

constexpr std::chrono::seconds kLongest{60};

int64_t next_ticket() {
  static std::atomic<int64_t> tickets{0};
  return ++tickets;
}

}  // namespace

SessionOptions options_of(Settings settings, int32_t instances) {
  settings.emplace_back("inputs", "x:float32:-1");
  settings.emplace_back("outputs", "y:float32:-1");
  return {find_engine("fake"), "/none", {"/none"}, instances, 0, 0, std::move(settings)};
}

std::future<Opened> begin_open(const Life& life, SessionOptions options) {
  auto promise = std::make_shared<std::promise<Opened>>();
  std::future<Opened> future = promise->get_future();
  const auto opening = Session::open(std::move(options), life.scope(),
                                     [promise](const std::shared_ptr<Session>& session, const Status& status) {
                                       promise->set_value({session, status});
                                     });
  if (!opening) {
    Opened refused;
    fail(&refused.status, kErrMemory, "the scope has ended");
    promise->set_value(refused);
  }
  return future;
}

std::shared_ptr<Session> open(const Life& life, SessionOptions options) {
  Opened opened = begin_open(life, std::move(options)).get();
  if (!opened.status.ok()) std::fprintf(stderr, "%s: %s\n", opened.status.code, opened.status.message);
  CHECK(opened.session != nullptr);
  return opened.session;
}

void close(const std::shared_ptr<Session>& session) {
  auto closed = std::make_shared<std::promise<void>>();
  session->close([closed] { closed->set_value(); });
  CHECK(closed->get_future().wait_for(kLongest) == std::future_status::ready);
}

Doubling::Doubling(size_t count) {
  state_->ticket = next_ticket();
  state_->first = static_cast<float>(state_->ticket % 1000);
  state_->y.resize(count);
}

bool Doubling::submit(Session* session, Status* status, std::shared_ptr<Slot> slot) {
  const size_t count = state_->y.size();
  if (!slot) state_->x.resize(count);
  float* const x = slot ? static_cast<float*>(slot->memory()) : state_->x.data();
  std::fill(x, x + count, state_->first);
  const std::vector<int64_t> shape = {static_cast<int64_t>(count)};
  const auto binding = [&](const char* name, float* data) {
    return Binding{name, shape, reinterpret_cast<uint8_t*>(data), count * sizeof(float), kNoBuffer, 0};
  };
  Run run{ticket(), {}, nullptr};
  run.steps.push_back({0, arrange(session->models()[0], {binding("x", x)}, {binding("y", state_->y.data())}, status)});
  check_overlap(session->models(), run.steps, status);
  CHECK(status->ok());
  run.done = [state = state_, slot = std::move(slot)](const Status& ended, const RunTimings&) {
    CHECK(++state->endings == 1);
    for (const float value : state->y) CHECK(!ended.ok() || value == 2 * state->first + 1);
    std::vector<float>().swap(state->x);
    std::vector<float>().swap(state->y);
    state->promise.set_value(ended);
  };
  session->submit(std::move(run), status);
  return status->ok();
}

Status Doubling::ended() {
  std::future<Status> future = state_->promise.get_future();
  CHECK(future.wait_for(kLongest) == std::future_status::ready);
  const Status status = future.get();
  CHECK(state_->endings == 1);
  return status;
}

bool is(const Status& status, const char* code) {
  return !status.ok() && std::strcmp(status.code, code) == 0;
}

void must_run(Session* session, size_t count) {
  Doubling run(count);
  Status status;
  CHECK(run.submit(session, &status));
  CHECK(run.ended().ok());
}

}  // namespace pdfnet::sessions
