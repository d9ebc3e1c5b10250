"""Count the parameters and floating point operations of a localizer."""
import argparse
import warnings
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='of a localizer, without or with BAPG')
    parser.add_argument('--length', type=int, help='steps of the features; by '
                        'default as many as the network trains on')
    return parser.parse_args()


def main():
    args = parse_args()
    warnings.simplefilter('ignore')
    from rich.console import Console

    from mmbapg.apis.complexity import complexity, complexity_table
    from mmbapg.apis.mmaction_tools import config_of_command
    from mmbapg.models.localizers.contract import ContractError
    try:
        counts = complexity(config_of_command(args.config), args.length)
    except ContractError as error:
        raise SystemExit(f'error: {error}, or --length') from None
    Console().print(complexity_table(Path(args.config).stem, counts))


if __name__ == '__main__':
    main()
