"""Embed training videos by encoders that have not seen them.

Trains an encoder on all but one part of the training videos, embeds that
part, and so on; then trains one on all of them and embeds all other videos.
"""
import argparse
from pathlib import Path

from mmengine.config import DictAction


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='config of a similarity encoder')
    parser.add_argument('--parts', type=int, default=3,
                        help='into how many the training videos are divided '
                        '(default: 3)')
    parser.add_argument('--group', metavar='FIELD', help='of the annotation '
                        'file, such as subject: videos that share its value '
                        'stay in one part')
    parser.add_argument('--work-dir', help='folder for logs and checkpoints; '
                        'default: work_dirs/NAME of the config')
    parser.add_argument('--seed', type=int, default=0,
                        help='of everything random (default: 0)')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='override settings of the config, key=value')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.cross_fit import cross_fit
    from mmbapg.apis.encoding import Encoding
    from mmbapg.apis.mmaction_tools import config_of_command
    from mmbapg.errors import faults_in_one_sentence
    cfg = config_of_command(args.config)
    cfg.merge_from_dict(args.cfg_options or {})
    work_dir = args.work_dir or Path('work_dirs') / Path(args.config).stem
    encoding = Encoding(Path(work_dir), args.seed)
    with faults_in_one_sentence():
        checkpoint = cross_fit(cfg, args.parts, encoding.train,
                               encoding.embed, args.group)
    print(f'embeddings: {cfg.test_cfg.out_dir}; encoder: {checkpoint}')


if __name__ == '__main__':
    main()
