// SPDX-License-Identifier: Apache-2.0
// How the shared volume of the tests misbehaves, and how often it was asked for what.

#pragma once

#include <atomic>
#include <chrono>
#include <ctime>
#include <map>
#include <mutex>
#include <string>

namespace gitsync::test::volume {

// Words of the control file, between blanks; an errno is a name such as EPERM.
struct Settings {
  bool silly = false;     // silly: what is open is renamed to .nfs* instead of removed
  bool handles = false;   // handles: ESTALE for what is no longer on the volume
  bool squash = false;    // squash: root is nobody (65534)
  bool no_types = false;  // no-types: readdir does not tell kinds
  int stale = 0;          // stale=N: the first N looks at a name that was replaced say ESTALE
  int link = 0;           // link=ERRNO
  int change_mode = 0;    // chmod=ERRNO
  int change_owner = 0;   // chown=ERRNO
  int lock = 0;           // lock=ERRNO: fcntl and flock
  int rename_flags = 0;   // rename-flags=ERRNO: RENAME_EXCHANGE and RENAME_NOREPLACE
  int synchronize = 0;    // sync-folder=ERRNO: fsync of a folder
  double cache = 0;       // cache=SECONDS that names and attributes may be remembered
  std::chrono::microseconds delay{};       // delay=MICROSECONDS for each operation
  std::chrono::microseconds link_delay{};  // link-delay=MICROSECONDS more
};

// Reads the control file again whenever it was replaced. Thread-safe.
class Behaviour {
 public:
  Behaviour(std::string control, std::string counts);

  // Begins an operation: counts it, waits if there is a delay, and returns what holds for it.
  Settings begin(const char* operation);
  // What holds now; nothing is counted.
  Settings look();
  // Writes "<operation> <times>" for each to the file of counts, at once visible as a whole, and
  // "<operation>-at-once <most>": how many of them waited together since the control file changed.
  void write_counts();

 private:
  void wait(const char* operation, std::chrono::microseconds delay);

  const std::string control_;
  const std::string counts_file_;
  std::mutex mutex_;
  timespec read_{};
  Settings settings_;
  std::map<std::string, unsigned long> counts_;
  std::map<std::string, unsigned long> waiting_;
  std::map<std::string, unsigned long> most_waiting_;
};

}  // namespace gitsync::test::volume
