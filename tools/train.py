"""Train a model: MMAction2's tools/train.py with mmbapg imported first."""
from mmbapg.apis.mmaction_tools import (
    check_training_options,
    run_mmaction_tool,
)

if __name__ == '__main__':
    check_training_options()
    run_mmaction_tool('train')
