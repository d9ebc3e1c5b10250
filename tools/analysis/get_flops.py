"""Count the parameters and floating point operations of a localizer.

With --training, also measures memory and time of a training step of one that
sees frames, for what its config trains of the video network, for nothing and
for everything.
"""
import argparse
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='config of a localizer, without or '
                        'with BAPG')
    parser.add_argument('--length', type=int, help='steps of the features; by '
                        'default as many as the network trains on')
    parser.add_argument('--training', action='store_true', help='measure '
                        'training steps of a localizer that sees frames')
    parser.add_argument('--batch-size', type=int, help='windows of a training '
                        'step; by default those of the config')
    parser.add_argument('--device', default='cpu',
                        help='where to train (default: cpu)')
    return parser.parse_args()


def main():
    args = parse_args()
    from rich.console import Console

    from mmbapg.apis.complexity import complexity, complexity_table
    from mmbapg.apis.mmaction_tools import config_of_command
    from mmbapg.apis.training_cost import cost_table, training_costs
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.models.localizers.contract import ContractError, sees_frames
    cfg, title = config_of_command(args.config), Path(args.config).stem
    if args.training and not sees_frames(cfg.model):
        raise SystemExit(f'error: {args.config}: found a localizer on '
                         'features, expected one that sees frames')
    with faults_in_one_sentence():
        if args.training:
            Console().print(cost_table(title, training_costs(
                cfg, args.device, args.batch_size)))
            return
        try:
            counts = complexity(cfg, args.length)
        except ContractError as error:
            raise SystemExit(f'error: {error}, or --length') from None
        Console().print(complexity_table(title, counts))


if __name__ == '__main__':
    main()
