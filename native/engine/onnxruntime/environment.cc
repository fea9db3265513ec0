// ONNX Runtime's environment: one a library and process, with the thread pool that all runs share.
#include "engine/onnxruntime/environment.h"

#include <sys/stat.h>

#include <cstring>
#include <map>
#include <mutex>

#include "engine/cores.h"

namespace pdfnet::onnxruntime {
namespace {

struct Loaded {
  CApi api;
  std::unique_ptr<const Environment> environment;
  int users = 0;
};

// Never destroyed, as the libraries are never closed: at exit other threads may still be inside them.
struct Libraries {
  std::mutex mutex;
  std::map<std::string, Loaded> loaded;
};

Libraries& libraries() {
  static Libraries* const instance = new Libraries;
  return *instance;
}

// Errors come back as statuses; a library has no business on the terminal.
void ignore_log(void*, int, const char*, const char*, const char*, const char*) {}

Loaded* load(Libraries& all, const std::string& path, Status* status) {
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0) {
    fail(status, kErrLibraryMissing, "there is no library at %s: %s", path.c_str(), std::strerror(errno));
    return nullptr;
  }
  std::string reason;
  const Library library = open_library(path, &reason);
  CApi api{};
  if (!library || !read_api(library, &api, &reason)) {
    fail(status, kErrLibraryLoad, "%s", reason.c_str());
    return nullptr;
  }
  const auto [entry, is_new] = all.loaded.try_emplace(library.path);
  if (is_new) entry->second.api = api;
  return &entry->second;
}

std::unique_ptr<const Environment> make_environment(const CApi& api, int32_t threads, Status* status) {
  auto options = own<OrtThreadingOptions>(
      api, api.release_threading_options, [&](auto** out) { return api.create_threading_options(out); },
      kErrLibraryLoad, status);
  if (!options || !check(api, api.set_intra_op_threads(options.get(), threads), kErrLibraryLoad, status) ||
      !check(api, api.set_inter_op_threads(options.get(), 1), kErrLibraryLoad, status) ||
      !check(api, api.set_spinning(options.get(), 0), kErrLibraryLoad, status)) {
    return nullptr;
  }
  auto env = own<OrtEnv>(
      api, api.release_environment,
      [&](OrtEnv** out) {
        return api.create_environment(ignore_log, nullptr, kSeverityError, "pdfnet-trt", options.get(), out);
      },
      kErrLibraryLoad, status);
  if (!env || !check(api, api.disable_telemetry(env.get()), kErrLibraryLoad, status)) return nullptr;
  return std::make_unique<const Environment>(Environment{api, threads, std::move(env)});
}

// The last user releases it, while nobody can be making the next: the library counts its users too, and would hand out
// the old one with its old threads.
std::shared_ptr<const Environment> use(Loaded* loaded) {
  ++loaded->users;
  return {loaded->environment.get(), [loaded](const Environment*) {
            const std::lock_guard<std::mutex> lock(libraries().mutex);
            if (--loaded->users == 0) loaded->environment.reset();
          }};
}

}  // namespace

bool check(const CApi& api, OrtStatus* result, const char* code, Status* status) {
  if (result == nullptr) return true;
  std::string message = api.error_message(result);
  message.erase(message.find_last_not_of(" \n") + 1);
  // The library has no error code for it.
  const auto says = [&message](const char* words) { return message.find(words) != std::string::npos; };
  const bool memory = says("Failed to allocate memory") || says("bad_alloc") || says("bad allocation");
  fail(status, memory ? kErrMemory : code, "%s", message.c_str());
  api.release_status(result);
  return false;
}

std::shared_ptr<const Environment> share_environment(const std::string& library, int32_t threads, Status* status) {
  Libraries& all = libraries();
  const std::lock_guard<std::mutex> lock(all.mutex);
  Loaded* loaded = load(all, library, status);
  if (loaded == nullptr) return nullptr;
  if (!loaded->environment) {
    loaded->environment = make_environment(loaded->api, threads == 0 ? usable_cores() : threads, status);
    return loaded->environment ? use(loaded) : nullptr;
  }
  const int32_t present = loaded->environment->threads;
  if (threads == 0 || threads == present) return use(loaded);
  fail(status, kErrArgument, "expected 0 or %d for threads, which the open sessions of this process share, got %d",
       present, threads);
  return nullptr;
}

}  // namespace pdfnet::onnxruntime
