#!/usr/bin/env bash
# Install everything and run the tests.
#   bash tools/run_tests.sh [--active-env] [options of pytest]
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
use_active=0
if [ "${1:-}" = --active-env ]; then
    use_active=1
    shift
fi
# shellcheck source=tools/setup_env.sh
source "$checkout/tools/setup_env.sh"
echo 'Installing ...'
setup_env efficientnet,tests "$use_active"
cd "$checkout"
ruff check .
mypy &  # beside the tests, as it has one thread and takes a minute
types=$!
trap 'kill "$types" 2>/dev/null || true' EXIT
# A process for each core, each of one thread; files stay together, as tests of
# one file share what is slow to make, and come as tests/conftest.py orders them.
OMP_NUM_THREADS=1 python -m pytest -n auto --dist loadfile \
    --no-loadscope-reorder "$@"
wait "$types"
