// open(): models into a session.
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
constexpr size_t kMostModels = 64;
constexpr int64_t kMostGpus = 1024;
constexpr int64_t kMostThreads = 1024;

std::string absolute(std::string path, const char* name) {
  if (path.empty() || path[0] != '/') throw bad_argument(name, "an absolute path", "\"" + path + "\"");
  return path;
}

std::vector<std::string> read_models(Napi::Object options) {
  std::vector<std::string> models = read_strings(options, "models");
  if (models.empty() || models.size() > kMostModels) {
    throw bad_argument("models", "1 to " + std::to_string(kMostModels) + " paths", std::to_string(models.size()));
  }
  for (std::string& model : models) model = absolute(std::move(model), "models");
  return models;
}

SessionOptions read_options(Napi::Object options) {
  const std::string engine = read_string(options, "engine");
  const EngineApi* api = find_engine(engine.c_str());
  if (api == nullptr) throw bad_argument("engine", "the name of an engine of this addon", "\"" + engine + "\"");
  const Napi::Value gpu = options.Get("gpu");
  return {api,
          absolute(read_string(options, "library"), "library"),
          read_models(options),
          static_cast<int32_t>(read_integer(options.Get("instances"), "instances", 1, kMostInstances)),
          static_cast<int32_t>(read_integer(options.Get("threads"), "threads", 0, kMostThreads)),
          gpu.IsUndefined() ? 0 : static_cast<int32_t>(read_integer(gpu, "gpu", 0, kMostGpus)),
          read_settings(options, "settings")};
}

// About what the weights take: V8 then knows that a session is not a small object.
int64_t file_bytes(const std::vector<std::string>& paths) {
  int64_t bytes = 0;
  for (const std::string& path : paths) {
    struct stat file{};
    if (::stat(path.c_str(), &file) == 0) bytes += file.st_size;
  }
  return bytes;
}

}  // namespace

Napi::Value open(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    SessionOptions options = read_options(read_object(info[0], "options"));
    const int64_t ticket = read_integer(info[1], "ticket", 0, kLargestTicket);
    auto opened = [id, ticket, models = options.models, mailbox = environment.mailbox()](
                      const std::shared_ptr<Session>& session, const Status& status) {
      mailbox->post([id, ticket, session, status, bytes = file_bytes(models)](Environment& there) {
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
