"""Write the configs that follow from the table of settings, settings/ beside
this file: those of hosts on datasets, their twins with BAPG, and encoders."""
import argparse
from pathlib import Path

HERE = Path(__file__).resolve()


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        '--check', action='store_true', help='write nothing; fail where '
        'configs are not what the table gives')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.config.table import ConfigWriter, TableError
    writer = ConfigWriter(HERE.parents[2] / 'configs')
    table = HERE.with_name('settings')
    try:
        made = writer.make(table)
    except TableError as error:
        raise SystemExit(f'error: {error}') from None
    changed = writer.stale(made)
    if args.check and changed:
        raise SystemExit(f'{changed}: not what {table} gives; run python '
                         'tools/dev/make_configs.py')
    writer.write(made, changed)


if __name__ == '__main__':
    main()
