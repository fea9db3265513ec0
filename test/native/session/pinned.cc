// The pool of pinned memory: sizes of one class share blocks, and what lay unused for longest makes room.
#include "session/pinned.h"

#include <cstdlib>
#include <set>

#include "session/checks.h"
#include "session/life.h"

namespace pdfnet::sessions {
namespace {

std::vector<size_t> pinned;  // the sizes of all calls
std::set<void*> alive;

void pin(Engine*, size_t bytes, void** memory, Status*) {
  pinned.push_back(bytes);
  *memory = std::malloc(1);
  alive.insert(*memory);
}

void unpin(void* memory) {
  CHECK(alive.erase(memory) == 1);
  std::free(memory);
}

void* take(PinnedPool* pool, size_t bytes) {
  Status status;
  void* const memory = pool->take(nullptr, bytes, &status);
  CHECK(status.ok() && alive.count(memory) == 1);
  return memory;
}

void classes() {
  for (size_t bytes = 1; bytes < size_t{1} << 34; bytes += 1 + bytes / 7) {
    const size_t size = PinnedPool::class_of(bytes);
    CHECK(size >= bytes && size >= 4096 && (size == 4096 || size - bytes < bytes / 4));
    CHECK(PinnedPool::class_of(size) == size);
  }
}

}  // namespace

void pinned_pool() {
  constexpr size_t kMebi = size_t{1} << 20;
  classes();
  EngineApi api{};
  api.allocate_pinned = pin;
  api.release_pinned = unpin;
  {
    PinnedPool pool(api);
    void* const first = take(&pool, 100000);
    pool.give_back(first, 100000);
    CHECK(take(&pool, 110000) == first && pinned == std::vector<size_t>{114688});
    pool.give_back(first, 110000);

    void* const oldest = take(&pool, 100 * kMebi);
    void* const older = take(&pool, 120 * kMebi);
    void* const newest = take(&pool, 80 * kMebi);
    pool.give_back(oldest, 100 * kMebi);
    pool.give_back(older, 120 * kMebi);
    CHECK(take(&pool, 100000) == first);
    pool.give_back(first, 100000);
    pool.give_back(newest, 80 * kMebi);
    CHECK(alive == (std::set<void*>{first, older, newest}));

    void* const huge = take(&pool, 300 * kMebi);
    pool.give_back(huge, 300 * kMebi);
    CHECK(alive == (std::set<void*>{first, older, newest}));

    CHECK(take(&pool, 120 * kMebi) == older);
    pool.close();
    CHECK(alive == std::set<void*>{older});
    pool.give_back(older, 120 * kMebi);
  }
  CHECK(alive.empty());
}

}  // namespace pdfnet::sessions
