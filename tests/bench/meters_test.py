#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The benchmark's meters count all processes of a side, also ended ones and orphans, and no other."""

import os
import pathlib
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import group as meters  # noqa: E402
import memory  # noqa: E402
import report  # noqa: E402
import rows  # noqa: E402

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
HOLD = "import time; held = b'x' * (64 << 20); print('held', flush=True); time.sleep(600)"
LIMIT = 120
ENV = {"PATH": os.environ["PATH"]}


def wait_until(true):
    end = time.monotonic() + LIMIT
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def alive(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Meters:
    """What holds for both kinds of group."""

    def shell(self, script, *more):
        made = self.new()
        made.start(["/bin/sh", "-c", script, sys.executable, *more], ENV, os.devnull)
        return made

    def assert_burnt(self, made):
        self.assertGreaterEqual(made.cpu(), 0.28)  # ended children of living ones: to 20 ms
        self.assertLess(made.cpu(), 3)  # not what ran before or beside

    def test_an_ended_program_counts(self):
        with self.shell('exec "$0" -c "$1"', BURN) as made:
            made.wait(LIMIT)
            self.assert_burnt(made)

    def test_an_ended_grandchild_of_a_living_program_counts(self):
        with self.shell('( "$0" -c "$1"; : ); exec sleep 600', BURN) as made:
            wait_until(lambda: made.cpu() >= 0.28)
            wait_until(lambda: len(made.pids()) == 1)
            self.assert_burnt(made)

    def test_an_orphan_counts_and_is_killed(self):
        with self.shell('( setsid "$0" -c "$1" & )', BURN + "time.sleep(600)\n") as made:
            made.wait(LIMIT)
            wait_until(lambda: made.cpu() >= 0.28)
            orphans = made.pids()
            self.assertEqual(len(orphans), 1)
        wait_until(lambda: not alive(orphans[0]))

    def test_what_runs_beside_does_not_count(self):
        with self.shell("exec sleep 600") as idle, self.shell('exec "$0" -c "$1"', BURN) as busy:
            busy.wait(LIMIT)
            self.assertLess(idle.cpu(), 0.25)

    def test_the_peak_of_a_child_is_seen(self):
        with self.shell('"$0" -c "$1"; :', HOLD) as made:
            with memory.Peak(made) as peak:
                wait_until(lambda: peak.anonymous >= 64 << 20)
            self.assertLess(peak.anonymous, 128 << 20)
            self.assertGreater(peak.everything, peak.anonymous)

    def test_the_exit_status_is_that_of_the_program(self):
        with self.shell("exit 7") as made:
            self.assertEqual(made.wait(LIMIT)[1], 7)


class ControlGroups(Meters, unittest.TestCase):
    def setUp(self):
        self.groups = meters.Groups()
        self.addCleanup(self.groups.close)
        if self.groups.kind is not meters.ControlGroup:
            self.skipTest("no control group can be made here")
        self.new = self.groups.new


class Trees(Meters, unittest.TestCase):
    made = 0

    def new(self):
        Trees.made += 1
        return meters.TreeGroup(None, Trees.made)


class Ratios(unittest.TestCase):
    def test_a_ratio_is_taken_round_by_round(self):
        self.assertEqual(report.ratio([1, 4, 9], [1, 2, 3]), "2 (1–3)")

    def test_each_row_has_a_ratio_to_each_that_it_is_compared_with(self):
        row = rows.Row("first/s3/small", None, "s3", "small", others=("rclone", "awscli"))
        own, *_ = report.lines(row, {"git-sync": {"cpu": [1, 2]}, "rclone": {"cpu": [2, 4]},
                                     "awscli": {"cpu": [10, 20]}})
        cells = dict(zip(report.head(row)[:5], own))
        self.assertEqual((cells["× rclone"], cells["× awscli"]), ("0.5 (0.5–0.5)", "0.1 (0.1–0.1)"))

    def test_rows_that_are_compared_with_others_have_a_table_of_their_own(self):
        made = [(rows.Row("a", None, "https", "small"), {"git-sync": {}}),
                (rows.Row("b", None, "s3", "small", others=("rclone",)), {"git-sync": {}})]
        self.assertEqual([("× git" in table, "× rclone" in table) for table in report.tables(made)],
                         [(True, False), (False, True)])

    def test_nothing_to_compare_with_is_a_dash(self):
        self.assertEqual(report.ratio([1], []), "–")


if __name__ == "__main__":
    unittest.main()
