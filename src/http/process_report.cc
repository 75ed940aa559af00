// SPDX-License-Identifier: Apache-2.0
#include "http/process_report.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iomanip>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/files.h"
#include "util/text.h"

namespace gitsync::http {
namespace {

constexpr std::size_t kMaxRows = 1000;

// Empty if it cannot be read: threads and descriptors may go while we look.
std::string text_of(const std::string& path) { return util::read_file(path).value_or(""); }

// Numeric names in numeric order.
std::vector<std::string> numbers_in(const std::string& directory) {
  auto names = util::list_directory(directory).value_or(std::vector<std::string>{});
  // Not a stable sort by size: with GCC's headers Clang refuses what that uses.
  std::ranges::sort(names, {}, [](const std::string& name) {
    return std::pair(name.size(), std::string_view(name));
  });
  if (names.size() > kMaxRows) names.resize(kMaxRows);
  return names;
}

void thread_row(std::ostream& out, const std::string& id) {
  const std::string directory = "/proc/self/task/" + id;
  const std::string stat = text_of(directory + "/stat");
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string state;
  fields >> state;
  double ticks = 0;
  double value = 0;
  for (int field = 4; field <= 15 && fields >> value; ++field) {
    if (field >= 14) ticks += value;  // user and system time
  }
  out << std::setw(8) << id << "  " << std::left << std::setw(16)
      << util::trim(text_of(directory + "/comm")) << std::right << "  " << state << std::setw(12)
      << ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)) << '\n';
}

void row(std::ostream& out, const char* what, std::size_t bytes) {
  out << std::setw(14) << bytes << "  " << what << '\n';
}

// Owners of what open_memstream(3) hands out.
struct StreamCloser {
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): this is the owner
  void operator()(std::FILE* stream) const noexcept { std::fclose(stream); }
};
struct Freer {
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory,cppcoreguidelines-no-malloc): C allocated it
  void operator()(char* memory) const noexcept { std::free(memory); }
};

}  // namespace

std::string thread_report() {
  std::ostringstream out;
  out << std::fixed << std::setprecision(2);
  out << "      id  name              state  cpu seconds\n";
  for (const auto& id : numbers_in("/proc/self/task")) thread_row(out, id);
  return out.str();
}

std::string memory_report() {
  std::ostringstream out;
  const auto info = ::mallinfo2();
  row(out, "bytes taken from the system by the allocator (arenas)", info.arena);
  row(out, "bytes taken from the system by the allocator (mapped)", info.hblkhd);
  row(out, "bytes in use", info.uordblks + info.hblkhd);
  row(out, "bytes free in the allocator", info.fordblks);
  out << "\nResident memory (smaps_rollup):\n" << text_of("/proc/self/smaps_rollup");
  return out.str();
}

std::string allocator_details() {
  char* text = nullptr;
  std::size_t size = 0;
  {
    const std::unique_ptr<std::FILE, StreamCloser> stream(::open_memstream(&text, &size));
    if (!stream || ::malloc_info(0, stream.get()) != 0) return {};
  }
  const std::unique_ptr<char, Freer> owned(text);
  return {text, size};
}

std::string descriptor_report() {
  std::ostringstream out;
  for (const auto& number : numbers_in("/proc/self/fd")) {
    const auto target = util::read_link("/proc/self/fd/" + number).value_or(std::nullopt);
    if (target) out << std::setw(8) << number << "  " << *target << '\n';
  }
  return out.str();
}

}  // namespace gitsync::http
