// Calls from the addon's threads to the JavaScript thread of one environment.
#include "node/mailbox.h"

#include <napi.h>

namespace pdfnet {

Mailbox::Mailbox(napi_env env, Environment& environment) : environment_(environment) {
  napi_value name = Napi::String::New(env, "pdfnet-trt");
  const napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, read, &wake_);
  NAPI_THROW_IF_FAILED_VOID(env, status);
  release_loop(env);
}

bool Mailbox::post(Letter letter) {
  bool is_first = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return false;
    is_first = letters_.empty();
    letters_.push_back(std::move(letter));
  }
  // One wake-up reads all that is there. Outside of the lock, on which the reader would wait at once; the function is
  // released only when the scope has ended, and with it whoever posts.
  if (is_first) napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
  return true;
}

void Mailbox::abandon() {
  std::deque<Letter> unread;
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  unread.swap(letters_);
}

void Mailbox::hold_loop(napi_env env) const {
  napi_ref_threadsafe_function(env, wake_);
}

void Mailbox::release_loop(napi_env env) const {
  napi_unref_threadsafe_function(env, wake_);
}

void Mailbox::release() {
  napi_release_threadsafe_function(wake_, napi_tsfn_abort);
}

void Mailbox::read(napi_env env, napi_value, void* context, void*) {
  if (env == nullptr) return;  // the environment is going away
  Mailbox& mailbox = *static_cast<Mailbox*>(context);
  std::deque<Letter> letters;
  {
    const std::lock_guard<std::mutex> lock(mailbox.mutex_);
    letters.swap(mailbox.letters_);
  }
  for (const Letter& letter : letters) letter(mailbox.environment_);
}

}  // namespace pdfnet
