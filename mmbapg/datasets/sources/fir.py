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

#: Recording -> where its video lies: commit and path. The repository moved
#: and removed files over time, so each is pinned to a commit that has it.
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


def link_local_copy(source: Path, folder: Path) -> Path:
    """Use a local copy: link its videos, copy its annotations.

    Raises:
        SourceUnreachable: If ``source`` holds no such copy.
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
    if not link.exists():
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

    Files that are there already are kept.

    Raises:
        SourceUnreachable: If the repository does not answer.
    """
    folder = Path(folder)
    labels = fetch(f'{REPOSITORY}/{LABELS}', folder / 'labels.csv', timeout)
    for name, place in track(VIDEOS.items(), 'Downloading FIR'):
        fetch(f'{REPOSITORY}/{place.format(name)}',
              folder / 'videos' / f'{name}.mp4', timeout)
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
