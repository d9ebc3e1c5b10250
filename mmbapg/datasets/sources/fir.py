"""FIR: untrimmed videos of a room seen from its ceiling.

From the public repository https://github.com/noahzhy/FIR-Image-Action-Dataset,
which states no licence: for research, not for redistribution. 21 of its
recordings have a video. Its labels are row numbers of a thermal sensor that
filmed alongside; the camera recorded at 24 frames per second, and the files
play at 25.
"""
import csv
import json
import os
import shutil
from pathlib import Path
from typing import Dict, List

from rich.progress import track

from mmbapg.files import replace_file

from ..annotations import AnnotationError, read_database
from ..video_reader import VideoReader
from .fetching import SourceUnreachable, fetch

REPOSITORY = ('https://raw.githubusercontent.com/noahzhy/'
              'FIR-Image-Action-Dataset')
ROWS_PER_SECOND = 7.793
PLAYED_FASTER = 24 / 25
#: Labels that are actions; the others are states such as sitting.
ACTIONS = {'walk': 'walk', 'standup': 'stand up', 'sitdown': 'sit down',
           'falling': 'fall'}
FOLDS = 3
LABELS = '923a4ae929f68f2ddc59dc07020b9528e8c9fcd9/labels/labels.csv'

#: Commit and path of the video of each recording. The repository moved and
#: removed files over time, so each is pinned to a commit that has it.
VIDEOS = {
    '20200626_154313_mlx90640_01_light_none': '654002bcefc9f968af0302f2a5ca9458936501ed/{}.mp4',
    '20200626_154556_mlx90640_01_light_none': 'ad420985b61159f859b696cb204df2e0e59b73c1/20200626_154556.mp4',
    '20200626_155946_mlx90640_01_light_none': '654002bcefc9f968af0302f2a5ca9458936501ed/{}.mp4',
    '20200626_160522_mlx90640_01_light_none': 'ad420985b61159f859b696cb204df2e0e59b73c1/20200626_160522.mp4',
    '20200626_161431_mlx90640_01_light_none': 'ad420985b61159f859b696cb204df2e0e59b73c1/20200626_161431.mp4',
    '20200626_175151_mlx90640_01_light_none': 'd338c7364487c3874bda43109254ef12c7c55faf/video/{}.mp4',
    '20200627_185209_mlx90640_01_light_none': 'e047a0f3b3b9b5b5194b30059948cfa9b9000600/20200627_185209_mlx90640_01_light_test.mp4',
    '20200627_190147_mlx90640_01_light_none': '654002bcefc9f968af0302f2a5ca9458936501ed/{}.mp4',
    '20200627_192440_mlx90640_01_light_none': '654002bcefc9f968af0302f2a5ca9458936501ed/{}.mp4',
    '20200627_212458_mlx90640_01_light_none': '654002bcefc9f968af0302f2a5ca9458936501ed/{}.mp4',
    '20200628_144536_mlx90640_01_light_none': 'd338c7364487c3874bda43109254ef12c7c55faf/video/{}.mp4',
    '20200628_145326_mlx90640_01_light_none': 'd338c7364487c3874bda43109254ef12c7c55faf/video/{}.mp4',
    '20200628_183032_mlx90640_01_light_natural': '810c24d0c51d44c93f6f2308348e4875d23d1f08/{}.mp4',
    '20200628_222843_mlx90640_02_light_none': 'd338c7364487c3874bda43109254ef12c7c55faf/video/{}.mp4',
    '20200629_115049_mlx90640_02_light_none': 'd338c7364487c3874bda43109254ef12c7c55faf/video/{}.mp4',
    '20200629_115413_mlx90640_02_light_none': 'd338c7364487c3874bda43109254ef12c7c55faf/video/{}.mp4',
    '20200629_140431_mlx90640_02_light_none': 'a045c4b537d62995448cf81387f4c6d85076d3ed/{}.mp4',
    '20200629_140714_mlx90640_02_light_none': 'd338c7364487c3874bda43109254ef12c7c55faf/video/{}.mp4',
    '20200629_141043_mlx90640_02_light_none': 'd338c7364487c3874bda43109254ef12c7c55faf/video/{}.mp4',
    '20200629_162656_mlx90640_02_light_none': '970b46076199553a3834d66ce460ee97714b0cc4/{}.mp4',
    '20200629_174209_mlx90640_02_light_none': '970b46076199553a3834d66ce460ee97714b0cc4/{}.mp4',
}  # yapf: disable
#: Place of a video -> its SHA-256. Those of the labels are not known; see
#: :mod:`mmbapg.datasets.sources.fetching`.
SHA256 = {
    '654002bcefc9f968af0302f2a5ca9458936501ed/20200626_154313_mlx90640_01_light_none.mp4':
    '27804c3ad5cd1e44f1633fb8c871a74d2414b68f14c617ff05c18a4538afe73a',
    'ad420985b61159f859b696cb204df2e0e59b73c1/20200626_154556.mp4':
    '47299eb89bed005bce81f1a7377fb9af59097ea6fc07ac9766beff8b2e7c227a',
    '654002bcefc9f968af0302f2a5ca9458936501ed/20200626_155946_mlx90640_01_light_none.mp4':
    'cddd358bacf2fccecc5bfa83168ab527cf04c960258554b10b44552b4c5a3ec3',
    'ad420985b61159f859b696cb204df2e0e59b73c1/20200626_160522.mp4':
    'fe8f69ec549e043dee4cc93d5d6ab71ec1f5e8c05ff220a7ead8f0d73e72f730',
    'ad420985b61159f859b696cb204df2e0e59b73c1/20200626_161431.mp4':
    '43510543ddc3ec8f0b31974a271b042a2236d3ef61f50d5aa22043145a6f376b',
    'd338c7364487c3874bda43109254ef12c7c55faf/video/20200626_175151_mlx90640_01_light_none.mp4':
    'e6748e65cfa9eb1a6f4d04c14b890dee0edb9e0939164df94247b509993e8de9',
    'e047a0f3b3b9b5b5194b30059948cfa9b9000600/20200627_185209_mlx90640_01_light_test.mp4':
    'e919b8bb9b4cacc0729c1215b30c676a1d98e118314bf511e3da81da8b087bdc',
    '654002bcefc9f968af0302f2a5ca9458936501ed/20200627_190147_mlx90640_01_light_none.mp4':
    'a6861b34c3058e82ae2bb3877d9cc3836d324fb1d83544d221d5e2d1cd37797e',
    '654002bcefc9f968af0302f2a5ca9458936501ed/20200627_192440_mlx90640_01_light_none.mp4':
    '9d4a26e1088b68c214f2432dd6684acb108c3b32737df1b208ba1e3bd39f2188',
    '654002bcefc9f968af0302f2a5ca9458936501ed/20200627_212458_mlx90640_01_light_none.mp4':
    '092f0c373a20c2088459071e93fd80c41d581bfd266a37f07e28ac76d1f6b76d',
    'd338c7364487c3874bda43109254ef12c7c55faf/video/20200628_144536_mlx90640_01_light_none.mp4':
    'bdd98cb1858301312c02a872266c7a918be1df577bb10625cec5845cc491cca7',
    'd338c7364487c3874bda43109254ef12c7c55faf/video/20200628_145326_mlx90640_01_light_none.mp4':
    'f3a3ea445d3fbcbcc27d5eed152c845a3b1975649de11ad999dc37d389552916',
    '810c24d0c51d44c93f6f2308348e4875d23d1f08/20200628_183032_mlx90640_01_light_natural.mp4':
    '9c4d73830a2e7505de3c449657a9a7724a300ecf8fd42c4f45d2a9446906faa9',
    'd338c7364487c3874bda43109254ef12c7c55faf/video/20200628_222843_mlx90640_02_light_none.mp4':
    '0a6c4a6303ec959e61c36347656b8e122eb54436facb89aa8e426c9cdac5a538',
    'd338c7364487c3874bda43109254ef12c7c55faf/video/20200629_115049_mlx90640_02_light_none.mp4':
    '0252471879205ca6b8d4d73f4f1d5d2907a652aee4e901a2455aa40e93d02058',
    'd338c7364487c3874bda43109254ef12c7c55faf/video/20200629_115413_mlx90640_02_light_none.mp4':
    'efdbdd04abb9a3fe24f23d7f4149abee07075cc5182ec8ecc17900304e12a6c4',
    'a045c4b537d62995448cf81387f4c6d85076d3ed/20200629_140431_mlx90640_02_light_none.mp4':
    '623deee07ddc7edf89f0071295d9c17f3f6cb632d3924ccaa2b8de6abefa40d3',
    'd338c7364487c3874bda43109254ef12c7c55faf/video/20200629_140714_mlx90640_02_light_none.mp4':
    '7097bd771fe48eb5f80207d7776184021c551c274385de59d657169eda5e1b22',
    'd338c7364487c3874bda43109254ef12c7c55faf/video/20200629_141043_mlx90640_02_light_none.mp4':
    '6cdb5488b9100a47949cf1fbeb10b68d27393ff88e1b3a714510a9e9ab3aef5f',
    '970b46076199553a3834d66ce460ee97714b0cc4/20200629_162656_mlx90640_02_light_none.mp4':
    'c4b5e10cec6462c69f3793e2790267dfd36124bae4cd992d226522cbd7769481',
    '970b46076199553a3834d66ce460ee97714b0cc4/20200629_174209_mlx90640_02_light_none.mp4':
    'b4cd55513ea381fff0f648ed9276d2a200d1a53b455f499be3dd77840566be88',
}  # yapf: disable


def link_local_copy(source: Path, folder: Path) -> Path:
    """Use a local copy: link its videos, copy its annotations.

    Raises:
        SourceUnreachable: If ``source`` holds no such copy, or ``folder`` has
            videos of its own.
    """
    source, folder = Path(source).resolve(), Path(folder)
    videos, annotations = source / 'videos', source / 'annotations.json'
    if not (videos.is_dir() and annotations.is_file()):
        raise SourceUnreachable(
            f'{source}: found no annotations.json beside a folder videos, '
            'expected both')
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / 'videos'
    if link.is_symlink():
        link.unlink()
    if link.exists():
        raise SourceUnreachable(
            f'{link}: found a folder with videos of its own, to which the '
            f'annotations of {source} do not belong; expected it not to be '
            'there')
    try:
        os.symlink(videos, link)
    except OSError:  # Windows asks for a right that few users have
        shutil.copytree(videos, link)
    content = annotations.read_bytes()
    replace_file(folder / 'annotations.json',
                 lambda file: file.write(content))
    return folder


def download(folder: Path, timeout: float = 20.0) -> Path:
    """Fetch videos and labels from the public repository (64 MB).

    Files that are there already are kept if they are the repository's.

    Raises:
        SourceUnreachable: If the repository does not answer.
        ChecksumError: If a file is not what it was.
    """
    folder = Path(folder)
    if (folder / 'videos').is_symlink():  # to a local copy
        (folder / 'videos').unlink()
    labels = fetch(f'{REPOSITORY}/{LABELS}', folder / 'labels.csv', timeout)
    for name, template in track(VIDEOS.items(), 'Downloading FIR'):
        place = template.format(name)
        fetch(f'{REPOSITORY}/{place}', folder / 'videos' / f'{name}.mp4',
              timeout, SHA256.get(place))
    write_annotations(labels, folder / 'videos', folder / 'annotations.json')
    return folder


def write_annotations(labels: Path, videos: Path, target: Path) -> None:
    """Turn the repository's labels into an ActivityNet-style file.

    Raises:
        AnnotationError: If a video has no labels.
    """
    rows = _read_labels(labels)
    database = {}
    for index, name in enumerate(VIDEOS):
        if name not in rows:
            raise AnnotationError(f'{labels}: found no row for video {name}')
        reader = VideoReader(str(videos / f'{name}.mp4'))
        fold = index % FOLDS
        database[name] = dict(
            subset='validation' if fold == FOLDS - 1 else 'training',
            fold=fold,
            duration=round(reader.duration, 3),
            fps=reader.fps,
            annotations=_within(rows[name], reader.duration))
    content = json.dumps(
        dict(version='fir-rgb-21', database=database), indent=1).encode()
    replace_file(target, lambda file: file.write(content))
    problems = read_database(str(target))[1]
    if problems:
        raise AnnotationError(f'{target}: {problems[0]}')


def _read_labels(path: Path) -> Dict[str, List[dict]]:
    rows = {}
    with open(path, newline='', encoding='utf-8') as file:
        for row in csv.reader(file):
            if not row:
                continue
            triples = zip(row[1::3], row[2::3], row[3::3])
            rows[Path(row[0]).stem] = [
                dict(label=ACTIONS[label], segment=[_seconds(start),
                                                    _seconds(end)])
                for start, end, label in triples if label in ACTIONS
            ]
    return rows


def _seconds(sensor_row: str) -> float:
    return round(int(sensor_row) / ROWS_PER_SECOND * PLAYED_FASTER, 3)


def _within(instances: List[dict], duration: float) -> List[dict]:
    """What happens before the video ends."""
    return [dict(each, segment=[each['segment'][0],
                                min(each['segment'][1], round(duration, 3))])
            for each in instances if each['segment'][0] < duration]
