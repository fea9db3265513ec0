// What the addon keeps for each JavaScript environment that loaded it: the main thread's, and each worker's.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/status.h"
#include "node/leases.h"
#include "node/mailbox.h"
#include "node/slots.h"
#include "pixels/pool.h"
#include "session/scope.h"

namespace pdfnet {

class Session;

// A promise that is not settled yet.
using PendingId = uint64_t;

// All of it on the JavaScript thread, but for what `mailbox` and `scope` allow.
class Environment {
 public:
  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  explicit Environment(Napi::Env env);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  using Start = std::function<void(PendingId id)>;

  // A promise that `settle` or `reject` ends. It is rejected at once where `start` throws a BadArgument or a Failure.
  Napi::Promise promise(const Start& start);

  // Keeps a value from being collected until the promise is settled.
  void keep(PendingId id, Napi::Object value);

  // Leases memory until the promise is settled. Throws BadArgument where another run has it.
  void lease(PendingId id, const std::vector<Leases::Lease>& leases);

  using MakeValue = std::function<napi_value(Napi::Env env)>;
  void resolve(PendingId id, const MakeValue& make);
  void reject(PendingId id, const Status& status);

  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  const std::shared_ptr<Scope>& scope() const { return scope_; }
  Pool& pool();
  Slots& slots() { return *slots_; }

  // By the ticket of their open().
  std::unordered_map<int64_t, std::weak_ptr<Session>> opening;

  Napi::FunctionReference session_class;
  // Handed to the constructor of that class, which JavaScript can reach too: it finds nothing here.
  std::shared_ptr<Session> session_to_wrap;

 private:
  struct Pending {
    napi_deferred deferred;
    std::vector<Napi::ObjectReference> kept;
  };

  void end_with_process();
  static void clean_up(void* environment);
  void forget(PendingId id);

  const Napi::Env env_;
  std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<Scope> scope_;
  std::shared_ptr<Pool> pool_;
  const std::shared_ptr<Slots> slots_ = std::make_shared<Slots>();
  Leases leases_;
  std::unordered_map<PendingId, Pending> pending_;
  PendingId last_id_ = 0;
};

}  // namespace pdfnet
