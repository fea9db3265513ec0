// Sessions that end, by themselves or with their scope, whatever they are doing.
#include <chrono>

#include "session/checks.h"
#include "session/life.h"

namespace pdfnet::sessions {
namespace {

// Much longer than a check lasts: it has to be ended early.
constexpr char kMinute[] = "60000";
constexpr std::chrono::milliseconds kMoment{5};

// The session's only run computes; those behind it wait.
std::vector<Doubling> submit_three(Session* session) {
  std::vector<Doubling> runs;
  for (int count = 0; count < 3; ++count) {
    Status status;
    runs.emplace_back(100);
    CHECK(runs.back().submit(session, &status));
  }
  std::this_thread::sleep_for(kMoment);
  return runs;
}

void must_be_aborted(std::vector<Doubling>* runs) {
  for (Doubling& run : *runs) CHECK(is(run.ended(), kErrAborted));
}

}  // namespace

// With the scope, from two threads at once.
void abandons() {
  const auto end = [](Life* life) { on_threads(2, [life](int) { life->end(); }); };
  for (int round = 0; round < 20; ++round) {
    {
      Life life;
      std::future<Opened> opening = begin_open(life, options_of({{"load_ms", kMinute}}));
      if (round % 2 == 0) std::this_thread::sleep_for(kMoment);
      end(&life);
      CHECK(is(opening.get().status, kErrAborted));
      CHECK(is(begin_open(life, options_of()).get().status, kErrMemory));
    }
    {
      Life life;
      const auto session = open(life, options_of({}, 3));
      end(&life);
      Status status;
      CHECK(!Doubling(4).submit(session.get(), &status) && is(status, kErrDisposed));
    }
    {
      Life life;
      const auto session = open(life, options_of({{"delay_ms", kMinute}}));
      std::vector<Doubling> runs = submit_three(session.get());
      if (round % 2 == 0) session->close(nullptr);
      end(&life);
      must_be_aborted(&runs);
      close(session);
    }
    {
      // As when JavaScript's object is collected: the scope goes on.
      Life life;
      auto session = open(life, options_of({{"delay_ms", kMinute}}));
      std::vector<Doubling> runs = submit_three(session.get());
      session->abandon();
      session.reset();
      must_be_aborted(&runs);
      must_run(open(life, options_of()).get());
    }
  }
}

// Sessions that come and go on several threads of one scope, some of them while they are being opened.
void openings() {
  const Life life;
  on_threads(4, [&](int number) {
    for (int round = 0; round < 50; ++round) {
      const int what = (round + number) % 3;
      const char* delay = what == 0 ? "1" : "0";
      SessionOptions options = options_of({{"load_ms", delay}, {"bytes", "100000"}}, 1 + round % 3);
      options.models.resize(1 + static_cast<size_t>(number), "/none");
      std::promise<Opened> promise;
      const auto opening = Session::open(
          std::move(options), life.scope(),
          [&promise](const auto& session, const Status& status) { promise.set_value({session, status}); });
      CHECK(opening != nullptr);
      if (what == 0) opening->abandon();
      const Opened opened = promise.get_future().get();
      CHECK(opened.status.ok() ? what != 0 : what == 0 && is(opened.status, kErrAborted));
      if (!opened.session) continue;
      if (what == 1) must_run(opened.session.get());
      close(opened.session);
    }
  });
}

}  // namespace pdfnet::sessions
