"""Cut videos into segments of any class: a first draft to correct.

A similarity encoder embeds each video, or its stored features, and it is cut
where the embeddings change. How often is chosen by itself: as often as actions
began and ended in the videos that trained the encoder (--number rate), or by
the similarities of the video alone (--number penalty), or as you say.

OUT_DIR gets detections.json, a picture of each video, and with --format the
segments as a file to correct. Features need --durations, in seconds.
"""
import argparse
from pathlib import Path


def parse_args():
    from mmbapg.datasets.exchange import FORMATS
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('inputs', nargs='+', metavar='VIDEO|FEATURES',
                        help='video files, or files of stored features')
    parser.add_argument('--encoder', required=True,
                        help='config of the similarity encoder')
    parser.add_argument('--checkpoint', required=True, help='its weights')
    parser.add_argument('--extractor', help='config that makes the clip '
                        'features of videos')
    parser.add_argument('--extractor-checkpoint', metavar='WEIGHTS',
                        help='its weights, where it does not bring them')
    parser.add_argument('--durations', type=float, nargs='+',
                        metavar='SECONDS', help='of the videos, if inputs are '
                        'features')
    parser.add_argument('--fps', type=float, help='of the videos, where the '
                        'grid of features needs it')
    parser.add_argument('--number', default='rate',
                        help='of cuts: rate or penalty, see above, or how '
                        'many (default: rate)')
    parser.add_argument('--penalty', type=float, default=2.0,
                        help='what a cut costs, with --number penalty or an '
                        'encoder that tells no rate; more for fewer cuts '
                        '(default: 2)')
    parser.add_argument('--format', choices=sorted(FORMATS),
                        help='also write the segments in this format')
    parser.add_argument('--labels', nargs='+', default=[], metavar='NAME',
                        help='labels that you will give to segments, for the '
                        'list to choose from that a format may have')
    parser.add_argument('--out-dir', default='segmented',
                        help='folder to write (default: segmented)')
    parser.add_argument('--overwrite', action='store_true', help='replace '
                        'earlier results of the same videos')
    parser.add_argument('--device', default='auto',
                        choices=['auto', 'cpu', 'cuda', 'mps'],
                        help='where to compute (default: the best there is)')
    args = parser.parse_args()
    if args.durations and len(args.durations) != len(args.inputs):
        parser.error(f'--durations: found {len(args.durations)}, expected '
                     f'{len(args.inputs)}, one for each file')
    if args.labels and not args.format:
        parser.error('--labels: found no --format, expected one, as labels '
                     'are for the file to correct')
    return args


def segment(args):
    from mmbapg.apis.drafts import frame_rate, write_segments
    from mmbapg.apis.drafts_of_segments import LABEL, Segmenter
    from mmbapg.apis.localization_files import LocalizationFolder
    from mmbapg.datasets.embedding_files import file_hash
    out = LocalizationFolder(args.out_dir, file_hash(args.checkpoint))
    out.names_of(list(map(Path, args.inputs)), args.overwrite)
    number = int(args.number) if args.number.isdecimal() else args.number
    segmenter = Segmenter(args.encoder, args.checkpoint, args.extractor,
                          args.device, number, args.penalty,
                          extractor_checkpoint=args.extractor_checkpoint)
    fps = dict(fps=args.fps) if args.fps else {}
    given = [dict(feature=path, duration=duration, **fps)
             for path, duration in zip(args.inputs, args.durations or ())]
    results = segmenter(given or args.inputs,
                        'feature' if given else 'video')
    out.write(results, [LABEL])
    for result in results:
        print(f'{result["video"]}: {len(result["detections"])} segments')
    print(f'JSON and pictures: {args.out_dir}')
    if args.format:
        path, lost = write_segments(
            results, Path(args.out_dir), args.format,
            (lambda _: args.fps) if given else frame_rate, args.labels)
        print(f'to correct: {path}')
        for each in lost:
            print(f'left out, as {args.format} does not hold it: {each}')


def main():
    args = parse_args()
    from mmbapg.errors import faults_in_one_sentence
    with faults_in_one_sentence():
        segment(args)


if __name__ == '__main__':
    main()
