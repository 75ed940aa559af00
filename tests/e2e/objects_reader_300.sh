#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# objects_reader.sh with 300 changes.
# label: long
# release only
# timeout: 1800
export CHANGES=300
exec bash "$(dirname "$0")/objects_reader.sh"
