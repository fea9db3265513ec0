// Where ONNX Runtime's functions are in its table.
#include "engine/onnxruntime/c_api.h"

#include <cstdio>

namespace pdfnet::onnxruntime {
namespace {

struct ApiBase {
  const void* const* (*get_api)(uint32_t version);  // nullptr, and a line on the terminal, for one it does not know
  const char* (*version)();
};

const ApiBase* find_base(const Library& library, std::string* reason) {
  const auto get_base = reinterpret_cast<const ApiBase* (*)()>(library.symbol("OrtGetApiBase"));
  const ApiBase* base = get_base == nullptr ? nullptr : get_base();
  if (base == nullptr) *reason = library.path + ": OrtGetApiBase is missing, so this is not ONNX Runtime";
  return base;
}

// Version 1.N has the APIs up to N: asked first, since asking for an unknown API prints.
uint32_t newest_api(const ApiBase& base) {
  unsigned major = 0;
  unsigned minor = 0;
  if (std::sscanf(base.version(), "%u.%u", &major, &minor) != 2) return 0;
  return major == 1 ? minor : 0;
}

bool is_new_enough(const Library& library, const ApiBase& base, std::string* reason) {
  if (newest_api(base) >= kOldestApi) return true;
  *reason = library.path + ": ONNX Runtime " + base.version() + " cannot be used, 1." + std::to_string(kOldestApi) +
            " or a later 1.x is needed";
  return false;
}

template <typename Function>
void take(const void* const* table, size_t slot, Function* function) {
  *function = reinterpret_cast<Function>(const_cast<void*>(table[slot]));
}

void read_slots(const void* const* table, CApi* api) {
  take(table, 1, &api->error_code);
  take(table, 2, &api->error_message);
  take(table, 6, &api->disable_telemetry);
  take(table, 7, &api->create_session);
  take(table, 9, &api->run);
  take(table, 10, &api->create_session_options);
  take(table, 17, &api->disable_memory_pattern);
  take(table, 18, &api->enable_arena);
  take(table, 22, &api->set_session_severity);
  take(table, 23, &api->set_optimization);
  take(table, 30, &api->input_count);
  take(table, 31, &api->output_count);
  take(table, 33, &api->input_type);
  take(table, 34, &api->output_type);
  take(table, 36, &api->input_name);
  take(table, 37, &api->output_name);
  take(table, 39, &api->create_run_options);
  take(table, 41, &api->set_run_severity);
  take(table, 46, &api->set_terminate);
  take(table, 47, &api->unset_terminate);
  take(table, 49, &api->create_tensor);
  take(table, 55, &api->as_tensor);
  take(table, 60, &api->element_type);
  take(table, 61, &api->dimension_count);
  take(table, 62, &api->dimensions);
  take(table, 69, &api->create_cpu_memory_info);
  take(table, 76, &api->allocator_free);
  take(table, 78, &api->default_allocator);
  take(table, 92, &api->release_environment);
  take(table, 93, &api->release_status);
  take(table, 94, &api->release_memory_info);
  take(table, 95, &api->release_session);
  take(table, 96, &api->release_value);
  take(table, 97, &api->release_run_options);
  take(table, 98, &api->release_type);
  take(table, 100, &api->release_session_options);
  take(table, 120, &api->disable_per_session_threads);
  take(table, 121, &api->create_threading_options);
  take(table, 122, &api->release_threading_options);
  take(table, 147, &api->set_intra_op_threads);
  take(table, 148, &api->set_inter_op_threads);
  take(table, 149, &api->set_spinning);
  take(table, 151, &api->create_environment);
}

}  // namespace

bool read_version(const Library& library, std::string* version, std::string* reason) {
  const ApiBase* base = find_base(library, reason);
  if (base == nullptr) return false;
  *version = base->version();
  return is_new_enough(library, *base, reason);
}

bool read_api(const Library& library, CApi* api, std::string* reason) {
  const ApiBase* base = find_base(library, reason);
  if (base == nullptr || !is_new_enough(library, *base, reason)) return false;
  const bool cancels_load = newest_api(*base) >= kLoadCancelApi;
  const void* const* table = base->get_api(cancels_load ? kLoadCancelApi : kOldestApi);
  if (table == nullptr) {
    *reason = library.path + ": ONNX Runtime " + base->version() + " does not give its API";
    return false;
  }
  *api = {};
  read_slots(table, api);
  if (cancels_load) take(table, 293, &api->set_load_cancel);
  return true;
}

}  // namespace pdfnet::onnxruntime
