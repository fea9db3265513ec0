// Every stage of the engine's table fails with every code that it has, in turn: the run or the opening that it hits is
// told so, and no other.
#include "dl/lost.h"
#include "session/checks.h"
#include "session/life.h"

namespace pdfnet::sessions {
namespace {

int next_gpu() {
  static std::atomic<int> gpus{0};
  return ++gpus;
}

bool is_lost(const char* code) {
  return std::string(code) == kErrGpuLost;
}

// The session on that GPU, and any other, once it is lost.
void must_be_lost(const Life& life, const std::shared_ptr<Session>& session, int32_t gpu) {
  Status status;
  CHECK(session->slot(64, &status) == nullptr && is(status, kErrGpuLost));
  Doubling run(16);
  status = {};
  CHECK(run.submit(session.get(), &status));
  CHECK(is(run.ended(), kErrGpuLost));
  SessionOptions options = options_of();
  options.gpu = gpu;
  CHECK(is(begin_open(life, options).get().status, kErrGpuLost));
  CHECK(cuda::lost_devices().find("GPU " + std::to_string(gpu) + " was lost") != std::string::npos);
}

}  // namespace

// The second of three runs that wait for one another.
void run_failures() {
  const Life life;
  // How often a run that is larger than all before calls them.
  const std::pair<const char*, int> stages[] = {{"allocate", 2}, {"copy_in", 1}, {"bind", 2},    {"enqueue", 1},
                                                {"mark", 4},     {"wait", 1},    {"copy_out", 1}};
  for (const auto& [stage, calls] : stages) {
    for (int call = 1; call <= calls; ++call) {
      for (const char* code : {kErrEngineRun, kErrMemory, kErrGpuMemory, kErrGpuLost}) {
        SessionOptions options = options_of(
            {{"fail_at", stage}, {"fail_nth", std::to_string(calls + call)}, {"fail_code", code}, {"delay_ms", "1"}});
        options.gpu = next_gpu();
        const auto session = open(life, options);
        std::vector<Doubling> runs;
        for (size_t size : {16, 1000, 100000}) {
          Status status;
          runs.emplace_back(size);
          CHECK(runs.back().submit(session.get(), &status));
        }
        CHECK(runs[0].ended().ok());
        CHECK(is(runs[1].ended(), code));
        const Status last = runs[2].ended();
        CHECK(is_lost(code) ? is(last, kErrGpuLost) : last.ok());
        if (is_lost(code)) {
          must_be_lost(life, session, options.gpu);
        } else {
          must_run(session.get(), 200000);
        }
        close(session);
      }
    }
  }
}

void open_failures() {
  const Life life;
  for (const char* stage : {"open", "load", "stream", "create"}) {
    for (const char* code : {kErrLibraryMissing, kErrLibraryLoad, kErrEngineOpen, kErrDeviceMissing, kErrMemory,
                             kErrGpuMemory, kErrGpuLost}) {
      for (const char* nth : {"1", "2"}) {
        SessionOptions options =
            options_of({{"two.fail_at", stage}, {"two.fail_nth", nth}, {"two.fail_code", code}}, 2);
        // The stream is the first model's.
        options.models = {stage == std::string("stream") ? "/two" : "/one", "/two"};
        options.gpu = next_gpu();
        const Opened opened = begin_open(life, options).get();
        if (opened.session) {
          // Each model is opened and loaded once.
          const bool once = stage == std::string("open") || stage == std::string("load");
          CHECK(once && nth == std::string("2"));
          close(opened.session);
          continue;
        }
        CHECK(is(opened.status, code));
        if (is_lost(code)) continue;
        const auto session = open(life, options_of());
        must_run(session.get());
        close(session);
      }
    }
  }
}

}  // namespace pdfnet::sessions
