// SPDX-License-Identifier: Apache-2.0
// shared_volume FOLDER MOUNTPOINT CONTROL COUNTS: shows FOLDER at MOUNTPOINT as a network file
// system would, with the faults that the file CONTROL names (behaviour.h). A look at
// MOUNTPOINT/.counts writes to COUNTS how often each operation was asked for. Several mounts of one
// folder are as several clients. Ends when it is unmounted, or by a signal.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>

#include "support/volume/volume.h"

namespace {

int serve(gitsync::test::volume::Volume& volume, const char* program, const char* mountpoint) {
  namespace own = gitsync::test::volume;
  fuse_lowlevel_ops operations{};
  own::add_entries(operations);
  own::add_files(operations);
  own::add_folders(operations);
  std::array<const char*, 4> words{program, "-o",
                                   "default_permissions,allow_other,fsname=shared_volume", nullptr};
  fuse_args arguments = FUSE_ARGS_INIT(3, const_cast<char**>(words.data()));
  fuse_session* const session =
      fuse_session_new(&arguments, &operations, sizeof operations, &volume);
  if (session == nullptr) return 1;
  int status = 1;
  if (fuse_set_signal_handlers(session) == 0 && fuse_session_mount(session, mountpoint) == 0) {
    fuse_loop_config* const config = fuse_loop_cfg_create();
    fuse_loop_cfg_set_max_threads(config, 64);
    status = fuse_session_loop_mt(session, config) == 0 ? 0 : 1;
    fuse_loop_cfg_destroy(config);
    fuse_session_unmount(session);
  }
  fuse_session_destroy(session);
  fuse_opt_free_args(&arguments);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: shared_volume FOLDER MOUNTPOINT CONTROL COUNTS\n");
    return 2;
  }
  ::umask(0);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const int root = ::open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) {
    std::perror(argv[1]);
    return 1;
  }
  gitsync::test::volume::Volume volume(root, argv[3], argv[4]);
  return serve(volume, argv[0], argv[2]);
}
