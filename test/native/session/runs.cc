// Runs from many threads: submitted, cancelled, closed in the midst of it, each of them ended once.
#include "session/checks.h"
#include "session/life.h"

namespace pdfnet::sessions {
namespace {

constexpr int kThreads = 6;

}  // namespace

// More come than there is room for: those are refused, and come again.
void submits() {
  const Life life;
  const auto session = open(life, options_of({}, 3));
  std::atomic<int> refused{0};
  on_threads(kThreads, [&](int) {
    for (size_t taken = 0; taken < 300;) {
      std::vector<Doubling> runs;
      for (Status status; status.ok();) {
        Doubling run(10 * taken + 1);
        if (run.submit(session.get(), &status)) {
          runs.push_back(run);
        } else {
          CHECK(is(status, kErrQueueFull));
        }
      }
      ++refused;
      for (Doubling& run : runs) CHECK(run.ended().ok());
      taken += runs.size();
    }
  });
  CHECK(refused > 0);
  close(session);
}

void cancels() {
  const Life life;
  const auto session = open(life, options_of({{"delay_ms", "1"}}, 2));
  std::atomic<int64_t> newest{0};
  std::atomic<bool> finished{false};
  std::thread canceller([&] {
    for (int64_t back = 0; !finished; back = (back + 1) % 8) {
      session->cancel(newest - back);
      std::this_thread::yield();
    }
  });
  std::atomic<int> counts[2] = {};
  on_threads(kThreads, [&](int) {
    for (int round = 0; round < 200; ++round) {
      Doubling run(100);
      Status status;
      if (!run.submit(session.get(), &status)) continue;
      newest = run.ticket();
      const Status ended = run.ended();
      CHECK(ended.ok() || is(ended, kErrAborted));
      ++counts[ended.ok() ? 1 : 0];
    }
  });
  finished = true;
  canceller.join();
  CHECK(counts[0] > 0);
  for (int round = 0; round < 20; ++round) must_run(session.get());
  close(session);
}

// What was taken is still done; whoever comes later is refused.
void closes() {
  const Life life;
  for (int round = 0; round < 40; ++round) {
    const auto session = open(life, options_of({}, 2));
    on_threads(kThreads, [&](int number) {
      for (int turn = 0;; ++turn) {
        Doubling run(64);
        Status status;
        const bool taken = run.submit(session.get(), &status);
        if (number < 2 && turn == 2 * round) {
          close(session);
          CHECK(run.endings() == (taken ? 1 : 0));
        }
        if (taken) CHECK(run.ended().ok());
        if (is(status, kErrDisposed)) return;
      }
    });
    close(session);
  }
}

}  // namespace pdfnet::sessions
