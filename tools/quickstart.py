"""The main job on real video, from raw video to a table and pictures.

tools/quickstart.sh installs everything first and then runs this.
"""
import argparse
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', help='folder with annotations.json (its '
                        'videos have a field fold, or the subsets training '
                        'and validation) and videos/NAME.mp4; default: '
                        '$MMBAPG_DATA, ../shared/data/fir, the public '
                        'repository, or rendered videos')
    parser.add_argument('--work-dir', default='work_dirs/quickstart',
                        type=Path, help='folder for everything written')
    parser.add_argument('--device', default='auto',
                        choices=['auto', 'cpu', 'cuda'], help='where to run')
    parser.add_argument('--seed', default=0, type=int,
                        help='of everything random')
    return parser.parse_args()


def main():
    args = parse_args()
    if args.device == 'cpu':
        os.environ['CUDA_VISIBLE_DEVICES'] = ''
    import torch
    if args.device == 'cuda' and not torch.cuda.is_available():
        raise SystemExit('--device cuda: torch finds no CUDA device; use '
                         '--device cpu, or install torch with CUDA')
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments.quickstart import quickstart
    with faults_in_one_sentence():
        quickstart(args.data, args.work_dir,
                   CHECKOUT.parent / 'shared' / 'data' / 'fir', args.seed)


if __name__ == '__main__':
    main()
