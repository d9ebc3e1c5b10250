"""Turn an official checkpoint into ours, with the same numbers."""
import argparse

from mmbapg.apis.converters import CONVERTERS, ConversionError


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('method', choices=sorted(CONVERTERS))
    parser.add_argument('source', help='official checkpoint')
    parser.add_argument('target', help='file to write')
    return parser.parse_args()


def main():
    args = parse_args()
    try:
        CONVERTERS[args.method](args.source, args.target)
    except ConversionError as error:
        raise SystemExit(f'{error}') from None


if __name__ == '__main__':
    main()
