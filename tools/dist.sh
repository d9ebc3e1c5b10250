#!/usr/bin/env bash
# What dist_train.sh and dist_test.sh share: a tool on several processes.
#   bash tools/dist.sh TOOL PROCESSES [arguments of the tool]
set -euo pipefail
tools=$(dirname "$0")
if [ "$2" -gt 1 ]; then
    # what PyTorch and MMEngine choose with a warning each: processes share the
    # cores. Set OMP_NUM_THREADS for more threads in each.
    export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
    export MKL_NUM_THREADS="${MKL_NUM_THREADS:-$OMP_NUM_THREADS}"
fi
PYTHONPATH="$tools/..:${PYTHONPATH:-}" exec python -m torch.distributed.run \
    --nnodes "${NNODES:-1}" --node_rank "${NODE_RANK:-0}" \
    --master_addr "${MASTER_ADDR:-127.0.0.1}" \
    --master_port "${PORT:-29500}" --nproc_per_node "$2" \
    "$tools/$1" "${@:3}" --launcher pytorch
