"""How far do traces of how clips were made tell their kind of boundary?

For boundary-sensitive pretraining: a small classifier sees nothing but whether
frames are repeated or blended, whether there is a seam, how bright frames are,
or how much detail compression has left. What a row reaches beyond chance, a
network can reach without learning anything of actions.
"""
import argparse

from mmengine.config import Config, DictAction


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='of boundary-sensitive pretraining, '
                        'such as those of configs/bsp')
    parser.add_argument('--clips', type=int, default=2048, help='made-up '
                        'clips to fit a classifier to (default: 2048); as '
                        'many of the test data are judged at most')
    parser.add_argument('--seed', type=int, default=0, help='of the clips '
                        'that are drawn')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        default={}, help='changes to the config')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.shortcuts import shortcut_probes
    from mmbapg.errors import faults_in_one_sentence
    cfg = Config.fromfile(args.config)
    cfg.merge_from_dict(args.cfg_options)
    with faults_in_one_sentence():
        found = shortcut_probes(cfg, args.clips, args.seed)
    kinds = list(found[0].of_kind)
    print(f'of {found[0].clips} clips, chance {100 / len(kinds):.1f} %, '
          '95 % intervals; and of each kind')
    for probe in found:
        low, high = (100 * end for end in probe.interval)
        shares = '  '.join(f'{kind} {100 * share:5.1f}'
                           for kind, share in probe.of_kind.items())
        print(f'{probe.name:15} {100 * probe.accuracy:5.1f} % '
              f'({low:.1f} to {high:.1f})  {shares}')


if __name__ == '__main__':
    main()
