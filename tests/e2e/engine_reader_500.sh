#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# engine_reader.sh with 500 updates.
# label: long
# release only
# timeout: 1800
export UPDATES=500
exec bash "$(dirname "$0")/engine_reader.sh"
