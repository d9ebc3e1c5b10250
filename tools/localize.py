"""Find actions in video files: detections as JSON and a timeline picture.

Results are added to those of other videos that OUT_DIR/detections.json holds.
Nothing is overwritten: a video that has results there is refused before work
begins, unless --overwrite lets them be replaced. Videos of one name are told
apart by their folders. A video that cannot be read does not stop the others:
it is named at the end, and the exit status is 1.
"""
import argparse
from pathlib import Path


def parse_args():
    from mmbapg.datasets.exchange import FORMATS
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('videos', nargs='+', metavar='VIDEO',
                        help='files to look for actions in')
    parser.add_argument('--config', required=True, help='config of the '
                        'localizer')
    parser.add_argument('--checkpoint', required=True, help='its weights')
    parser.add_argument('--encoder', help='weights of the similarity encoder, '
                        'for BAPG; by default those named in the config')
    parser.add_argument('--out-dir', default='localized',
                        help='folder for detections.json and VIDEO.png')
    parser.add_argument('--overwrite', action='store_true', help='replace '
                        'earlier results of the same videos')
    parser.add_argument('--format', choices=sorted(FORMATS), help='also write '
                        'the best detections of these videos as annotations '
                        'in this format, OUT_DIR/annotations, to correct them '
                        'in the tool that reads it')
    parser.add_argument('--window-steps', type=int, help='localize videos of '
                        'more feature steps in windows of so many: memory '
                        'then has one bound; a run that is cut off goes on '
                        'where it was')
    parser.add_argument('--device', default='auto',
                        choices=['auto', 'cpu', 'cuda', 'mps'],
                        help='where to compute; auto is the best there is')
    return parser.parse_args()


def write_annotations(results, args):
    from mmbapg.apis.drafts import write_drafts
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        path, lost = write_drafts(results, Path(args.out_dir), args.format)
    print(f'annotations to correct: {path}')
    for each in lost:
        print(f'left out, as {args.format} does not hold it: {each}')


def main():
    args = parse_args()
    from mmbapg.apis import SomeVideosFailed, TemporalLocalizationInferencer
    from mmbapg.errors import faults_in_one_sentence
    failure = None
    with faults_in_one_sentence():
        infer = TemporalLocalizationInferencer(
            args.config, args.checkpoint, args.encoder, args.device,
            window_steps=args.window_steps)
        try:
            results = infer(args.videos, args.out_dir, args.overwrite)
        except SomeVideosFailed as error:
            results, failure = error.results, error
    for result in results:
        print(f'{result["video"]}: {len(result["detections"])} detections')
        for row in result['detections'][:5]:
            print('  {:6.2f} - {:6.2f} s  {}  {:.3f}'.format(
                *row['segment'], row['label'], row['score']))
    if results:
        print(f'JSON and pictures: {args.out_dir}')
        if args.format:
            write_annotations(results, args)
    if failure:
        raise SystemExit(f'error: {failure}')


if __name__ == '__main__':
    main()
