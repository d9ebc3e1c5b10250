"""``python predict.py``."""
import argparse
import json
from pathlib import Path

from .feature_files import FeatureError, read_features
from .localizer import OnnxLocalizer, OnnxLocalizerError


def parse_args():
    parser = argparse.ArgumentParser(
        description='Detections of a file of clip features.')
    parser.add_argument('features', help='.npy with (steps, channels), or '
                        '.npz with it and what else the network needs')
    parser.add_argument('--duration', type=float, required=True,
                        help='of the video, in seconds')
    parser.add_argument('--fps', type=float, help='frames per second, where '
                        'the grid of the features needs it')
    parser.add_argument('--interval', type=float, help='seconds from one step '
                        'to the next, where nothing else tells it')
    parser.add_argument('--key', help='name of the features in the file')
    parser.add_argument('--out', help='JSON file; by default they are printed')
    parser.add_argument('--model', help='by default model.onnx beside '
                        'predict.py')
    return parser.parse_args()


def main():
    args = parse_args()
    model = args.model or Path(__file__).parents[1] / 'model.onnx'
    try:
        given = read_features(args.features, args.key)
        if args.interval:
            given.update(interval=args.interval, window=args.interval)
        found = OnnxLocalizer(model).predict(
            duration=args.duration, fps=args.fps, **given)
    except (FeatureError, OnnxLocalizerError, OSError,
            ValueError) as error:
        raise SystemExit(f'error: {error}') from None
    text = json.dumps(dict(detections=found), indent=1)
    if args.out:
        Path(args.out).write_text(text, encoding='utf-8')
    else:
        print(text)
