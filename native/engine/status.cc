// How a status is written.
#include "engine/status.h"

#include <cstdarg>
#include <cstdio>
#include <exception>
#include <new>

namespace pdfnet {

void fail(Status* status, const char* code, const char* format, ...) {
  if (!status->ok()) return;
  status->code = code;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(status->message, sizeof(status->message), format, arguments);
  va_end(arguments);
}

void fail_with_exception(Status* status, const char* code) noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    fail(status, kErrMemory, "out of memory");
  } catch (const std::exception& error) {
    fail(status, code, "%s", error.what());
  } catch (...) {
    fail(status, code, "an unknown exception");
  }
}

}  // namespace pdfnet
