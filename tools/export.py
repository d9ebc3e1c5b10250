"""Export a localizer: ONNX, and post-processing in NumPy beside it.

OUT then localizes without PyTorch and MMAction2:

    pip install onnxruntime numpy
    python OUT/predict.py FEATURES.npy --duration SECONDS --fps FPS

Needs onnx and onnxruntime: pip install 'mmbapg[export]'.
"""
import argparse
import json
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='of the localizer, with BAPG or not')
    parser.add_argument('checkpoint', help='its weights')
    parser.add_argument('out', help='new folder')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.apis.exporting import export_localizer
    from mmbapg.apis.mmaction_tools import config_of_command
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        error = export_localizer(config_of_command(args.config),
                                 args.checkpoint, args.out)
    print(f'{args.out}: outputs differ from PyTorch by at most {error:.1e}')
    settings = json.loads(Path(args.out, 'settings.json').read_text('utf-8'))
    suffix = 'npz' if settings['evidence'] else 'npy'
    print(f'python {args.out}/predict.py FEATURES.{suffix} --duration SECONDS')
    if settings['evidence']:
        print('FEATURES.npz holds features, and of BAPG '
              f'{" and ".join(settings["evidence"])}: docs/exporting.md')


if __name__ == '__main__':
    main()
