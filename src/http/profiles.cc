// SPDX-License-Identifier: Apache-2.0
#include "http/profiles.h"

#include <unistd.h>

#include <sstream>
#include <utility>

#include "http/process_report.h"

namespace gitsync::http {
namespace {

constexpr const char* kNoSuchProfile =
    "This is a C++ program: it has no such profile. Attach a tool from outside instead, such as\n"
    "perf record -g -p <pid>, strace -f -p <pid> or gdb -p <pid>.\n";

Response plain(std::string text) { return {.content_type = kPlainText, .body = std::move(text)}; }

Response index(const std::string& version) {
  std::ostringstream out;
  out << "git-sync " << version << ", compiler " << __VERSION__ << ", process " << ::getpid()
      << "\n\nThis is a C++ program. Here is what stands in for a Go program's profiles:\n\n"
      << "  cmdline       the command line, separated by NUL bytes\n"
         "  goroutine     threads (also: threadcreate)\n"
         "  heap          memory, with the allocator's arenas as XML (also: allocs)\n"
         "  symbol, profile, trace, block, mutex: nothing; use a tool from outside\n"
      << "\nThreads:\n"
      << thread_report() << "\nMemory:\n"
      << memory_report() << "\nOpen files:\n"
      << descriptor_report();
  return plain(out.str());
}

std::string joined_by_nul(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : std::string(1, '\0')) + word;
  return text;
}

}  // namespace

Routes profile_routes(const std::string& version, const std::vector<std::string>& command_line) {
  const std::string root = "/debug/pprof/";
  Routes routes{
      {"/debug/pprof",
       [root] {
         return Response{.status = 301, .content_type = kPlainText, .body = {}, .location = root};
       }},
      {root, [version] { return index(version); }},
      {root + "cmdline", [text = joined_by_nul(command_line)] { return plain(text); }},
      // What symbolizing tools ask first: we offer no symbols.
      {root + "symbol", [] { return plain("num_symbols: 0\n"); }},
  };
  for (const char* name : {"goroutine", "threadcreate"}) {
    routes[root + name] = [] { return plain(thread_report()); };
  }
  for (const char* name : {"heap", "allocs"}) {
    routes[root + name] = [] { return plain(memory_report() + '\n' + allocator_details()); };
  }
  for (const char* name : {"profile", "trace", "block", "mutex"}) {
    routes[root + name] = [] { return plain(kNoSuchProfile); };
  }
  return routes;
}

}  // namespace gitsync::http
