"""Ego4D moment queries: what people do, seen through their own eyes.

Annotated are clips of the videos. A clip is widened to the grid of the
features, so that the features of its video can be cut without a remainder;
all this is ActionFormer's practice.
"""
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

import numpy as np
from mmengine.logging import print_log

from mmbapg.files import replace_file
from mmbapg.video_names import file_of

from ..annotations import AnnotationError, named
from ..feature_arrays import is_there
from ..feature_files import FeatureFileError, read_features
from .conversion import TESTING, read_json, usable, write_annotations

SUBSETS = {'train': 'training', 'val': 'validation', 'test': TESTING}
STRIDE, WINDOW = 16, 32  # video frames, of the official features
MIN_LENGTH = 0.25  # seconds; shorter instances are left out
PLAUSIBLE_FPS = (10, 100)

Instance = Tuple[str, float, float]


@dataclass(frozen=True)
class Clip:
    """A clip, in frames of its video, widened to the grid.

    Attributes:
        video: Name of the video that it is cut from.
        first: Its first frame.
        last: Its last frame.
        start: Seconds at which it begins.
        fps: Frames per second.
        lead: Frames by which it is widened at its start.
        tail: The same, at its end.
    """
    video: str
    first: int
    last: int
    start: float
    fps: float
    lead: int
    tail: int

    @classmethod
    def of(cls, video: str, entry: dict) -> 'Clip':
        """Of an entry of ``clips``."""
        first = max(int(entry['video_start_frame']), 0)
        last = int(entry['video_end_frame'])
        start = max(float(entry['video_start_sec']), 0)
        seconds = float(entry['video_end_sec']) - start
        fps = (last - first) / seconds if seconds else np.inf
        lead = first % STRIDE
        return cls(video, first, last, start, fps, lead,
                   tail=-(last - first + lead - WINDOW) % STRIDE)

    @property
    def duration(self) -> float:
        """In seconds, of the widened clip."""
        return (self.last - self.first + self.lead + self.tail) / self.fps

    @property
    def steps(self) -> slice:
        """Of the video's features. The reference leaves out the last one
        that fits."""
        return slice((self.first - self.lead) // STRIDE,
                     (self.last + self.tail - WINDOW) // STRIDE)


def from_official(sources: Sequence[Path], target: Path) -> Path:
    """``moments_train.json``, ``moments_val.json`` and, for the challenge,
    ``moments_test_unannotated.json``.

    Classes are those of the instances that the authors call primary, by
    alphabet; the others are left out. Clips of the test split have no
    instances: their classes are those of the other files.

    Raises:
        AnnotationError: If they are not such files.
    """
    database: Dict[str, dict] = {}
    classes, implausible = set(), []
    for name, clip, subset, instances in _clips(sources):
        if not PLAUSIBLE_FPS[0] <= clip.fps <= PLAUSIBLE_FPS[1]:
            implausible.append(name)
            continue
        shift = clip.lead / clip.fps - clip.start
        instances = [(label, start + shift, end + shift)
                     for label, start, end in instances]
        classes |= {label for label, _, _ in instances}
        database[name] = dict(
            subset=subset, duration=round(clip.duration, 2),
            fps=round(clip.fps, 2), annotations=[
                dict(label=label, segment=[round(start, 2), round(end, 2)])
                for label, start, end in instances
                if end - start >= MIN_LENGTH])
    if implausible:
        print_log(f'left out for an implausible frame rate: '
                  f'{named(implausible)}', 'current', 30)
    if not classes:
        print_log(f'{", ".join(map(str, sources))}: found no instance, so '
                  f'{target} names no classes; convert moments_train.json '
                  'together with it to have them', 'current', 30)
    return write_annotations(target, 'Ego4D moment queries', database,
                             sorted(classes))


def cut_features(sources: Sequence[Path], features: Path,
                 target: Path) -> List[str]:
    """Cut features of whole videos into those of clips.

    Args:
        sources: See :func:`from_official`.
        features: Folder with ``VIDEO.pt``, ``(T, C)`` every 16 frames.
        target: Folder for ``CLIP.npy``.

    Returns:
        Videos without features, whose clips were left out.

    Raises:
        FeatureFileError: If features end before a clip does.
    """
    missing = {}
    for name, clip, _, _ in _clips(sources):
        path = file_of(features, clip.video, '{}.pt')
        if not is_there(str(path)):
            missing[clip.video] = True
            continue
        steps = read_features(str(path))
        if clip.steps.stop > len(steps):
            raise FeatureFileError(
                f'{path}: found {len(steps)} steps, expected '
                f'{clip.steps.stop} for clip {name}')
        cut = np.ascontiguousarray(steps[clip.steps])
        replace_file(file_of(target, name, '{}.npy'),
                     partial(np.save, arr=cut))
    return list(missing)


def _clips(sources: Sequence[Path]
           ) -> Iterator[Tuple[str, Clip, str, List[Instance]]]:
    """Name, clip, subset and instances of every clip."""
    for source in sources:
        for index, video in enumerate(read_json(source, 'videos')['videos']):
            with usable(source, f'number {index}'):
                uid, split = video['video_uid'], video['split']
            if split not in SUBSETS:
                raise AnnotationError(
                    f'{source}: video {uid}, field split: found {split!r}, '
                    f'expected one of {", ".join(SUBSETS)}')
            with usable(source, uid):
                clips = [(entry['clip_uid'], Clip.of(uid, entry),
                          SUBSETS[split], _instances(entry, split))
                         for entry in video['clips']]
            yield from clips


def _instances(entry: dict, split: str) -> List[Instance]:
    """Label, start and end in the video of what the authors call primary."""
    annotators = entry.get('annotations', []) if split == 'test' else entry[
        'annotations']
    return [(label['label'], float(label['video_start_time']),
             float(label['video_end_time']))
            for annotator in annotators for label in annotator['labels']
            if label['primary']]
