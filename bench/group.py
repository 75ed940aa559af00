# SPDX-License-Identifier: Apache-2.0
"""The processes of one side, and the processor time that all of them took, ended ones included.

A control group (version 2) of its own where one can be made; its cpu.stat counts every process in
it to the microsecond. Else the tree below the process that was started: see TreeGroup.
"""

import contextlib
import ctypes
import os
import pathlib
import select
import signal
import subprocess
import time

# The program starts when its group is ready, so that nothing of the preparation is counted.
GATE = 'read -r go; exec "$@" </dev/null'
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # prctl(2)
prctl = ctypes.CDLL(None, use_errno=True).prctl


KNOWN = set()  # our own children; all others that we have are orphans of the sides


def die_with_us():
    """For children that must not outlive the benchmark, however it ends."""
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn_server(argv, env, log):
    """A server keeps its own orphans, so that they are not taken for those of a side."""

    def prepare():
        die_with_us()
        prctl(PR_SET_CHILD_SUBREAPER, 1)

    with open(log, "ab") as out:
        process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   start_new_session=True, preexec_fn=prepare)
    KNOWN.add(process.pid)
    return process


class Group:
    """One side. Start at most one program in it; what that starts belongs to it as well."""

    lead = None

    def start(self, argv, env, log):
        """Starts the program; returns the moment (monotonic seconds) at which it may run."""
        with open(log, "ab") as out:
            self.lead = subprocess.Popen(
                ["/bin/sh", "-c", GATE, "sh", *map(str, argv)], env=env | self.mark(), stdout=out,
                stderr=out, stdin=subprocess.PIPE, start_new_session=True, preexec_fn=die_with_us)
        KNOWN.add(self.lead.pid)
        self.adopt(self.lead.pid)
        began = time.monotonic()
        self.lead.stdin.write(b"\n")
        self.lead.stdin.close()
        return began

    def wait(self, seconds):
        """Waits for the end of the program; returns its moment and the exit status."""
        pidfd = os.pidfd_open(self.lead.pid)
        try:
            ready = select.select([pidfd], [], [], seconds)[0]
        finally:
            os.close(pidfd)
        ended = time.monotonic()
        if not ready:
            raise TimeoutError(f"{self.lead.args[4:]} did not end in {seconds} s")
        _, status, usage = os.wait4(self.lead.pid, 0)
        self.lead.returncode = os.waitstatus_to_exitcode(status)
        self.reaped(usage)
        return ended, self.lead.returncode

    def stop(self):
        """Ends the program in an orderly way, then whatever it has left behind."""
        try:
            if self.lead and self.lead.returncode is None:
                self.lead.terminate()
                self.wait(30)
        except TimeoutError:
            pass
        self.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def mark(self):
        return {}

    def reaped(self, usage):
        pass


class ControlGroup(Group):
    """A group in the control group hierarchy."""

    meter = "control group, µs"

    def __init__(self, parent, number):
        self.folder = parent / str(number)
        self.folder.mkdir()

    def adopt(self, pid):
        (self.folder / "cgroup.procs").write_text(str(pid))

    def cpu(self):
        """Seconds of processor time of all processes so far."""
        first = (self.folder / "cpu.stat").read_text().split("\n", 1)[0]
        return int(first.removeprefix("usage_usec ")) / 1e6

    def pids(self):
        return [int(pid) for pid in (self.folder / "cgroup.procs").read_text().split()]

    def kill(self):
        if not self.folder.is_dir():
            return None
        (self.folder / "cgroup.kill").write_text("1")
        for _ in range(5000):
            if self.lead and self.lead.returncode is None:
                self.lead.poll()
            try:
                return self.folder.rmdir()
            except OSError:
                time.sleep(0.002)
        raise TimeoutError(f"processes in {self.folder} cannot be killed")


class TreeGroup(Group):
    """The program and its descendants, where no control group can be had.

    Living processes are read by their clocks (nanoseconds). Ended ones count in what the kernel
    sums up for their parent, which it shows of a living parent in ticks of 10 ms only. Orphans come
    to us, the subreaper: living ones are known by a mark in their environment, and one that has ended
    counts for the group that is read next, which is the one at work.
    """

    meter = "clocks of processes; ended children of living ones to 10 ms"
    tick = 1 / os.sysconf("SC_CLK_TCK")

    def __init__(self, _, number):
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.number, self.gone = number, 0.0

    def mark(self):
        return {"GIT_SYNC_BENCH_MARK": f"{os.getpid()}.{self.number}"}

    def adopt(self, pid):
        pass

    def reaped(self, usage):
        self.gone += usage.ru_utime + usage.ru_stime

    def cpu(self):
        self.reap_orphans()
        return sum(self.spent(pid) for pid in self.pids()) + self.gone

    def reap_orphans(self):
        for pid in set(children(os.getpid())) - KNOWN:
            with contextlib.suppress(ChildProcessError):
                _, _, usage = os.wait4(pid, os.WNOHANG)
                self.reaped(usage)

    def spent(self, pid):
        try:
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            clock = (~pid << 3) | 2  # the process's own clock, as clock_getcpuclockid(3) makes it
            return time.clock_gettime(clock) + (int(stat[13]) + int(stat[14])) * self.tick
        except (OSError, IndexError):
            return 0.0

    def pids(self):
        roots = [pid for pid in children(os.getpid()) if self.owns(pid)]
        for pid in roots:
            roots += children(pid)
        return roots

    def owns(self, pid):
        if self.lead and pid == self.lead.pid:
            return self.lead.returncode is None
        mark = f"GIT_SYNC_BENCH_MARK={self.mark()['GIT_SYNC_BENCH_MARK']}".encode()
        try:
            return mark in pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False

    def kill(self):
        while pids := self.pids():
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                except (ProcessLookupError, ChildProcessError):
                    pass


def children(pid):
    found = []
    for file in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in file.read_text().split()]
        except OSError:
            pass
    return found


class Groups:
    """Makes groups of the better kind that this machine allows."""

    def __init__(self):
        self.made, self.parent = [], self.make_parent()
        self.kind = ControlGroup if self.parent else TreeGroup

    def make_parent(self):
        for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
            before, _, after = line.partition(" - ")
            if not after.startswith("cgroup2 "):
                continue
            own = pathlib.Path("/proc/self/cgroup").read_text().partition("0::/")[2].split("\n")[0]
            parent = pathlib.Path(before.split()[4]) / own / f"git-sync-bench.{os.getpid()}"
            try:
                parent.mkdir()
                self.try_out(parent)
                return parent
            except OSError:
                for folder in (parent / "try", parent):
                    with contextlib.suppress(OSError):
                        folder.rmdir()
        return None

    @staticmethod
    def try_out(parent):
        with ControlGroup(parent, "try") as group:
            group.start(["/bin/true"], {}, os.devnull)
            group.wait(10)
            group.cpu()

    def new(self):
        self.made.append(self.kind(self.parent, len(self.made)))
        return self.made[-1]

    def stop_all(self):
        for group in self.made:
            group.stop()

    def close(self):
        self.stop_all()
        if self.parent:
            self.parent.rmdir()
