// Opens shared libraries at run time.
#include "dl/library.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "dl/elf.h"

namespace pdfnet {
namespace {

std::string real_path(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  std::string result = resolved == nullptr ? path : resolved;
  ::free(resolved);
  return result;
}

std::string last_error() {
  const char* message = ::dlerror();
  return message == nullptr ? "dlopen failed" : message;
}

void append(std::string* reasons, const std::string& reason) {
  if (!reasons->empty()) *reasons += "; ";
  *reasons += reason;
}

// By soname alone the loader chooses the file: asks it which one.
Library open_soname(const std::string& soname, std::string* reason) {
  void* handle = ::dlopen(soname.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    *reason = last_error();
    return {};
  }
  link_map* map = nullptr;
  const bool known = ::dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr;
  return {handle, known ? real_path(map->l_name) : soname};
}

}  // namespace

void* Library::symbol(const char* name) const {
  return handle == nullptr ? nullptr : ::dlsym(handle, name);
}

Library open_library(const std::string& path, std::string* reason) {
  if (path.empty() || path[0] != '/') {
    *reason = path + ": not an absolute path";
    return {};
  }
  const std::string real = real_path(path);
  if (!is_whole_library(real, reason)) return {};
  void* handle = ::dlopen(real.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    *reason = last_error();
    return {};
  }
  return {handle, real};
}

Library open_first(const std::vector<std::string>& paths, std::string* reason) {
  reason->clear();
  for (const std::string& path : paths) {
    std::string why;
    Library library = open_library(path, &why);
    if (library) return library;
    append(reason, why);
  }
  return {};
}

Library find_library(const std::vector<std::string>& folders, const std::vector<std::string>& sonames,
                     std::string* reason) {
  std::vector<std::string> paths;
  for (const std::string& folder : folders) {
    for (const std::string& soname : sonames) paths.push_back(folder + "/" + soname);
  }
  if (Library library = open_first(paths, reason)) return library;
  for (const std::string& soname : sonames) {
    std::string why;
    Library library = open_soname(soname, &why);
    if (library) return library;
    append(reason, why);
  }
  return {};
}

}  // namespace pdfnet
