#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the rows, all sides in turn, and writes results/latest.md with its plot: `./dev bench`.

For each row every side is prepared; then, round by round, each does its work once, in an order that
turns. Memory has rounds of its own after these, since sampling disturbs times.
"""

import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile

sys.dont_write_bytecode = True  # nothing is left beside the sources
import plot  # noqa: E402
import report  # noqa: E402
from group import Groups  # noqa: E402
from place import Place, hide_system_settings  # noqa: E402
from repos import NotObtainable, Repositories  # noqa: E402
from rows import chosen  # noqa: E402
from servers import Servers  # noqa: E402
from sides import Sides, Site  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[1]
MEMORY = ("anonymous", "mapped")


class Bench:
    """What all rows share."""

    def __init__(self, options, work):
        self.quick, self.work = options.quick, work
        self.rounds = options.rounds or (2 if options.quick else 7)
        self.memory_rounds = 1 if options.quick else 2
        self.seconds = options.seconds or (0.5 if options.quick else 6)
        self.load, self.places = os.getloadavg(), set()
        self.home = work / "home"
        self.home.mkdir()
        self.sides = Sides(work, options.program, options.peer)
        self.repositories = Repositories(options.cache, work / "served", options.quick)
        self.servers = Servers(work, work / "served")
        self.groups = Groups()

    def run(self, row):
        """{side: {metric: [one value a round]}}"""
        made = []
        with Place(self.work, row.on_disk) as place:
            self.places.add(place.kind)
            try:
                for side in self.sides.of(row):
                    kind = getattr(row.work, side.kind)
                    made.append((side.name, kind(Site(side, row, self, place), **row.options)))
                return self.rounds_of(made, min(self.rounds, row.most_rounds))
            finally:
                self.groups.stop_all()

    def followed(self, transport, name, side):
        """A copy of the repository for each side, so that each meets a push at its own time; in a
        bucket one for all, see buckets.py."""
        if transport == "s3":
            return self.servers.store.shared(name, self.repositories.original(name))
        return self.repositories.copy(name, side.name)

    def rounds_of(self, made, rounds):
        figures = {name: {} for name, _ in made}
        for number in range(rounds + min(self.memory_rounds, rounds)):
            with_memory = number >= rounds
            turn = number % len(made)
            for name, worker in made[turn:] + made[:turn]:
                for metric, value in worker.once(with_memory).items():
                    if (metric in MEMORY) == with_memory:
                        figures[name].setdefault(metric, []).append(value)
        return figures

    def close(self):
        self.servers.close()
        self.groups.close()


def arguments():
    parser = argparse.ArgumentParser(
        prog="./dev bench", description="Costs beside those of plain git, rclone and awscli; see "
        "bench/README.md.",
        epilog="PEER=path (a variable) names a compatible program that is measured as well.")
    parser.add_argument("rows", nargs="*", help="names, their beginnings (update/https) or patterns; all without")
    parser.add_argument("--list", action="store_true", help="print the names of these rows, do nothing")
    parser.add_argument("--quick", action="store_true", help="tiny repositories and few rounds: does it run?")
    parser.add_argument("--rounds", type=int, default=0, help="rounds for times (7; 2 with --quick)")
    parser.add_argument("--seconds", type=float, default=0, help="of idle polls in a round (6; 0.5 with --quick)")
    parser.add_argument("--out", type=pathlib.Path, help="folder of the table and the plot "
                        "(bench/results; with --quick or some rows only, build/bench/results)")
    parser.add_argument("--cache", type=pathlib.Path, default=PROJECT / "build/bench/repositories",
                        help="where the repositories are kept (build/bench/repositories)")
    parser.add_argument("--work", type=pathlib.Path, default=PROJECT / "build/bench",
                        help="where the working folder is made (build/bench)")
    options = parser.parse_args()
    options.program = os.environ.get("GITSYNC_BIN") or PROJECT / "build/release/git-sync"
    options.peer = os.environ.get("PEER")
    partial = options.quick or options.rows
    options.out = options.out or PROJECT / ("build/bench/results" if partial else "bench/results")
    options.cache, options.work = options.cache.resolve(), options.work.resolve()
    return options


def run_rows(bench, rows):
    results, skipped = [], []
    for row in rows:
        try:
            results.append((row, bench.run(row)))
        except NotObtainable as reason:
            skipped.append((row.name, reason))
            print(f"left out: {row.name}: {reason}", flush=True)
            continue
        print(report.plain([report.head(row), *report.lines(*results[-1])]), end="\n\n", flush=True)
    return results, skipped


def write(bench, out, results, skipped):
    out.mkdir(parents=True, exist_ok=True)
    picture = plot.svg(results, bench.repositories.size)
    out = out / "latest.md"
    out.write_text(report.page(bench, results, skipped, bool(picture)))
    out.with_suffix(".svg").unlink(missing_ok=True)  # not an older one beside this table
    if picture:
        out.with_suffix(".svg").write_text(picture)
    print(f"written: {out}{' and its plot' if picture else ''}")


def main():
    options = arguments()
    rows = chosen(options.rows)
    if options.list:
        return print("\n".join(row.name for row in rows))
    if options.quick and not options.rows:
        rows = [row for row in rows if row.repository != "pypi"]  # its size is what it is
    hide_system_settings()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is tidied
    options.work.mkdir(parents=True, exist_ok=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="run.", dir=options.work))
    bench = None
    try:
        bench = Bench(options, work)
        write(bench, options.out, *run_rows(bench, rows))
    finally:
        if bench:
            bench.close()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
