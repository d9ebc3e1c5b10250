#!/usr/bin/env bash
# Train with Slurm.
#   [GPUS=8] [GPUS_PER_NODE=8] [CPUS_PER_TASK=5] [SRUN_ARGS=...] \
#   bash tools/slurm_train.sh PARTITION JOB_NAME CONFIG [options of tools/train.py]
set -euo pipefail
if [ $# -lt 3 ]; then sed -n '2,4p' "$0"; exit 2; fi
partition=$1
job=$2
config=$3
gpus=${GPUS:-8}
per_node=${GPUS_PER_NODE:-8}
tools=$(dirname "$0")
# SRUN_ARGS is a list of options on purpose.
# shellcheck disable=SC2086
PYTHONPATH="$tools/..:${PYTHONPATH:-}" srun -p "$partition" \
    --job-name="$job" --gres=gpu:"$per_node" --ntasks="$gpus" \
    --ntasks-per-node="$per_node" --cpus-per-task="${CPUS_PER_TASK:-5}" \
    --kill-on-bad-exit=1 ${SRUN_ARGS:-} \
    python -u "$tools/train.py" "$config" --launcher slurm "${@:4}"
