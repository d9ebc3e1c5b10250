"""Embed the sampled frames of every video: stage 2, and feature extraction.

Without a checkpoint the encoder is as its config makes it, for example with
ImageNet weights: then this extracts clip features. Files that are there
already, from the same encoder, are kept.
"""
import argparse

from mmengine.config import DictAction
from mmengine.runner import Runner

from mmbapg.apis.mmaction_tools import config_of_command


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='config of a FrameSimilarityLearner')
    parser.add_argument('checkpoint', nargs='?', help='trained encoder')
    parser.add_argument('--out', help='folder for VIDEO.npz; by default the '
                        'one in the config')
    parser.add_argument('--launcher', default='none',
                        choices=['none', 'pytorch', 'slurm', 'mpi'],
                        help='share the videos out over processes')
    parser.add_argument('--work-dir', default='work_dirs/extract_features',
                        help='folder for logs')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='override settings, key=value')
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0,
                        help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = parse_args()
    cfg = config_of_command(args.config)
    if args.cfg_options:
        cfg.merge_from_dict(args.cfg_options)
    if args.out:
        cfg.test_cfg.out_dir = args.out
    cfg.launcher = args.launcher
    cfg.model_wrapper_cfg = dict(type='mmaction.LocalModelWrapper')
    cfg.work_dir = args.work_dir
    cfg.load_from = args.checkpoint
    cfg.custom_hooks = [
        *cfg.get('custom_hooks', []),
        dict(type='ProgressBarHook', description='Embedding')
    ]
    Runner.from_cfg(cfg).test()


if __name__ == '__main__':
    main()
