"""From which frames of a dataset the pairs of Eq. 3 are drawn."""
from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

import numpy as np

from .annotations import named
from .clips import InstanceFrames

#: Where negatives come from when there is none right beside the instance.
FALLBACKS = ('the other side', 'any background of the video',
             'other classes of the video', 'other classes of other videos')

#: Why an instance cannot serve as an anchor.
LEFT_OUT = ('lack of two sampled frames', 'lack of any negative')


@dataclass
class PairPool:
    """Frames to draw from for one instance, ascending, as indices into all
    frames of a dataset.

    Attributes:
        video: Index of the instance's video.
        label: Class.
        positives: Frames of the instance, at least two.
        former: Negatives for its start.
        latter: Negatives for its end.
        reaches_beyond_video: Whether negatives come from other videos.
    """
    video: int
    label: int
    positives: np.ndarray
    former: np.ndarray
    latter: np.ndarray
    reaches_beyond_video: bool = False

    @property
    def negatives(self) -> np.ndarray:
        """Of both sides, each once."""
        return np.union1d(self.former, self.latter)


class PoolsOfFrames:
    """Pools turned round: for each frame, those that it belongs to.

    Args:
        members: Frames of each pool, every one at most once.
        order: Indices of the pools, in the order in which a frame lists
            those that it belongs to.
        num_frames: Of the dataset.
    """

    def __init__(self, members: Sequence[np.ndarray], order: Sequence[int],
                 num_frames: int) -> None:
        counts = np.zeros(num_frames + 1, dtype=np.int64)
        for frames in members:
            counts[frames + 1] += 1
        self._first = counts.cumsum()
        # one more, so that padded places of the last frame can be read
        self._pools = np.full(self._first[-1] + 1, -1, dtype=np.int32)
        free = self._first[:-1].copy()
        for index in order:
            self._pools[free[members[index]]] = index
            free[members[index]] += 1

    def of_frame(self, frame: int) -> List[int]:
        """Pools of one frame."""
        first, last = self._first[frame:frame + 2]
        return self._pools[first:last].tolist()

    def of_frames(self, frames: np.ndarray) -> np.ndarray:
        """Pools of ``(N, )`` frames: ``(N, K)``, padded with -1."""
        first = self._first[frames]
        counts = self._first[frames + 1] - first
        columns = np.arange(max(counts.max(), 1))
        places = (first[:, None] + columns).clip(max=len(self._pools) - 1)
        return np.where(columns < counts[:, None], self._pools[places], -1)


@dataclass
class VideoFrames:
    """Frames and instances of a video; ``offset`` is its first frame's index
    in the dataset."""
    name: str
    offset: int
    num_frames: int
    instances: List[InstanceFrames]

    def background(self) -> np.ndarray:
        owned = [instance.own for instance in self.instances]
        return np.setdiff1d(np.arange(self.num_frames), np.concatenate(owned))

    def of_other_class(self, label: int) -> np.ndarray:
        owned = [instance.own for instance in self.instances
                 if instance.label == label]
        others = [instance.own for instance in self.instances
                  if instance.label != label]
        empty = np.empty(0, dtype=np.int64)
        return np.setdiff1d(np.concatenate(others or [empty]),
                            np.concatenate(owned or [empty]))


def build_pools(
        videos: Sequence[VideoFrames]) -> Tuple[List[PairPool], List[str]]:
    """Pools of all instances that can serve as anchors.

    A side of an instance without hard negatives takes those of the other
    side; an instance without any takes all background of its video, and if
    there is none, the frames of other classes, of its own video before those
    of others.

    Args:
        videos: Frames and instances of every video.

    Returns:
        tuple: The pools, and one line for each kind of fallback and of
        instance that was left out.
    """
    used: Counter = Counter()
    left_out: Dict[str, Counter] = {
        reason: Counter() for reason in LEFT_OUT}
    pools = []
    for index, video in enumerate(videos):
        for instance in video.instances:
            if len(instance.own) < 2:
                left_out[LEFT_OUT[0]][video.name] += 1
                continue
            former, latter, fallback = _sides(instance, video, videos)
            if not len(former):
                left_out[LEFT_OUT[1]][video.name] += 1
                continue
            used[fallback] += 1
            pools.append(
                PairPool(index, instance.label, instance.own + video.offset,
                         former, latter, fallback == FALLBACKS[3]))
    report = [f'negatives of {used[fallback]} instances from {fallback}'
              for fallback in FALLBACKS if used[fallback]]
    report += [f'{sum(counts.values())} instances are no anchors for '
               f'{reason}, in {named(counts)}'
               for reason, counts in left_out.items() if counts]
    return pools, report


def _sides(instance: InstanceFrames, video: VideoFrames,
           videos: Sequence[VideoFrames]):
    """Former and latter negatives, and the fallback that gave them."""
    former = instance.former + video.offset
    latter = instance.latter + video.offset
    if len(former) and len(latter):
        return former, latter, None
    if len(former) or len(latter):
        side = former if len(former) else latter
        return side, side, FALLBACKS[0]
    frames = video.background() + video.offset
    if len(frames):
        return frames, frames, FALLBACKS[1]
    frames = video.of_other_class(instance.label) + video.offset
    if len(frames):
        return frames, frames, FALLBACKS[2]
    frames = np.concatenate([
        other.of_other_class(instance.label) + other.offset
        for other in videos
    ])
    return frames, frames, FALLBACKS[3]
