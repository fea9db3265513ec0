// How many compute threads this process can keep busy.
#include "engine/cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <string>
#include <utility>

namespace pdfnet {
namespace {

int read_number(const std::string& path, int otherwise) {
  std::ifstream file(path);
  int value = 0;
  return file >> value ? value : otherwise;
}

int32_t physical_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return 1;
  std::set<std::pair<int, int>> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    const std::string topology = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    cores.emplace(read_number(topology + "physical_package_id", 0), read_number(topology + "core_id", cpu));
  }
  return static_cast<int32_t>(cores.size());
}

// Of a container's CPU quota (cgroup v2: microseconds of CPU in each period); infinite where there is none.
double quota() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double microseconds = 0;
  double period = 0;
  return file >> microseconds >> period && period > 0 ? microseconds / period : INFINITY;
}

}  // namespace

int32_t usable_cores() {
  const double cores = std::min(static_cast<double>(physical_cores()), std::ceil(quota()));
  return std::max(1, static_cast<int32_t>(cores));
}

}  // namespace pdfnet
