// Slots: memory that goes round between threads, sessions and those who outlive them.
#include <mutex>

#include "session/checks.h"
#include "session/life.h"

namespace pdfnet::sessions {
namespace {

// Slots that any thread may let go of, each with the number of whoever filled it.
class Basket {
 public:
  using Item = std::pair<std::shared_ptr<Slot>, int>;

  // Gives another one back in its place, once there are enough.
  Item swap(Item item) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::swap(items_[next_++ % 16], item);
    return item;
  }

 private:
  std::mutex mutex_;
  size_t next_ = 0;
  Item items_[16];
};

void fill(const Basket::Item& item) {
  int* const memory = static_cast<int*>(item.first->memory());
  std::fill(memory, memory + item.first->bytes() / sizeof(int), item.second);
}

// Nobody else was lent the same memory.
void must_be_whole(const Basket::Item& item) {
  if (!item.first) return;
  const int* const memory = static_cast<const int*>(item.first->memory());
  for (size_t index = 0; index < item.first->bytes() / sizeof(int); ++index) CHECK(memory[index] == item.second);
}

}  // namespace

void slots() {
  Basket basket;
  for (int round = 0; round < 5; ++round) {
    const Life life;
    const auto session = open(life, options_of({}, 2));
    on_threads(6, [&](int number) {
      for (int turn = 0; turn < 300; ++turn) {
        if (round == 4 && number == 0 && turn == 150) close(session);
        const size_t count = 16 + 16 * static_cast<size_t>(turn % 3);
        Status status;
        const Basket::Item item{session->slot(count * sizeof(float), &status), 1000 * number + turn};
        if (is(status, kErrDisposed)) return;
        CHECK(status.ok());
        if (turn % 2 == 0) {
          fill(item);
          must_be_whole(basket.swap(item));
          continue;
        }
        Doubling run(count);
        if (run.submit(session.get(), &status, item.first)) CHECK(run.ended().ok());
      }
    });
  }
}

}  // namespace pdfnet::sessions
