#!/usr/bin/env bash
# Train on several processes of this machine: GPUs, or CPU cores over gloo.
#   bash tools/dist_train.sh CONFIG PROCESSES [options of tools/train.py]
# Several machines: also set NNODES, NODE_RANK, MASTER_ADDR and PORT. Several
# processes have a thread each on the CPU; OMP_NUM_THREADS says otherwise.
set -euo pipefail
if [ $# -lt 2 ]; then sed -n '2,5p' "$0"; exit 2; fi
exec bash "$(dirname "$0")/dist.sh" train.py "$2" "$1" "${@:3}"
