#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# engine_same_trees.sh with git's engine over each transport, too, with a server that speaks an older protocol,
# with a first sync of each shape over each transport, and with more random histories.
# label: long
# release only
# timeout: 1800
export TRANSPORTS="file https ssh ssh-v0" ORACLES="file https ssh" ANEW=4 SEEDS="101 300"
exec bash "$(dirname "$0")/engine_same_trees.sh"
