"""Make features of the clips of every video, or embed its frames (stage 2).

CONFIG is one of configs/features, or one of yours that inherits any recognizer
of MMAction2 and says clip_features = dict(clip_len=..., stride=...): then
features of clips are made, with the recognizer's checkpoint. Or it is that of
a similarity encoder, or of boundary-sensitive pretraining on stored features.
Files that are there already, of the same network, weights and setting, are
kept, and others are replaced.
"""
import argparse

from mmengine.config import DictAction
from mmengine.runner import Runner

from mmbapg.apis.mmaction_tools import extraction_config
from mmbapg.errors import faults_in_one_sentence


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='of clip features, of an encoder, or '
                        'of configs/bsp')
    parser.add_argument('checkpoint', nargs='?', help='weights of the '
                        'recognizer, or of the encoder')
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
    cfg = extraction_config(args.config, args.cfg_options)
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
    with faults_in_one_sentence():
        Runner.from_cfg(cfg).test()


if __name__ == '__main__':
    main()
