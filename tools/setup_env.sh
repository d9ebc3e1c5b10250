# What quickstart.sh and run_tests.sh share; to be sourced.
#   setup_env EXTRAS USE_ACTIVE
# Installs mmbapg from this checkout with the versions that were tested
# together. Makes a virtual environment in .venv (or $MMBAPG_VENV), unless
# USE_ACTIVE is 1: then into the environment that is active, whose torch and
# mmcv stay as they are.

setup_env() {
    local extras=$1 use_active=$2
    local checkout venv constraints
    checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
    venv=${MMBAPG_VENV:-$checkout/.venv}
    constraints=(-c "$checkout/requirements/tested.txt")
    if [ "$use_active" = 1 ]; then
        if [ -z "${VIRTUAL_ENV:-}${CONDA_PREFIX:-}" ]; then
            echo "No environment is active: activate one, or leave out" \
                "--active-env to let this script make one." >&2
            return 1
        fi
        constraints=()
    else
        [ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
        # shellcheck disable=SC1091
        source "$venv/bin/activate"
    fi
    # other Pythons have other versions of NumPy and friends
    python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
        constraints=()
    if has_module mmcv; then :; else extras="lite,$extras"; fi
    has_module torch ||
        pip install -q "$(grep '^torch==' "$checkout/requirements/tested.txt")"
    pip install -q "$(grep -o 'setuptools[^"]*' "$checkout/pyproject.toml" |
        head -n 1)"
    # without build isolation nothing is fetched twice
    pip install -q --no-build-isolation "${constraints[@]}" \
        -e "$checkout[$extras]"
    # both are for timing on few cores, and change no result
    export OMP_WAIT_POLICY=passive
    export MALLOC_MMAP_THRESHOLD_=1073741824 \
        MALLOC_TRIM_THRESHOLD_=2147483648 MALLOC_TOP_PAD_=268435456
}

has_module() {
    python -c "import importlib.util as u, sys; \
        sys.exit(u.find_spec('$1') is None)"
}
