#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fan_out.sh with 200 readers.
# label: long
# release only
# timeout: 900
export READERS=200 IDLE=60
exec bash "$(dirname "$0")/fan_out.sh"
