"""Ego4D moment queries: what people do, seen through their own eyes.

Annotated are clips of the videos. A clip is widened to the grid of the
features, so that the features of its video can be cut without a remainder;
all this is ActionFormer's practice.
"""
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

import numpy as np
from mmengine.logging import print_log

from mmbapg.files import replace_file
from mmbapg.video_names import file_of

from ..annotations import AnnotationError, named
from ..feature_arrays import is_there
from ..feature_files import FeatureFileError, read_features
from .conversion import read_json, write_annotations

SUBSETS = {'train': 'training', 'val': 'validation'}
STRIDE, WINDOW = 16, 32  # video frames, of the official features
MIN_LENGTH = 0.25  # seconds; shorter instances are left out
PLAUSIBLE_FPS = (10, 100)


@dataclass(frozen=True)
class Clip:
    """A clip, in frames of its video, widened to the grid.

    Attributes:
        video: Name of the video that it is cut from.
        first, last: Frames of the clip.
        fps: Frames per second.
        lead, tail: Frames by which it is widened at either end.
    """
    video: str
    first: int
    last: int
    fps: float
    lead: int
    tail: int

    @classmethod
    def of(cls, video: str, entry: dict) -> 'Clip':
        """Of an entry of ``clips``."""
        first = max(int(entry['video_start_frame']), 0)
        last = int(entry['video_end_frame'])
        seconds = float(entry['video_end_sec']) - _start(entry)
        lead = first % STRIDE
        return cls(video, first, last, (last - first) / seconds, lead,
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
    """``moments_train.json`` and ``moments_val.json``.

    Classes are those of the instances that the authors call primary, by
    alphabet; the others are left out.

    Raises:
        AnnotationError: If they are not such files.
    """
    database: Dict[str, dict] = {}
    classes, implausible = set(), []
    for name, clip, subset, entry in _clips(sources):
        if not PLAUSIBLE_FPS[0] <= clip.fps <= PLAUSIBLE_FPS[1]:
            implausible.append(name)
            continue
        shift = clip.lead / clip.fps - _start(entry)
        labels = [label for annotator in entry['annotations']
                  for label in annotator['labels'] if label['primary']]
        classes |= {label['label'] for label in labels}
        segments = [(label['label'], label['video_start_time'] + shift,
                     label['video_end_time'] + shift) for label in labels]
        database[name] = dict(
            subset=subset, duration=round(clip.duration, 2),
            fps=round(clip.fps, 2), annotations=[
                dict(label=label, segment=[round(start, 2), round(end, 2)])
                for label, start, end in segments
                if end - start >= MIN_LENGTH])
    if implausible:
        print_log(f'left out for an implausible frame rate: '
                  f'{named(implausible)}', 'current', 30)
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
                     lambda file, cut=cut: np.save(file, cut))
    return list(missing)


def _clips(sources: Sequence[Path]) -> Iterator[Tuple[str, Clip, str, dict]]:
    """Name, clip, subset and entry of every clip."""
    for source in sources:
        for video in read_json(source, 'videos')['videos']:
            if video['split'] not in SUBSETS:
                raise AnnotationError(
                    f'{source}: video {video["video_uid"]}, field split: '
                    f'found {video["split"]!r}, expected one of '
                    f'{", ".join(SUBSETS)}')
            for entry in video['clips']:
                yield (entry['clip_uid'],
                       Clip.of(video['video_uid'], entry),
                       SUBSETS[video['split']], entry)


def _start(entry: dict) -> float:
    return max(float(entry['video_start_sec']), 0)
