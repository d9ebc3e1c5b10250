"""Find actions in video files: detections as JSON and a timeline picture."""
import argparse
import warnings


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('videos', nargs='+', metavar='VIDEO')
    parser.add_argument('--config', required=True, help='of the localizer')
    parser.add_argument('--checkpoint', required=True, help='its weights')
    parser.add_argument('--encoder', help='weights of the similarity encoder, '
                        'for BAPG; by default those named in the config')
    parser.add_argument('--out-dir', default='localized',
                        help='folder for detections.json and VIDEO.png')
    return parser.parse_args()


def main():
    args = parse_args()
    warnings.simplefilter('ignore')
    from mmbapg.apis import InferenceError, TemporalLocalizationInferencer
    from mmbapg.datasets import INPUT_ERRORS
    try:
        infer = TemporalLocalizationInferencer(args.config, args.checkpoint,
                                               args.encoder)
        results = infer(args.videos, args.out_dir)
    except (InferenceError, *INPUT_ERRORS) as error:
        raise SystemExit(f'error: {error}') from None
    for result in results:
        print(f'{result["video"]}: {len(result["detections"])} detections')
        for row in result['detections'][:5]:
            print('  {:6.2f} - {:6.2f} s  {}  {:.3f}'.format(
                *row['segment'], row['label'], row['score']))
    print(f'JSON and pictures: {args.out_dir}')


if __name__ == '__main__':
    main()
