// The pool that pixels are worked on: all of it is done, or dropped where it is abandoned, and what it held goes;
// strips are done in either case.
#include "pixels/pool.h"

#include "pixels/multiply.h"
#include "pixels/strips.h"
#include "session/checks.h"
#include "session/life.h"

namespace pdfnet::sessions {

void pool() {
  for (int round = 0; round < 30; ++round) {
    Life life;
    const auto pool = std::make_shared<Pool>(life.scope());
    CHECK(life.scope()->add(pool));
    std::atomic<int> done{0};
    std::atomic<int> taken{0};
    const bool ends_early = round % 3 == 2;
    on_threads(4, [&](int number) {
      for (int turn = 0; turn < 100; ++turn) {
        if (ends_early && number == 0 && turn == 50) life.end();
        auto target = std::make_shared<std::vector<uint8_t>>(4096, 255);
        const bool queued = pool->submit([target, &done] {
          const std::vector<uint8_t> other(target->size(), 128);
          multiply(target->data(), other.data(), target->size());
          for (const uint8_t value : *target) CHECK(value == 128);
          ++done;
        });
        CHECK(queued || ends_early);
        if (queued) ++taken;
      }
    });
    while (!ends_early && done < taken) std::this_thread::yield();
    life.end();
    CHECK(done <= taken);
    CHECK(!pool->submit([] { CHECK(false); }));
  }
}

void strips() {
  for (int round = 0; round < 30; ++round) {
    Life life;
    const auto pool = std::make_shared<Pool>(life.scope());
    CHECK(life.scope()->add(pool));
    const bool ends_early = round % 3 == 2;
    on_threads(4, [&](int number) {
      const Strips on_pool = strips_on(pool);
      for (int turn = 0; turn < 100; ++turn) {
        if (ends_early && number == 0 && turn == 50) pool->abandon();
        // Not atomic: each strip is one thread's alone, and all are over when the call returns.
        std::vector<int> times(turn, 0);
        on_pool(times.size(), [&times](size_t strip) { ++times[strip]; });
        for (const int count : times) CHECK(count == 1);
      }
    });
    life.end();
  }
}

}  // namespace pdfnet::sessions
