# SPDX-License-Identifier: Apache-2.0
"""Where the roots lie: a freshly made XFS on a loop device, else tmpfs; `disk` is the disk as it is.

Mounts are made in a mount namespace of our own (tools/dev/bench.sh), so they go with the process.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess

LIMIT = 12 << 30  # bytes of the file behind the loop device, which is sparse


def may_mount():
    return os.environ.get("GIT_SYNC_BENCH_MOUNTS") == "own"


def run(*argv):
    return subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def hide_system_settings():
    """A pod has no /etc/gitconfig, so no side sees this machine's."""
    if may_mount() and os.path.exists("/etc/gitconfig"):
        run("mount", "--bind", "/dev/null", "/etc/gitconfig")


def file_system(path):
    return subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", path], stdout=subprocess.PIPE,
                          text=True).stdout.strip()


class Place:
    """An empty folder for the roots of one row; `kind` says on what."""

    def __init__(self, work, on_disk):
        self.folder, self.image = work / "place", work / "place.img"
        self.folder.mkdir()
        self.mounted, self.elsewhere = False, None
        if on_disk or not (self.mount_xfs() or self.mount_tmpfs() or self.use_shm()):
            self.kind = f"{file_system(self.folder)} (the disk as it is)"

    def mount_xfs(self):
        if not may_mount() or not shutil.which("mkfs.xfs"):
            return False
        free = os.statvfs(self.folder)
        with open(self.image, "wb") as file:
            file.truncate(max(min(LIMIT, free.f_bavail * free.f_frsize // 2), 1 << 30))
        self.kind = "a new XFS on a loop device"
        self.mounted = run("mkfs.xfs", "-q", self.image) and run(
            "mount", "-o", "loop", self.image, self.folder)
        return self.mounted

    def mount_tmpfs(self):
        self.kind = "tmpfs"
        self.mounted = may_mount() and run("mount", "-t", "tmpfs", "bench", self.folder)
        return self.mounted

    def use_shm(self):
        shm = pathlib.Path("/dev/shm")
        if not os.access(shm, os.W_OK | os.X_OK) or file_system(shm) != "tmpfs":
            return False
        self.elsewhere = self.folder = shm / f"git-sync-bench.{os.getpid()}"
        self.folder.mkdir()
        self.kind = "tmpfs"
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.mounted and not run("umount", self.folder):
            run("umount", "-l", self.folder)
        for path in filter(None, [self.folder, self.elsewhere]):
            shutil.rmtree(path, ignore_errors=True)
        if self.elsewhere:
            (self.image.parent / "place").rmdir()
        with contextlib.suppress(FileNotFoundError):
            self.image.unlink()
