// Drives sessions on the fake engine, and the pixel pool, from many threads and without Node, for the sanitizers to
// watch: session_driver CHECK. Ends with 0 where the check holds, and otherwise says where it does not. Without
// arguments it lists the checks.
#include <cstdio>
#include <map>
#include <string>

#include "session/checks.h"

namespace pdfnet::sessions {
namespace {

const std::map<std::string, void (*)()> kChecks = {
    {"submits", submits},
    {"cancels", cancels},
    {"closes", closes},
    {"abandons", abandons},
    {"slots", slots},
    {"pinned-pool", pinned_pool},
    {"results", results},
    {"run-failures", run_failures},
    {"open-failures", open_failures},
    {"openings", openings},
    {"pool", pool},
    {"strips", strips},
};

}  // namespace
}  // namespace pdfnet::sessions

int main(int count, char** values) {
  using namespace pdfnet::sessions;
  if (count == 1) {
    for (const auto& [name, check] : kChecks) std::puts(name.c_str());
    return 0;
  }
  const auto check = count == 2 ? kChecks.find(values[1]) : kChecks.end();
  if (check == kChecks.end()) return 64;
  check->second();
  return 0;
}
