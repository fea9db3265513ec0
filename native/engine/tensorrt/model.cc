// A plan that is open on a GPU.
#include "engine/tensorrt/model.h"

#include <sys/stat.h>

#include <cstdio>
#include <cstring>

#include "engine/status.h"

namespace pdfnet::tensorrt {
namespace {

// What is set under that key; empty where nothing is.
std::string setting(const OpenOptions& options, const char* key) {
  for (size_t index = 0; index < options.setting_count; ++index) {
    if (std::strcmp(options.settings[index].key, key) == 0) return options.settings[index].value;
  }
  return "";
}

// Of the plan's path, FNV-1a: a file name for what belongs to it.
std::string name_of(const std::string& path) {
  uint64_t hash = 14695981039346656037U;
  for (const char byte : path) hash = (hash ^ static_cast<uint8_t>(byte)) * 1099511628211U;
  char name[17];
  std::snprintf(name, sizeof(name), "%016llx", static_cast<unsigned long long>(hash));
  return name;
}

// In the folder that is set.
std::string runtime_cache(const OpenOptions& options) {
  const std::string folder = setting(options, "runtime_cache");
  return folder.empty() ? "" : folder + "/" + name_of(options.model);
}

void fail_interrupted(Status* status) {
  *status = {};
  fail(status, kErrAborted, "the opening was cancelled");
}

}  // namespace

Model::Model(const OpenOptions& options)
    : library_(options.library),
      gpu_(options.gpu),
      options_{options.model, setting(options, "cuda_graphs") != "off" && setting(options, "profile").empty(),
               runtime_cache(options), setting(options, "profile")} {}

Model::~Model() {
  if (!plan_ || device_->lost()) return;
  Status status;
  if (!device_->enter(&status)) return;
  plan_->save_runtime_cache();
  plan_.reset();
}

void Model::load(Status* status) {
  std::string reason;
  const Library library = open_library(library_, &reason);
  if (!library) return fail(status, kErrLibraryLoad, "%s could not be opened: %s", library_.c_str(), reason.c_str());
  abi_ = find_runtime(library, status);
  // Without a GPU the library answers with broken objects instead of an error, so it is not asked.
  if (status->ok()) device_ = Device::find(gpu_, status);
  if (!status->ok() || !device_->enter(status)) return;
  if (interrupted_) return fail_interrupted(status);
  plan_ = {abi_->load(library, options_, status).release(), {device_}};
  if (!status->ok()) blame_memory(status);
  if (interrupted_) fail_interrupted(status);
}

// TensorRT says only that it failed: a plan's weights take about as much of the GPU's memory as its file.
void Model::blame_memory(Status* status) const {
  device_->probe(nullptr, status);
  if (device_->lost()) return;
  struct stat file{};
  size_t free = 0;
  size_t total = 0;
  if (::stat(options_.path.c_str(), &file) != 0 || device_->driver().memory_info(&free, &total) != cuda::kSuccess)
    return;
  const auto needed = static_cast<size_t>(file.st_size);
  if (needed <= free) return;
  *status = {};
  device_->fail_memory(needed, status);
}

void Model::note_run() {
  if (!has_run_.exchange(true)) plan_->save_runtime_cache();
}

}  // namespace pdfnet::tensorrt
