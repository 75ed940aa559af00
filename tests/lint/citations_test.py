#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/lint/citations.py finds every kind of citation that leads nowhere, and no other."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

LINT = pathlib.Path(__file__).resolve().parents[2] / "tools" / "lint" / "citations.py"

PAGE = """# A page

<a id="update"></a>
## The update

<a id="cleanup"></a>
### Cleaning `up`, twice

```
# not a heading
[not a link](nowhere.txt)
```

~~~
[nor `this](nowhere.txt)
~~~
"""


class Citations(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.project = pathlib.Path(self.folder.name)
        self.write("docs/contract.md", PAGE)
        self.write("README.md", "see [the update](docs/contract.md#update)\n")

    def write(self, name, text):
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def lint(self):
        done = subprocess.run([sys.executable, LINT, self.project], capture_output=True, text=True,
                              check=False)
        self.assertEqual("", done.stderr)
        return done.returncode, done.stdout.splitlines()

    def assert_accepts(self, name, text):
        self.write(name, text)
        status, lines = self.lint()
        self.assertEqual(0, status, lines)

    def assert_refuses(self, name, text, fault):
        self.write(name, text)
        self.assertEqual((1, [fault]), self.lint())

    def test_a_link_leads_to_a_file_a_folder_or_an_anchor(self):
        self.assert_accepts("docs/b.md", "[a](contract.md#update) [b](../docs) [c](#d)\n\n# D\n"
                            "[over\nlines](contract.md#the-update) [e](https://x.example/y.md#z)\n"
                            "[f](contract.md#cleaning-up-twice) `[no](link.txt)`\n")

    def test_a_link_to_a_missing_file_is_found(self):
        self.assert_refuses("docs/b.md", "one\n[a](missing.md)\n",
                            "docs/b.md:2: missing.md leads nowhere")

    def test_a_link_to_a_missing_anchor_is_found(self):
        self.assert_refuses("docs/b.md", "[a](contract.md#gone)\n",
                            "docs/b.md:1: docs/contract.md has no anchor #gone")
        self.assert_refuses("docs/b.md", "[a](#not-a-heading)\n",
                            "docs/b.md:1: docs/b.md has no anchor #not-a-heading")

    def test_a_link_out_of_the_project_is_found(self):
        self.assert_refuses("docs/b.md", "[a](../../etc)\n", "docs/b.md:1: ../../etc leads nowhere")

    def test_a_comment_cites_one_anchor_or_several(self):
        self.assert_accepts("src/a.h", "// (docs/contract.md#update steps 4 and 7,\n"
                            "// #cleanup). README.md; RFC 9110, section 15.4\n")

    def test_a_citation_of_a_missing_anchor_is_found(self):
        self.assert_refuses("src/a.h", "//\n// docs/contract.md#gone.\n",
                            "src/a.h:2: docs/contract.md has no anchor #gone")

    def test_each_anchor_of_a_list_is_looked_at(self):
        self.assert_refuses("tests/a.sh", "# docs/contract.md#update,\n# #cleanup and #gone\n",
                            "tests/a.sh:1: docs/contract.md has no anchor #gone")

    def test_a_mention_of_a_missing_page_is_found(self):
        self.assert_refuses("src/a.h", "// as old-contract.md 4.3 says\n",
                            "src/a.h:1: there is no old-contract.md")
        self.assert_refuses("src/a.h", "// docs/gone.md#update\n",
                            "src/a.h:1: there is no docs/gone.md")

    def test_a_page_is_named_by_its_path(self):
        self.assert_accepts("docs/b.md", "`contract.md` is beside it, README.md above\n")
        self.assert_refuses("src/a.h", "// see contract.md\n",
                            "src/a.h:1: there is no contract.md")

    def test_a_path_that_code_puts_together_is_none_of_ours(self):
        self.assert_accepts("tools/a.py", 'page = root / "docs" / "contract.md"\n'
                            'other = "$REPO/notes.md"\n')

    def test_a_number_of_a_section_is_found(self):
        self.assert_refuses("src/a.h", "// docs/contract.md 4.3\n",
                            'src/a.h:1: "docs/contract.md 4.3": pages have anchors, not numbers')
        self.assert_refuses("src/a.h", "// of sections 4.3 and 4.4\n",
                            'src/a.h:1: "sections 4.3": pages have anchors, not numbers')

    def test_an_anchor_that_is_there_twice_is_found(self):
        self.assert_refuses("docs/b.md", '<a id="x"></a>\n<a id="x"></a>\n',
                            "docs/b.md: two anchors #x")

    def test_built_files_and_bytes_are_not_looked_at(self):
        self.assert_accepts("build/a.h", "// gone.md\n")
        self.assert_accepts("src/a.bin", b"\xff\xfe gone.md")

    def test_a_project_without_citations_is_a_mistake(self):
        for name in ("README.md", "docs/contract.md"):
            (self.project / name).unlink()
        self.assertEqual(1, self.lint()[0])


if __name__ == "__main__":
    unittest.main()
