#!/usr/bin/env bash
# Install everything and run the main job on real video.
#   bash tools/quickstart.sh [--active-env] [--data DIR] [--work-dir DIR]
#                            [--device auto|cpu|cuda] [--seed N]
# --active-env installs into the environment that is active; otherwise a
# virtual environment is made in .venv. The rest: python tools/quickstart.py -h
set -euo pipefail
tools=$(dirname "$0")
use_active=0
arguments=()
for argument in "$@"; do
    case $argument in
    --active-env) use_active=1 ;;
    -h | --help) sed -n '2,6p' "$0"; exit 0 ;;
    *) arguments+=("$argument") ;;
    esac
done
# shellcheck source=tools/setup_env.sh
source "$tools/setup_env.sh"
echo 'Installing ...'
setup_env efficientnet,tensorboard "$use_active"
python "$tools/quickstart.py" ${arguments[@]+"${arguments[@]}"}
