// SPDX-License-Identifier: Apache-2.0
#include "metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "util/files.h"

namespace gitsync::metrics {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// The fields of /proc/self/stat (proc(5)) that we show.
struct Stat {
  double cpu_ticks = 0;
  double start_ticks = 0;  // since boot
  double virtual_bytes = 0;
  double resident_pages = 0;
};

std::optional<Stat> read_stat() {
  const auto text = util::read_file("/proc/self/stat");
  if (!text) return std::nullopt;
  // The second field, the name in parentheses, may contain anything: count from its end.
  const auto name_end = text->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text->substr(name_end + 1));
  std::string state;
  fields >> state;
  Stat stat;
  double value = 0;
  for (int field = 4; field <= 24 && fields >> value; ++field) {
    if (field == 14 || field == 15) stat.cpu_ticks += value;
    if (field == 22) stat.start_ticks = value;
    if (field == 23) stat.virtual_bytes = value;
    if (field == 24) stat.resident_pages = value;
  }
  return stat;
}

// Seconds since the epoch.
std::optional<double> boot_time() {
  const auto text = util::read_file("/proc/stat");
  if (!text) return std::nullopt;
  std::istringstream lines(*text);
  double seconds = 0;
  for (std::string line; std::getline(lines, line);) {
    if (std::istringstream words(line); words >> line >> seconds && line == "btime") return seconds;
  }
  return std::nullopt;
}

std::optional<double> open_descriptors() {
  const auto names = util::list_directory("/proc/self/fd");
  if (!names) return std::nullopt;
  return static_cast<double>(names->size() - 1);  // without the one that lists them
}

MetricFamily single(MetricType type, std::string name, std::string help, double value) {
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {std::move(name), std::move(help), type, {std::move(metric)}};
}

}  // namespace

std::vector<MetricFamily> process_metrics() {
  std::vector<MetricFamily> families;
  const auto gauge = [&](std::string name, std::string help, double value) {
    families.push_back(single(MetricType::Gauge, std::move(name), std::move(help), value));
  };
  const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  if (const auto stat = read_stat()) {
    families.push_back(single(MetricType::Counter, "process_cpu_seconds_total",
                              "Total user and system CPU time spent in seconds.",
                              stat->cpu_ticks / ticks_per_second));
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
          stat->resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", stat->virtual_bytes);
    if (const auto boot = boot_time()) {
      gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
            *boot + stat->start_ticks / ticks_per_second);
    }
  }
  if (const auto count = open_descriptors()) {
    gauge("process_open_fds", "Number of open file descriptors.", *count);
  }
  if (rlimit limit{}; ::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    gauge("process_max_fds", "Maximum number of open file descriptors.",
          static_cast<double>(limit.rlim_cur));
  }
  return families;
}

}  // namespace gitsync::metrics
