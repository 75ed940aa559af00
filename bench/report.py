# SPDX-License-Identifier: Apache-2.0
"""The results as tables: medians, and ratios to those that a row is compared with, with their range,
round by round.
"""

import datetime
import itertools
import os
import pathlib
import platform
import re
import statistics
import subprocess

METRICS = {"cpu": "CPU", "wall": "wall", "total": "CPU in all"}
UP = "../../"  # from bench/results
PICTURE = "\n![update cost against repository size](latest.svg)\n"


def duration(seconds):
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def memory(size):
    return f"{size / 2**20:.1f} MiB"


def ratio(own, other):
    ratios = [a / b for a, b in zip(own, other) if b > 0]
    if not ratios:
        return "–"
    return f"{statistics.median(ratios):.3g} ({min(ratios):.3g}–{max(ratios):.3g})"


def head(row):
    ratios = [f"× {other}" for other in row.others]
    columns = itertools.chain.from_iterable([title, *ratios] for title in METRICS.values())
    return ["row", "side", *columns, "anonymous", "with mapped", "goal"]


def lines(row, result):
    """One list of cells for each side."""
    for side, figures in result.items():
        cells = [row.name, side]
        for metric in METRICS:
            own = figures.get(metric, [])
            polls = f" ({sum(figures['polls']):,} polls)" if metric == "cpu" and "polls" in figures else ""
            cells.append(duration(statistics.median(own)) + polls if own else "–")
            for other in row.others:
                compared = result.get(other, {}).get(metric, [])
                cells.append("1" if side == other and own else ratio(own, compared))
        cells += [memory(max(figures[metric])) if figures.get(metric) else "–"
                  for metric in ("anonymous", "mapped")]
        yield [*cells, row.goal if side == "git-sync" else ""]


def plain(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in rows)


def markdown(rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]])


def said(*argv, cwd=None):
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd)
        return done.stdout.strip().split("\n")[0]
    except OSError:
        return "not there"


def field(path, name):
    """The value behind `name` in a file of lines `name: value` or `name="value"`."""
    for line in pathlib.Path(path).read_text().splitlines():
        if found := re.match(rf'{name}\s*[:=]\s*"?(.*?)"?$', line):
            return found[1]
    return "unknown"


def surroundings(bench):
    """Pairs: what was measured, and on what."""
    project = pathlib.Path(__file__).resolve().parent
    dirty = said("git", "status", "--porcelain", "--untracked-files=no", cwd=project)
    path = os.environ["PATH"] + ":/usr/sbin"
    nginx = said("env", f"PATH={path}", "nginx", "-v").removeprefix("nginx version: ")
    store = f"; SeaweedFS {bench.servers.made_store.version}" if bench.servers.made_store else ""
    return [
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("commit", said("git", "rev-parse", "--short=12", "HEAD", cwd=project) +
         (" with changes" if dirty else "")),
        ("programs", "; ".join(f"{side.name}: {side.version}" for side in bench.sides.known())),
        ("machine", f"{os.cpu_count()} × {field('/proc/cpuinfo', 'model name')}, "
         f"{int(field('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB"),
        ("kernel", f"{platform.release()}, {field('/etc/os-release', 'PRETTY_NAME')}"),
        ("servers", f"{nginx}; {said('ssh', '-V')}{store}"),
        ("roots", ", ".join(sorted(bench.places)) or "none"),
        ("processor time by", bench.groups.kind.meter),
        ("rounds", f"{bench.rounds} for times, {bench.memory_rounds} more for memory" +
         (", tiny repositories (--quick)" if bench.quick else "")),
        ("load average", f"{bench.load[0]:.1f} at the start, {os.getloadavg()[0]:.1f} at the end"),
    ]


def slopes(results, size_of):
    """What one more file of the tree costs an update of one file, for each side."""
    by_name = {row.name: (row, result) for row, result in results}
    if not {"update/https/small", "update/https/large"} <= by_name.keys():
        return ""
    (small, low), (large, high) = by_name["update/https/small"], by_name["update/https/large"]
    files = size_of(large.repository) - size_of(small.repository)
    costs = (f"{side} {1e6 * (middle(high[side]) - middle(low[side])) / files:.3g} µs" for side in high)
    return f"\nCPU(large) − CPU(small) of update/https, a file: {', '.join(costs)}.\n"


def middle(figures):
    return statistics.median(figures["cpu"])


def tables(results):
    """One for all rows that are compared with the same."""
    for _, group in itertools.groupby(results, lambda entry: entry[0].others):
        group = list(group)
        yield markdown([head(group[0][0])] + [line for entry in group for line in lines(*entry)])


def page(bench, results, skipped, has_picture):
    facts = "\n".join(f"* {name}: {value}" for name, value in surroundings(bench))
    left_out = "".join(f"* left out: {name}: {reason}\n"
                       for name, reason in [*bench.sides.missing.items(), *skipped])
    body = "\n\n".join(tables(results))
    return (f"# Benchmarks, as last run\n\n{facts}\n{left_out}\n"
            f"How to read it: [bench/README.md]({UP}bench/README.md). Goals: "
            f"[docs/design.md]({UP}docs/design.md#numbers).\n\n"
            f"{body}\n{slopes(results, bench.repositories.size)}{PICTURE if has_picture else ''}")
