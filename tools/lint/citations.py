#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Finds citations that lead nowhere, in every text file of the project:

1. links of Markdown pages whose file or anchor does not exist;
2. citations in comments, written `docs/contract.md#update` or, several at once,
   `docs/contract.md#update, #cleanup`, whose page or anchor does not exist;
3. any other mention of a Markdown file that is neither there, seen from the project's folder, nor
   beside the file that mentions it;
4. numbers of sections: our pages have none.

It walks the tree, so it needs no git. usage: citations.py [PROJECT]
"""

import os
import pathlib
import re
import sys

SKIPPED_FOLDERS = {".git", ".ccache", "__pycache__", "build", "corpus"}
SKIPPED_FILES = {"citations_test.py"}  # holds broken citations on purpose

# A gap between two words of a comment, perhaps over the end of a line.
GAP = r"\s+(?:(?://|#)\s+)?"
STEPS = rf"(?:{GAP}steps?\s+[\d, and]*\d)?"
LINK = re.compile(r"\[[^\[\]]*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
CITATION = re.compile(rf"([\w./-]*\w\.md)#([\w-]+)((?:{STEPS}(?:,|,? and|,? to){GAP}#[\w-]+)*)")
EXPLICIT = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")
FENCED = re.compile(r"^( *)(```|~~~).*?^\1\2`*$", re.MULTILINE | re.DOTALL)
NUMBER = rf",?{GAP}(?:sections?{GAP})?\d[\d.]*"
MENTION = re.compile(rf"(?<![\w./$-])(\$\w+/)?([\w./-]*\w\.md)\b({NUMBER})?")
# A section of an RFC or of a manual page is none of ours.
SECTION = re.compile(rf"(RFC \d+,?{GAP}|\(\d\),?{GAP})?\bsections?{GAP}\d[\d.]*")


def texts(project):
    """Every text file: its path below the project, and what it says."""
    for folder, subfolders, names in os.walk(project):
        subfolders[:] = sorted(set(subfolders) - SKIPPED_FOLDERS)
        for name in sorted(set(names) - SKIPPED_FILES):
            path = pathlib.Path(folder, name)
            try:
                if path.is_file() and not path.is_symlink():
                    yield path.relative_to(project).as_posix(), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                pass  # not text


def blank(pattern, text, flags=0):
    """The text without what matches; lines and columns stay where they are."""
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=flags)


def without_code(page):
    page = blank(FENCED, page)
    return blank(r"(`+)(?!`).+?(?<!`)\1(?!`)", page, re.DOTALL)


def anchors(page):
    """Explicit ones, and those that hosting services make out of headings."""
    slugs, found = [], set(EXPLICIT.findall(page))
    for heading in re.findall(r"^#{1,6} +(.+?)(?: +#+)?$", blank(FENCED, page), re.MULTILINE):
        words = re.sub(r"\]\([^)]*\)", "]", heading).strip().lower()
        slug = re.sub(r"[^\w -]", "", words).replace(" ", "-")
        twins = slugs.count(slug)
        slugs.append(slug)
        found.add(f"{slug}-{twins}" if twins else slug)
    return found


def explicit_twins(page):
    ids = EXPLICIT.findall(page)
    return sorted({name for name in ids if ids.count(name) > 1})


class Checker:
    def __init__(self, project):
        self.project = project
        self.files = dict(texts(project))
        self.anchors = {name: anchors(text) for name, text in self.files.items()
                        if name.endswith(".md")}
        self.seen = 0
        self.faults = []

    def fault(self, name, offset, message):
        line = self.files[name].count("\n", 0, offset) + 1
        self.faults.append(f"{name}:{line}: {message}")

    def below(self, folder, target):
        """The target's path below the project, seen from a folder in it; "" if outside."""
        path = os.path.normpath(os.path.join(folder, target))
        return "" if path.startswith("..") or os.path.isabs(path) else path

    def page(self, name, target):
        """The page that a file means by a path, or None: below the project, or beside the file."""
        candidates = (self.below("", target.lstrip("/")), self.below(os.path.dirname(name), target))
        return next((path for path in candidates if path in self.anchors), None)

    def check_anchor(self, name, offset, page, anchor):
        self.seen += 1
        if anchor not in self.anchors[page]:
            self.fault(name, offset, f"{page} has no anchor #{anchor}")

    def check_links(self, name):
        for match in LINK.finditer(without_code(self.files[name])):
            target, _, anchor = match[1].partition("#")
            if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
                continue  # outside
            self.seen += 1
            path = self.below(os.path.dirname(name), target) if target else name
            if not path or not (self.project / path).exists():
                self.fault(name, match.start(1), f"{match[1]} leads nowhere")
            elif anchor and path in self.anchors:
                self.check_anchor(name, match.start(1), path, anchor)

    def is_quoted_name(self, text, match):
        """A piece of a path that code puts together, such as "docs" / "design.md"."""
        around = text[match.start() - 1:match.start()] + text[match.end(2):match.end(2) + 1]
        return around in ("''", '""') and any(
            pathlib.PurePath(page).name == match[2] for page in self.anchors)

    def numbered(self, words):
        return f"\"{' '.join(words.split())}\": pages have anchors, not numbers"

    def check_mentions(self, name):
        text = blank(r"[a-z]+://\S+", self.files[name])
        if name.endswith(".md"):
            text = blank(LINK, text)  # see check_links
        for match in MENTION.finditer(text):
            self.seen += 1
            if match[1] or self.is_quoted_name(text, match):
                continue
            if self.page(name, match[2]) is None:
                self.fault(name, match.start(2), f"there is no {match[2]}")
            elif match[3]:
                self.fault(name, match.start(2), self.numbered(match[0]))
        for match in CITATION.finditer(text):
            page = self.page(name, match[1])
            for anchor in re.findall(r"#([\w-]+)", f"#{match[2]}{match[3]}") if page else ():
                self.check_anchor(name, match.start(), page, anchor)
        for match in SECTION.finditer(text):
            if not match[1]:
                self.fault(name, match.start(), self.numbered(match[0]))

    def run(self):
        for name, text in self.files.items():
            for twin in explicit_twins(without_code(text)) if name.endswith(".md") else ():
                self.faults.append(f"{name}: two anchors #{twin}")
            if name.endswith(".md"):
                self.check_links(name)
            self.check_mentions(name)
        return self.faults


def main():
    checker = Checker(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    faults = checker.run()
    print("\n".join(faults) if faults else
          f"{checker.seen} citations in {len(checker.files)} files lead somewhere")
    return 1 if faults or not checker.seen else 0


if __name__ == "__main__":
    sys.exit(main())
