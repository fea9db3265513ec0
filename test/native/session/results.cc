// Memory that a run writes to for the first time: its pages are there before the device is waited for.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "session/checks.h"
#include "session/life.h"
#include "session/pages.h"
#include "session/validation.h"

namespace pdfnet::sessions {
namespace {

constexpr size_t kPages = 16;

// Pages that nobody has touched.
class Fresh {
 public:
  Fresh()
      : memory_(static_cast<uint8_t*>(
            ::mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    CHECK(memory_ != MAP_FAILED);
  }
  Fresh(const Fresh&) = delete;
  Fresh& operator=(const Fresh&) = delete;
  ~Fresh() { ::munmap(memory_, bytes()); }

  static size_t page() { return static_cast<size_t>(::sysconf(_SC_PAGESIZE)); }
  static size_t bytes() { return kPages * page(); }
  uint8_t* at(size_t page_index) const { return memory_ + page_index * page(); }

  size_t present() const {
    unsigned char flags[kPages];
    CHECK(::mincore(memory_, bytes(), flags) == 0);
    return static_cast<size_t>(std::count_if(flags, flags + kPages, [](unsigned char flag) { return flag & 1; }));
  }

 private:
  uint8_t* const memory_;
};

void bring_in() {
  const Fresh fresh;
  bring_in_pages(fresh.at(2) + 1, fresh.page() - 1);
  bring_in_pages(fresh.at(0), 0);
  CHECK(fresh.present() == 0);
  std::memset(fresh.at(4), 7, fresh.page());
  bring_in_pages(fresh.at(2) + 1, 4 * fresh.page());
  CHECK(fresh.present() == 3);
  CHECK(std::count(fresh.at(4), fresh.at(5), 7) == static_cast<std::ptrdiff_t>(fresh.page()));
  CHECK(std::count(fresh.at(0), fresh.at(4), 0) == static_cast<std::ptrdiff_t>(4 * fresh.page()));
}

// How many pages of its result a run has that fails at that stage of the engine's table.
size_t present_after(const char* stage) {
  const Life life;
  const auto session = open(life, options_of({{"fail_at", stage}}));
  const Fresh fresh;
  std::vector<float> x(Fresh::bytes() / sizeof(float), 1);
  const std::vector<int64_t> shape = {static_cast<int64_t>(x.size())};
  const auto binding = [&](const char* name, void* data) {
    return Binding{name, shape, static_cast<uint8_t*>(data), Fresh::bytes(), kNoBuffer, 0};
  };
  Status status;
  Run run{1, {}, nullptr};
  run.steps.push_back(
      {0, arrange(session->models()[0], {binding("x", x.data())}, {binding("y", fresh.at(0))}, &status)});
  std::promise<bool> failed;
  run.done = [&failed](const Status& ended, const RunTimings&) { failed.set_value(is(ended, kErrEngineRun)); };
  session->submit(std::move(run), &status);
  CHECK(status.ok() && failed.get_future().get());
  close(session);
  return fresh.present();
}

}  // namespace

void results() {
  bring_in();
  CHECK(present_after("enqueue") == 0);
  for (const char* stage : {"copy_out", "wait"}) CHECK(present_after(stage) == kPages);
}

}  // namespace pdfnet::sessions
