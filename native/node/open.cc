// open(): a model into a session.
#include <sys/stat.h>

#include "engine/registry.h"
#include "node/environment.h"
#include "node/error.h"
#include "node/read.h"
#include "node/session_object.h"
#include "node/verbs.h"

namespace pdfnet {
namespace {

constexpr int64_t kMostInstances = 64;
constexpr int64_t kMostThreads = 1024;

std::string read_path(Napi::Object options, const char* name) {
  std::string path = read_string(options, name);
  if (path.empty() || path[0] != '/') throw bad_argument(name, "an absolute path", "\"" + path + "\"");
  return path;
}

SessionOptions read_options(Napi::Object options) {
  const std::string engine = read_string(options, "engine");
  const EngineApi* api = find_engine(engine.c_str());
  if (api == nullptr) throw bad_argument("engine", "the name of an engine of this addon", "\"" + engine + "\"");
  return {api,
          read_path(options, "library"),
          read_path(options, "model"),
          static_cast<int32_t>(read_integer(options.Get("instances"), "instances", 1, kMostInstances)),
          static_cast<int32_t>(read_integer(options.Get("threads"), "threads", 0, kMostThreads)),
          read_settings(options, "settings")};
}

// About what the weights take: V8 then knows that a session is not a small object.
int64_t file_bytes(const std::string& path) {
  struct stat file{};
  return ::stat(path.c_str(), &file) == 0 ? file.st_size : 0;
}

}  // namespace

Napi::Value open(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    SessionOptions options = read_options(read_object(info[0], "options"));
    const int64_t ticket = read_integer(info[1], "ticket", 0, kLargestTicket);
    auto opened = [id, ticket, model = options.model, mailbox = environment.mailbox()](
                      const std::shared_ptr<Session>& session, const Status& status) {
      mailbox->post([id, ticket, session, status, bytes = file_bytes(model)](Environment& there) {
        there.opening.erase(ticket);
        if (!status.ok()) return there.reject(id, status);
        there.resolve(id, [&](Napi::Env env) { return SessionObject::make(env, session, bytes); });
      });
    };
    const auto session = Session::open(std::move(options), environment.scope(), std::move(opened));
    if (!session) throw Failure(kErrMemory, "a thread could not be started");
    environment.opening[ticket] = session;
  });
}

Napi::Value cancel_open(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  const int64_t ticket = info[0].IsNumber() ? info[0].As<Napi::Number>().Int64Value() : -1;
  const auto entry = environment.opening.find(ticket);
  const auto session = entry == environment.opening.end() ? nullptr : entry->second.lock();
  if (session) session->abandon();
  return info.Env().Undefined();
}

}  // namespace pdfnet
