#!/usr/bin/env bash
# Test on several processes of this machine: GPUs, or CPU cores over gloo.
#   bash tools/dist_test.sh CONFIG CHECKPOINT PROCESSES [options of tools/test.py]
# Several machines: also set NNODES, NODE_RANK, MASTER_ADDR and PORT.
set -euo pipefail
if [ $# -lt 3 ]; then sed -n '2,4p' "$0"; exit 2; fi
exec bash "$(dirname "$0")/dist.sh" test.py "$3" "$1" "$2" "${@:4}"
