// Calls TensorRT's table directly, on the fakes: table_driver CHECK LIBRARY FOLDER. Ends with 0 where the check holds,
// and otherwise says where it does not. Plans are written to the folder. Without arguments it lists the checks.
#include <cstdio>
#include <map>
#include <string>

#include "table/checks.h"
#include "table/life.h"

namespace pdfnet::table {
namespace {

const std::map<std::string, void (*)()> kChecks = {
    {"chains", chains},
    {"marks", marks},
    {"captures", captures},
    {"captures-off", captures_off},
    {"mixed-sizes", mixed_sizes},
    {"uncapturable", uncapturable},
    {"broken", broken},
    {"host-values", host_values},
    {"host-outputs", host_outputs},
    {"bad-bindings", bad_bindings},
    {"bad-files", bad_files},
    {"cancels", cancels},
    {"no-gpu", no_gpu},
    {"full-memory", full_memory},
    {"failures", failures},
    {"lost", lost},
    {"runtime-cache", runtime_cache},
    {"turns", turns},
};

}  // namespace
}  // namespace pdfnet::table

int main(int count, char** values) {
  using namespace pdfnet::table;
  if (count == 1) {
    for (const auto& [name, check] : kChecks) std::puts(name.c_str());
    return 0;
  }
  const auto check = count == 4 ? kChecks.find(values[1]) : kChecks.end();
  if (check == kChecks.end()) return 64;
  library = values[2];
  folder = values[3];
  check->second();
  return 0;
}
