"""What would a host gain from boundaries of a given quality, on your data?

Trains the host alone, with the boundaries that an encoder learned (where
bapg.clustering.embeddings holds embeddings), and with true boundaries moved by
Gaussian noise in their place, through the same neck. Prints F1 of boundaries
beside mAP, and writes results.json. Runs that are finished are kept: an
interrupted call goes on where it stopped.

    tools/analysis/boundary_worth.py CONFIG --epochs 10 --sigmas 1 0.5
"""
import argparse
from pathlib import Path

from mmengine.config import Config, DictAction


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='config of a localizer with BAPG')
    parser.add_argument('--sigmas', type=float, nargs='*',
                        default=[1.0, 0.5, 0.25, 0.0], metavar='SECONDS',
                        help='standard deviations of the noise, a row each '
                        '(default: 1 0.5 0.25 0)')
    parser.add_argument('--missing', type=float, default=0.0, metavar='SHARE',
                        help='share of the true boundaries to leave out, 0 '
                        'to 1 (default: 0)')
    parser.add_argument('--invented', type=float, default=0.0,
                        metavar='SHARE', help='boundaries to add at random '
                        'times, as a share of the number of true ones '
                        '(default: 0)')
    parser.add_argument('--epochs', type=int, help='epochs to train for, with '
                        'the schedule stretched to them; default: as the '
                        'config says')
    parser.add_argument('--seeds', type=int, nargs='+', default=[0],
                        help='a training for each (default: 0)')
    parser.add_argument('--interval', type=float, metavar='SECONDS',
                        help='to whose multiples moved boundaries are '
                        'rounded; default: that of the embeddings, or 0.25')
    parser.add_argument('--work-dir', type=Path,
                        help='default: work_dirs/boundary_worth/CONFIG')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        default={}, help='changes to the config')
    return parser.parse_args()


def main():
    args = parse_args()
    if not Path(args.config).is_file():
        raise SystemExit(f'error: {args.config}: no such file, expected the '
                         'config of a host with BAPG')
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments.boundary_worth import BoundaryWorth, report
    from mmbapg.experiments.given_boundaries import Quality
    with faults_in_one_sentence():
        cfg = Config.fromfile(args.config)
        cfg.merge_from_dict(args.cfg_options)
        work_dir = args.work_dir or Path('work_dirs/boundary_worth',
                                         Path(args.config).stem)
        report(BoundaryWorth(cfg, work_dir, args.epochs, args.interval),
               [Quality(sigma, args.missing, args.invented)
                for sigma in args.sigmas], args.seeds)


if __name__ == '__main__':
    main()
