#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# engine_power_cut.sh with 25 moments of each kind on each file system: 100.
# label: long
# release only
# timeout: 1800
export MOMENTS=25
exec bash "$(dirname "$0")/engine_power_cut.sh"
