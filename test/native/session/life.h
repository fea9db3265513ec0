// What the checks of sessions share: a scope that ends, openings, and runs that know how often they ended.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "session/session.h"

namespace pdfnet::sessions {

using Settings = std::vector<std::pair<std::string, std::string>>;

// A scope, as an environment of JavaScript has one: ended before it goes.
class Life {
 public:
  Life() = default;
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life() { scope_->end(); }

  const std::shared_ptr<Scope>& scope() const { return scope_; }
  void end() { scope_->end(); }

 private:
  const std::shared_ptr<Scope> scope_ = Scope::create();
};

struct Opened {
  std::shared_ptr<Session> session;
  Status status;
};

// On the fake engine, with x and y of float32 in any number.
SessionOptions options_of(Settings settings = {}, int32_t instances = 1);

// Begins an opening: what comes of it.
std::future<Opened> begin_open(const Life& life, SessionOptions options);

// The session; where there is none the check fails.
std::shared_ptr<Session> open(const Life& life, SessionOptions options);

// Waits until the session is closed.
void close(const std::shared_ptr<Session>& session);

// A run of y = 2x + 1, on memory of its own, which goes as soon as the session has ended it: whoever still reads or
// writes it then is caught.
class Doubling {
 public:
  explicit Doubling(size_t count);

  // Once; where there is a slot it is read in place of memory of its own. Whether the session took the run.
  bool submit(Session* session, Status* status, std::shared_ptr<Slot> x = nullptr);

  int64_t ticket() const { return state_->ticket; }
  int endings() const { return state_->endings; }

  // What it ended with, which is the first and only ending; the numbers are right where it ended well.
  Status ended();

 private:
  struct State {
    int64_t ticket;
    float first;
    std::vector<float> x;
    std::vector<float> y;
    std::promise<Status> promise;
    std::atomic<int> endings{0};
  };
  // The session's too: it may still be leaving the call in which this one was told.
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

bool is(const Status& status, const char* code);

// A run that has to end well.
void must_run(Session* session, size_t count = 16);

// Runs the body on so many threads at once, each with its number.
template <typename Body>
void on_threads(int count, const Body& body) {
  std::vector<std::thread> threads;
  for (int number = 0; number < count; ++number) threads.emplace_back([&body, number] { body(number); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace pdfnet::sessions
