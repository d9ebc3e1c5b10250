"""Train a model: MMAction2's tools/train.py with mmbapg imported first."""
from mmbapg.apis.mmaction_tools import run_mmaction_tool

if __name__ == '__main__':
    run_mmaction_tool('train')
