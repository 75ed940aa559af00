# SPDX-License-Identifier: Apache-2.0
"""The plot: cost of one changed file against the size of the repository, on log axes, as SVG."""

import math
import statistics
from xml.sax.saxutils import escape

COLOURS = ["#0b6e4f", "#c8553d", "#8f6bb8", "#555555"]
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 440, 330, 66, 44, 14, 46
UNITS = [(1, "s"), (1e-3, "ms"), (1e-6, "µs")]


def label(seconds):
    for size, unit in UNITS:
        if seconds >= size * 0.999:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


class Panel:
    """One diagram; `series` is {side: [(files, [seconds, one a round])]}."""

    def __init__(self, x, title, series):
        self.x, self.title, self.series = x, title, series
        points = [point for line in series.values() for point in line]
        self.files = sorted({files for files, _ in points})
        times = [time for _, times in points for time in times]
        self.low, self.high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
        self.high = max(self.high, self.low + 1)
        self.first, self.last = math.log10(self.files[0]), math.log10(self.files[-1])

    def at_files(self, files):
        share = (math.log10(files) - self.first) / ((self.last - self.first) or 1)
        return self.x + LEFT + (WIDTH - LEFT - RIGHT) * (0.04 + 0.92 * share)

    def at_time(self, seconds):
        share = (math.log10(seconds) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def frame(self):
        left, right = self.x + LEFT, self.x + WIDTH - RIGHT
        yield f'<text x="{left}" y="{TOP - 14}" font-weight="bold">{escape(self.title)}</text>'
        for power in range(self.low, self.high + 1):
            y = self.at_time(10.0**power)
            yield f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
            yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{label(10.0**power)}</text>'
        for files in self.files:
            yield (f'<text x="{self.at_files(files):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                   f'text-anchor="middle">{files:,}</text>')
        yield f'<text x="{(left + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">files</text>'

    def curves(self):
        for (side, line), colour in zip(self.series.items(), COLOURS):
            points = [(self.at_files(files), times) for files, times in sorted(line)]
            path = " ".join(f"{x:.1f},{self.at_time(statistics.median(times)):.1f}" for x, times in points)
            yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            for x, times in points:
                y = self.at_time(statistics.median(times))
                yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"><title>{escape(side)}</title></circle>'
                yield (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{self.at_time(min(times)):.1f}" '
                       f'y2="{self.at_time(max(times)):.1f}" stroke="{colour}"/>')


def legend(names):
    x = LEFT
    for name, colour in zip(names, COLOURS):
        yield f'<rect x="{x}" y="{HEIGHT + 4}" width="14" height="4" fill="{colour}"/>'
        yield f'<text x="{x + 20}" y="{HEIGHT + 10}">{escape(name)}</text>'
        x += 50 + 7 * len(name)


def svg(results, size_of):
    """Of the rows update/https/…; None if there are fewer than two sizes."""
    series = {"cpu": {}, "wall": {}}
    for row, result in results:
        if row.name not in ("update/https/small", "update/https/medium", "update/https/large"):
            continue
        for side, figures in result.items():
            for metric, sides in series.items():
                sides.setdefault(side, []).append((size_of(row.repository), figures[metric]))
    if len(next(iter(series["cpu"].values()), [])) < 2:
        return None
    panels = [Panel(0, "one changed file: CPU until the flip", series["cpu"]),
              Panel(WIDTH, "one changed file: time until the flip", series["wall"])]
    parts = [part for panel in panels for part in (*panel.frame(), *panel.curves())]
    parts += legend(series["cpu"])
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT + 24}" '
            'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
            + "\n".join(parts) + "\n</svg>\n")
