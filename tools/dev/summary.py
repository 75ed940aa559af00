#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Says of a ctest run (its JUnit file) which tests were skipped and why, which were slowest, and
how many passed; the closing line of ./dev test."""

import re
import sys
import xml.etree.ElementTree


def reason(case):
    """The line that a skipped test printed: ours, or the message of GTEST_SKIP."""
    output = case.findtext("system-out") or ""
    match = re.search(r"^(?:docker: )?SKIP(?:PED)?: (.*)$", output, re.MULTILINE)
    if not match:
        match = re.search(r"Skipped\n(.+)", output)
    return match.group(1).strip() if match else "no reason given"


def main():
    cases = xml.etree.ElementTree.parse(sys.argv[1]).getroot().findall("testcase")
    skipped = [case for case in cases if case.find("skipped") is not None]
    failed = [case for case in cases
              if case.find("failure") is not None or case.get("status") in ("fail", "notrun")
              and case not in skipped]
    print("\nSlowest tests:")
    for case in sorted(cases, key=lambda case: -float(case.get("time", 0)))[:5]:
        print(f"  {float(case.get('time', 0)):7.1f} s  {case.get('name')}")
    if skipped:
        print("\nSkipped, and why:")
        for case in skipped:
            print(f"  {case.get('name')}: {reason(case)}")
    if failed:
        print("\nFailed:")
        for case in failed:
            print(f"  {case.get('name')}")
    passed = len(cases) - len(skipped) - len(failed)
    print(f"\n{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or not cases else 0


sys.exit(main())
