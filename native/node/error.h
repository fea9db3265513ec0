// C++ exceptions that become rejected promises.
#pragma once

#include <string>

#include "engine/status.h"

namespace pdfnet {

class Failure {
 public:
  explicit Failure(const Status& status) : status_(status) {}
  Failure(const char* code, const std::string& message) { fail(&status_, code, "%s", message.c_str()); }
  const Status& status() const { return status_; }

 private:
  Status status_;
};

// Throws where the status says so.
inline void throw_if_failed(const Status& status) {
  if (!status.ok()) throw Failure(status);
}

inline Failure bad_argument(const std::string& name, const std::string& expected, const std::string& got) {
  return {kErrArgument, "expected " + expected + " for " + name + ", got " + got};
}

}  // namespace pdfnet
