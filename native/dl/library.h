// Opens shared libraries at run time. None is ever closed: those of GPU vendors do not survive it.
#pragma once

#include <string>
#include <vector>

namespace pdfnet {

struct Library {
  void* handle = nullptr;
  std::string path;  // absolute and real
  explicit operator bool() const { return handle != nullptr; }
  void* symbol(const char* name) const;
};

// Opens the file at an absolute path, or says why not.
Library open_library(const std::string& path, std::string* reason);

// Opens the first of the files that can be opened; `reason` says why not those before it.
Library open_first(const std::vector<std::string>& paths, std::string* reason);

// Tries each versioned soname in each folder, then as the system's loader finds it. Whether it succeeds or not,
// `reason` says what was tried before.
Library find_library(const std::vector<std::string>& folders, const std::vector<std::string>& sonames,
                     std::string* reason);

}  // namespace pdfnet
