#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# engine_crash.sh with 100 moments.
# label: long
# release only
# timeout: 1800
export MOMENTS=100
exec bash "$(dirname "$0")/engine_crash.sh"
