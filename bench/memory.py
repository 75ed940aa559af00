# SPDX-License-Identifier: Apache-2.0
"""Memory of all processes of a group, and its peak by sampling.

Proportional shares (PSS of smaps_rollup, proc(5)): a page that several processes map counts once.
"""

import contextlib
import threading

INTERVAL = 0.002  # seconds between two samples; peaks that are shorter may be missed


def memory_of(pids):
    """Bytes: (anonymous, anonymous and mapped files together)."""
    anonymous = everything = 0
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            fields = dict(line.split(b":", 1) for line in file.read().splitlines()[1:])
            anonymous += int(fields[b"Pss_Anon"].split()[0])
            everything += int(fields[b"Pss"].split()[0])
    return anonymous * 1024, everything * 1024


class Peak:
    """Samples a group in a thread while the `with` block runs, then holds the two peaks."""

    def __init__(self, group):
        self.group, self.anonymous, self.everything = group, 0, 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.sample)

    def sample(self):
        while not self.ended.wait(INTERVAL):
            anonymous, everything = memory_of(self.group.pids())
            self.anonymous = max(self.anonymous, anonymous)
            self.everything = max(self.everything, everything)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def figures(self):
        return {"anonymous": self.anonymous, "mapped": self.everything}


class NoPeak:
    """Stands where times are measured: sampling would disturb them."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def figures(self):
        return {}


def peak(group, wanted):
    return Peak(group) if wanted else NoPeak()
