#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# engine_endurance.sh with 5,000 pushes.
# label: long
# release only
# timeout: 3600
export PUSHES=5000
exec bash "$(dirname "$0")/engine_endurance.sh"
