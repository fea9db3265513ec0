// The CUDA driver API, opened at run time.
#include "dl/driver.h"

#include <memory>
#include <mutex>

#include "dl/library.h"

namespace pdfnet::cuda {
namespace {

std::unique_ptr<Driver> load(std::string* reason) {
  const Library library = find_library({}, {"libcuda.so.1"}, reason);
  if (!library) {
    *reason = "no NVIDIA driver: " + *reason;
    return nullptr;
  }
  auto driver = std::make_unique<Driver>();
  driver->path = library.path;
  const char* missing = nullptr;
#define PDFNET_CUDA_LOAD(member, name, ...)                                           \
  driver->member = reinterpret_cast<decltype(driver->member)>(library.symbol(#name)); \
  if (driver->member == nullptr) missing = #name;
  PDFNET_CUDA_CALLS(PDFNET_CUDA_LOAD)
#undef PDFNET_CUDA_LOAD
  if (missing == nullptr) return driver;
  *reason = library.path + ": the driver API's function " + missing + " is missing";
  return nullptr;
}

}  // namespace

std::string Driver::describe(int error) const {
  const char* name = nullptr;
  if (error_name(error, &name) != kSuccess || name == nullptr) name = "an unknown error";
  return std::string(name) + " (" + std::to_string(error) + ")";
}

bool kills_context(int error) {
  switch (error) {
    case 4:    // DEINITIALIZED: the process is ending
    case 214:  // ECC_UNCORRECTABLE
    case 220:  // NVLINK_UNCORRECTABLE
    case 226:  // CONTAINED
    case 700:  // ILLEGAL_ADDRESS
    case 702:  // LAUNCH_TIMEOUT
    case 709:  // CONTEXT_IS_DESTROYED
    case 710:  // ASSERT
    case 714:  // HARDWARE_STACK_ERROR
    case 715:  // ILLEGAL_INSTRUCTION
    case 716:  // MISALIGNED_ADDRESS
    case 717:  // INVALID_ADDRESS_SPACE
    case 718:  // INVALID_PC
    case 719:  // LAUNCH_FAILED
    case 810:  // MPS_CLIENT_TERMINATED
      return true;
    default:
      return false;
  }
}

const Driver* open_driver(std::string* reason) {
  static std::mutex mutex;
  static const Driver* opened = nullptr;
  const std::lock_guard<std::mutex> lock(mutex);
  if (opened == nullptr) opened = load(reason).release();
  return opened;
}

}  // namespace pdfnet::cuda
