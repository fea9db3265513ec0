// What the addon keeps for each JavaScript environment that loaded it.
#include "node/environment.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "node/error.h"

namespace pdfnet {
namespace {

// nullptr where the environment is going away and no JavaScript value can be made any more.
napi_value make_error(napi_env env, const Status& status) {
  napi_value code = nullptr;
  napi_value message = nullptr;
  napi_value error = nullptr;
  const bool made = napi_create_string_utf8(env, status.code, NAPI_AUTO_LENGTH, &code) == napi_ok &&
                    napi_create_string_utf8(env, status.message, NAPI_AUTO_LENGTH, &message) == napi_ok &&
                    napi_create_error(env, code, message, &error) == napi_ok;
  return made ? error : nullptr;
}

}  // namespace

Environment::Environment(Napi::Env env)
    : env_(env), mailbox_(std::make_shared<Mailbox>(env, *this)), scope_(Scope::create()) {
  scope_->add(mailbox_);
  end_with_process();
}

// Three ways, since none of them is always taken. Joining late ends the process with a signal: threads would still
// compute with what has been torn down.
void Environment::end_with_process() {
  // A worker that ends, and a main thread that returns. Hooks run in reverse order: this one before the mailbox's own
  // and the finalizers.
  napi_add_env_cleanup_hook(env_, clean_up, this);

  // process.exit() and an uncaught throw on the main thread run no hook, but emit this, with the exit status. A worker
  // emits it too, but its process goes on.
  const auto process = env_.Global().Get("process").As<Napi::Object>();
  const bool is_main = ::syscall(SYS_gettid) == ::getpid();
  const auto end = Napi::Function::New(env_, [is_main](const Napi::CallbackInfo& info) {
    Scope& scope = *of(info.Env()).scope_;
    if (!is_main) return scope.end();
    scope.end_with_process(info[0].IsNumber() ? info[0].As<Napi::Number>().Int32Value() : 0);
  });
  process.Get("prependOnceListener").As<Napi::Function>().Call(process, {Napi::String::New(env_, "exit"), end});

  // exit() by anybody else.
  Scope::end_before_exit();
}

Napi::Promise Environment::promise(const Start& start) {
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  const napi_status status = napi_create_promise(env_, &deferred, &promise);
  NAPI_THROW_IF_FAILED(env_, status, Napi::Promise(env_, nullptr));

  const PendingId id = ++last_id_;
  if (pending_.empty()) mailbox_->hold_loop(env_);
  pending_.emplace(id, Pending{deferred, {}});
  try {
    start(id);
  } catch (const Failure& failure) {
    reject(id, failure.status());
  } catch (...) {
    Status failed;
    fail_with_exception(&failed, kErrInternal);
    reject(id, failed);
  }
  return {env_, promise};
}

void Environment::keep(PendingId id, Napi::Object value) {
  pending_.at(id).kept.push_back(Napi::Persistent(value));
}

void Environment::lease(PendingId id, const std::vector<Leases::Lease>& leases) {
  if (!leases_.take(id, leases)) {
    throw bad_argument("the memory of a run", "memory that no other run writes or has for writing",
                       "some that is leased");
  }
}

void Environment::resolve(PendingId id, const MakeValue& make) {
  const auto pending = pending_.find(id);
  if (pending == pending_.end()) return;
  Status status;
  try {
    const napi_value value = make(env_);
    napi_resolve_deferred(env_, pending->second.deferred, value);
    return forget(id);
  } catch (...) {
    fail_with_exception(&status, kErrInternal);
  }
  reject(id, status);
}

void Environment::reject(PendingId id, const Status& status) {
  const auto pending = pending_.find(id);
  if (pending == pending_.end()) return;
  const napi_value error = make_error(env_, status);
  if (error != nullptr) napi_reject_deferred(env_, pending->second.deferred, error);
  forget(id);
}

void Environment::forget(PendingId id) {
  leases_.give_back(id);
  pending_.erase(id);
  if (pending_.empty()) mailbox_->release_loop(env_);
}

Pool& Environment::pool() {
  if (!pool_) {
    pool_ = std::make_shared<Pool>(scope_);
    scope_->add(pool_);
  }
  return *pool_;
}

// Joins before the references to the memory that the threads use are dropped.
void Environment::clean_up(void* data) {
  Environment& environment = *static_cast<Environment*>(data);
  environment.scope_->end();
  environment.pending_.clear();
  environment.mailbox_->release();
}

}  // namespace pdfnet
