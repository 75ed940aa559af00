#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# crash_kill9.sh with the 50 moments of each kind that issue 3 asks for.
# label: long
# timeout: 900
MOMENTS=50
source "$(dirname "$0")/crash_kill9.sh"
