// Calls from the addon's threads to the JavaScript thread of one environment.
#pragma once

#include <node_api.h>

#include <deque>
#include <functional>
#include <mutex>

#include "session/scope.h"

namespace pdfnet {

class Environment;

// Holds the event loop open only while it is told to: an idle session does not keep the process alive.
class Mailbox : public Member {
 public:
  using Letter = std::function<void(Environment&)>;

  // On the JavaScript thread; letters are read there, in the order in which they were posted.
  Mailbox(napi_env env, Environment& environment);

  // From any thread. False once it is closed: nobody will read the letter.
  bool post(Letter letter);

  // From any thread: no letter is read from now on.
  void abandon() override;

  // On the JavaScript thread.
  void hold_loop(napi_env env) const;
  void release_loop(napi_env env) const;
  void release();

 private:
  static void read(napi_env env, napi_value callback, void* mailbox, void* data);

  Environment& environment_;
  napi_threadsafe_function wake_ = nullptr;
  std::mutex mutex_;
  std::deque<Letter> letters_;
  bool closed_ = false;
};

}  // namespace pdfnet
