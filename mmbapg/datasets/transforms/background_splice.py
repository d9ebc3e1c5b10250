"""Actions that are cut in two, with background between the parts."""
import math
from typing import List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.structures import BaseDataElement

from mmbapg.setting_checks import expect_one_of

from .frame_windows import PackFrameWindow

#: Where background is looked for.
BACKGROUNDS = ('outside_instances', 'between_boundaries')


class Splice(NamedTuple):
    """``frame_index`` ``(T,)`` of the frame that comes to each place of the
    spliced clip; ``pieces`` ``(3, 2)`` first and last frame there of the first
    and the second part of the action, and of the background between them."""
    frame_index: np.ndarray
    pieces: np.ndarray


@TRANSFORMS.register_module()
class SpliceBackground(BaseTransform):
    """Cut an instance at random and move background into the cut, for AFSD's
    boundary contrastive learning.

    AFSD (https://arxiv.org/abs/2103.13137), Sec. 3.3. The background is as
    long as the shortest instance of the video (``shortest_instance``, in
    seconds, which :class:`SlidingWindowDataset` adds), rounded up to frames.
    An instance must be more than twice as long, and there must be more than
    as much background in the clip; else there is no ``splice``.

    Reads ``features``, ``grid``, ``segments`` and ``shortest_instance``; adds
    ``splice``, with ``frame_index`` and ``pieces``; see :class:`Splice`.
    Frames are not copied: the model takes them by their index.

    Args:
        clip_length: Frames of a clip; those that a short one lacks stay where
            they are.
        background: ``outside_instances``, or ``between_boundaries`` for what
            lies between any two boundaries that follow each other and are not
            those of one instance, as AFSD's code has it: where instances
            overlap, that can be a part of one, even of that which is cut, and
            what is filled up at the end of a short clip counts. Nothing moves
            where an instance is shorter than ``parts`` frames, and the cut
            alone is learned from.
        parts: Into how many parts the shortest instance is divided for the
            length of the background. AFSD's code for ActivityNet has 4; it
            rounds down, and an instance of just twice the length will do.

    Raises:
        SettingError: If ``background`` is unknown.
    """

    def __init__(self,
                 clip_length: int,
                 background: str = 'outside_instances',
                 parts: int = 1) -> None:
        expect_one_of('background', background, BACKGROUNDS)
        self.clip_length = clip_length
        self.background = background
        self.parts = parts

    def transform(self, results: dict) -> dict:
        grid = results['grid']
        shortest = results['shortest_instance'] / grid.interval
        # what are whole frames stay such, whatever seconds are rounded to
        segments = grid.beginnings().to_steps(
            np.asarray(results['segments'], dtype=float)).round(4)
        found = self.splice(segments, self.background_length(shortest),
                            len(results['features']))
        if found is not None:
            results['splice'] = BaseDataElement(
                frame_index=torch.from_numpy(found.frame_index),
                pieces=torch.from_numpy(found.pieces).float())
        return results

    def background_length(self, shortest: float) -> int:
        """Frames of background to move, by those of the shortest instance."""
        shortest = round(min(shortest, self.clip_length), 4)
        if self.parts == 1:
            return math.ceil(shortest)
        return math.floor(shortest) // self.parts

    def splice(self, segments: np.ndarray, length: int,
               num_frames: int) -> Optional[Splice]:
        """A splice at random, or ``None`` if none is possible.

        Args:
            segments: ``(G, 2)`` instances in frames of the clip.
            length: Frames of background to move.
            num_frames: Of the clip, what is filled up not counted.
        """
        lengths = np.diff(segments, axis=1)[:, 0]
        enough = lengths >= 2 * length if self.parts > 1 else (
            lengths > 2 * length)
        gaps = self._gaps(segments, length, num_frames)
        if not enough.any() or not gaps or (
                length < 1 and self.background == 'outside_instances'):
            return None
        start, end = segments[np.random.choice(np.flatnonzero(enough))]
        first, last = gaps[np.random.randint(len(gaps))]
        latest = math.ceil(end - start - length)
        if latest <= length:
            return None
        cut = np.random.randint(length, latest) + math.ceil(start)
        source = np.random.randint(first, last - length)
        return move_background((start, end), cut, source, length,
                               self.clip_length, self.background)

    def _gaps(self, segments: np.ndarray, length: int,
              num_frames: int) -> List[Tuple[int, int]]:
        """Background of more frames than asked for: each one's first frame
        and the one after its last."""
        if self.background == 'between_boundaries':
            edges = np.sort([*segments.flatten(), 0, self.clip_length - 1])
            of_one = {tuple(each) for each in segments}
            found = [pair for pair in zip(edges, edges[1:])
                     if pair not in of_one]
        else:
            found = gaps_between(segments, num_frames)
        whole = [(math.ceil(start), math.floor(end)) for start, end in found]
        return [(start, end) for start, end in whole if end - start > length]


@TRANSFORMS.register_module()
class PackSplicedWindow(PackFrameWindow):
    """As :class:`PackFrameWindow`; the data sample also has the ``splice``,
    if there is one."""

    def transform(self, results: dict) -> dict:
        packed = super().transform(results)
        if 'splice' in results:
            packed['data_samples'].splice = results['splice']
        return packed


def gaps_between(segments: np.ndarray,
                 end: float) -> List[Tuple[float, float]]:
    """What lies in no segment, from 0 to the end.

    Example:
        >>> gaps_between(np.array([[2., 5.], [4., 7.]]), 9)
        [(0.0, 2.0), (7.0, 9.0)]
    """
    gaps, reached = [], 0.0
    for start, stop in sorted(map(tuple, segments.tolist())):
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, stop)
    return gaps + ([(reached, float(end))] if reached < end else [])


def move_background(instance: Sequence[float], cut: int, source: int,
                    length: int, num_frames: int,
                    background: str = 'outside_instances') -> Splice:
    """Move frames of background into a cut through an instance.

    What lies between the two moves by as much, so that a clip keeps its
    length. Nothing moves if what is called background is a part of the
    instance at the cut or behind it: this then replaces the frames before the
    cut, as in AFSD's code.

    Args:
        instance: Start and end, in frames.
        cut: First frame of its second part, at least ``length``.
        source: First frame of the background.
        length: Frames of the background.
        num_frames: Of the clip.
        background: See :class:`SpliceBackground`. AFSD's code takes what
            begins with the last frame of the instance for a part of it.
    """
    start, end = instance
    order = np.arange(num_frames)
    moved = np.arange(source, source + length)
    behind = (end <= source if background == 'outside_instances' else
              end < source)
    if behind:  # the second part moves to the right
        order[cut + length:source + length] = np.arange(cut, source)
        order[cut:cut + length] = moved
        pieces = [(start, cut), (cut + length, end + length),
                  (cut + 1, cut + length - 1)]
    else:  # the first part moves to the left
        order[source:cut - length] = np.arange(source + length, cut)
        order[cut - length:cut] = moved
        pieces = [(start - length, cut - length), (cut, end),
                  (cut - length + 1, cut - 1)]
    return Splice(order, np.array(pieces))
