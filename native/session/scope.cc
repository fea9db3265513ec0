// What must end together: the threads of one JavaScript environment, and whatever keeps them busy.
#include "session/scope.h"

#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <system_error>

namespace pdfnet {
namespace {

// Runs that end do so sooner, and whoever ends a container waits 10 s before it kills.
constexpr std::chrono::seconds kPatience{5};

// Never destroyed: other threads may still use it while the process exits.
struct Process {
  std::mutex mutex;
  std::vector<std::weak_ptr<Scope>> scopes;
  unsigned long long libraries = 0;  // that had been opened when the last handler was registered
  std::optional<int> status;         // with which the process ends where a thread is left alone
};

Process& process() {
  static Process* const instance = new Process;
  return *instance;
}

template <typename T>
void forget_expired(std::vector<std::weak_ptr<T>>* list) {
  list->erase(std::remove_if(list->begin(), list->end(), [](const auto& item) { return item.expired(); }), list->end());
}

unsigned long long count_opened_libraries() {
  unsigned long long opened = 0;
  const auto read = [](dl_phdr_info* info, size_t, void* result) {
    *static_cast<unsigned long long*>(result) = info->dlpi_adds;
    return 1;  // it is the same for all of them
  };
  ::dl_iterate_phdr(read, &opened);
  return opened;
}

void end_all() {
  std::vector<std::weak_ptr<Scope>> scopes;
  {
    const std::lock_guard<std::mutex> lock(process().mutex);
    if (process().status) ::_exit(*process().status);
    scopes = process().scopes;
  }
  for (const auto& weak : scopes) {
    if (const auto scope = weak.lock()) scope->end();
  }
}

}  // namespace

std::shared_ptr<Scope> Scope::create() {
  auto scope = std::make_shared<Scope>();
  const std::lock_guard<std::mutex> lock(process().mutex);
  forget_expired(&process().scopes);
  process().scopes.push_back(scope);
  return scope;
}

void Scope::end_before_exit() {
  const unsigned long long opened = count_opened_libraries();
  const std::lock_guard<std::mutex> lock(process().mutex);
  if (process().libraries == opened) return;
  process().libraries = opened;
  std::atexit(end_all);
}

bool Scope::start(std::function<void()> body) {
  join_finished();
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ended_) return false;
  try {
    Thread& slot = threads_.emplace_back();
    slot.thread = std::thread([this, &slot, body = std::move(body)]() mutable {
      body();
      body = nullptr;  // what it holds goes before the thread counts as finished
      const std::lock_guard<std::mutex> finished(mutex_);
      slot.finished = true;
      finished_.notify_all();
    });
    return true;
  } catch (const std::system_error&) {
    threads_.pop_back();
    return false;
  }
}

bool Scope::add(const std::shared_ptr<Member>& member) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ended_) return false;
  forget_expired(&members_);
  members_.push_back(member);
  return true;
}

void Scope::abandon_members() {
  std::vector<std::weak_ptr<Member>> members;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    members = members_;
  }
  for (const auto& weak : members) {
    if (const auto member = weak.lock()) member->abandon();
  }
}

void Scope::end_with_process(int status) {
  abandon_members();
  std::unique_lock<std::mutex> lock(mutex_);
  const auto all_finished = [this] {
    return std::all_of(threads_.begin(), threads_.end(), [](const Thread& slot) { return slot.finished; });
  };
  const bool ended = finished_.wait_for(lock, kPatience, all_finished);
  lock.unlock();
  if (ended) return end();
  std::fprintf(
      stderr,
      "pdfnet-trt: a run or an opening has not ended within %d s of the process's end, which does not wait for it\n",
      static_cast<int>(kPatience.count()));
  const std::lock_guard<std::mutex> guard(process().mutex);
  process().status = status;
}

void Scope::end() {
  abandon_members();
  if (const std::lock_guard<std::mutex> lock(process().mutex); process().status) return;
  // Whoever comes second waits here until the first has joined them all.
  const std::lock_guard<std::mutex> joining(joining_);
  Threads threads;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (Thread& slot : threads_) threads.emplace_back().thread = std::move(slot.thread);
  }
  for (Thread& slot : threads) {
    if (slot.thread.joinable()) slot.thread.join();
  }
}

void Scope::join_finished() {
  Threads finished;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) return;
    for (auto slot = threads_.begin(); slot != threads_.end();) {
      const auto next = std::next(slot);
      if (slot->finished) finished.splice(finished.end(), threads_, slot);
      slot = next;
    }
  }
  for (Thread& slot : finished) slot.thread.join();
}

}  // namespace pdfnet
