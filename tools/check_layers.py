#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the layer rules of docs/architecture.md: a folder of src/ includes only from itself and
from folders to its left in the layer line, the folders that know no git include nothing of git's
layers and of `source` only the seam, and a library links no library to its right.

usage: check_layers.py [PROJECT]
"""

import pathlib
import re
import sys


def layer_line(architecture):
    """The one indented line below the heading "Layers" that is made of folder names only."""
    section = architecture.read_text().split("## Layers", 1)[1].split("\n## ", 1)[0]
    lines = re.findall(r"^ {4}([a-z0-9]+(?: [a-z0-9]+)+)$", section, re.MULTILINE)
    if len(lines) != 1:
        sys.exit(f"{architecture}: expected one layer line, found {len(lines)}")
    return lines[0].split()


# Layers of git, and the one header of `source` that those who know no git may include.
OF_GIT = ("git", "cli")
SEAM = "source/source.h"


def without_git(architecture):
    """The folders that the line "Without git:" names."""
    match = re.search(r"^Without git: (.+)\.$", architecture.read_text(), re.MULTILINE)
    if not match:
        sys.exit(f"{architecture}: no line that begins with \"Without git:\"")
    return re.findall(r"`([a-z0-9]+)`", match.group(1))


def check_links(cmake, layers):
    """Yields each library that links one which does not stand left of it."""
    for name, links in re.findall(r"^gitsync_layer\((\w+)([^)]*)\)", cmake.read_text(), re.MULTILINE):
        for other in re.findall(r"gitsync_(\w+)", links):
            if layers.index(other) >= layers.index(name):
                yield f"src/CMakeLists.txt: {name} must not link {other}"


def check_file(path, layer, layers, src, no_git):
    """Yields what is wrong with the includes of one file."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
        if not match:
            continue
        kind, target = match.groups()
        folder = target.split("/")[0]
        where = f"{path.relative_to(src.parent)}:{number}"
        if kind == '"' and not (src / target).is_file():
            yield f"{where}: \"{target}\" is no file of src/ (include by the path below src/)"
        elif kind == '"' and layers.index(folder) > layers.index(layer):
            yield f"{where}: {layer} must not include {folder} (layer line: {' '.join(layers)})"
        elif kind == '"' and layer in no_git and (
                folder in OF_GIT or folder == "source" and layer != "source" and target != SEAM):
            yield f"{where}: {layer} knows no git and must not include {target}"
        elif kind == "<" and (src / target).is_file():
            yield f"{where}: our own header in <>: {target}"


def main():
    project = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    src = project / "src"
    layers = layer_line(project / "docs" / "architecture.md")
    no_git = without_git(project / "docs" / "architecture.md")
    faults = list(check_links(src / "CMakeLists.txt", layers))
    files = sorted(path for path in src.rglob("*") if path.suffix in (".cc", ".h"))
    for path in files:
        layer = path.relative_to(src).parts[0]
        if layer not in layers:
            faults.append(f"{path.relative_to(project)}: folder {layer} is not in the layer line")
        else:
            faults.extend(check_file(path, layer, layers, src, no_git))
    print("\n".join(faults) if faults else f"{len(files)} files keep the layer rule")
    return 1 if faults or not files else 0


sys.exit(main())
