// A hundredth of the soak (see scripts/soak.mjs), for leaks to be looked for when the process ends.
#include "session/checks.h"
#include "session/life.h"

namespace pdfnet::sessions {
namespace {

// Every other run reads a slot.
void run_often(const Life& life, size_t bytes, int times) {
  const auto session = open(life, options_of({}, 2));
  const size_t count = bytes / sizeof(float);
  for (int turn = 0; turn < times; ++turn) {
    Doubling run(count);
    Status status;
    auto slot = turn % 2 == 0 ? session->slot(bytes, &status) : nullptr;
    CHECK(run.submit(session.get(), &status, std::move(slot)));
    CHECK(run.ended().ok());
  }
  close(session);
}

}  // namespace

void soak() {
  const Life life;
  run_often(life, 4096, 10000);
  run_often(life, 3 << 20, 200);
  for (int turn = 0; turn < 10; ++turn) close(open(life, options_of({}, 2)));
}

}  // namespace pdfnet::sessions
