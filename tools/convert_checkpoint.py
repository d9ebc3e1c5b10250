"""Turn an official checkpoint into ours, with the same numbers."""
import argparse

from mmbapg.apis.converters import CONVERTERS
from mmbapg.apis.mmaction_tools import config_of_command
from mmbapg.errors import faults_in_one_sentence


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('method', choices=sorted(CONVERTERS),
                        help="whose checkpoint it is: a method's authors', or "
                        "OpenTAD's")
    parser.add_argument('source', help='official checkpoint')
    parser.add_argument('target', help='file to write')
    parser.add_argument(
        '--config', help='our config of the same setting, whose model the '
        'weights must fit; by default the model is inferred from the weights, '
        'and what they do not show is taken to be as for THUMOS14')
    return parser.parse_args()


def main():
    args = parse_args()
    model = (
        config_of_command(args.config).to_dict()['model']
        if args.config else None)
    with faults_in_one_sentence():
        CONVERTERS[args.method](args.source, args.target, model)


if __name__ == '__main__':
    main()
