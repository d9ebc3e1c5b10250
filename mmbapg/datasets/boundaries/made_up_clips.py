"""Clips with a made-up boundary, as numbers of frames (BSP, Eq. 1 to 3).

Boundary-sensitive pre-training (https://arxiv.org/abs/2011.10830), Sec. 3.2,
makes clips of ``2 * half_length`` frames of one or two trimmed clips. Here
these are sequences of numbered frames, from 0 on, and what is made is told by
frame: nothing is decoded. The paper counts from 1; its frame ``i`` is our
frame ``i - 1``.
"""
from typing import NamedTuple, Optional

import numpy as np

#: Kinds of boundary in the order of the paper; the number of each is its
#: place. Clips of the last have none.
KINDS = ('diff_class', 'same_class', 'diff_speed', 'same_speed')
#: Kinds that are made of two trimmed clips.
OF_TWO = ('diff_class', 'same_class')


class MadeUpClip(NamedTuple):
    """What each frame of a made-up clip shows.

    Attributes:
        frames: ``(L, 2)`` int64, number of the frame of the first and of the
            second clip; 0 where the weight is. Frames between two of one
            clip are made of it twice, as if it were both.
        weights: ``(L, 2)`` float64, share of either; a row adds up to 1.
        change_point: Frames before the new content, or the new speed, as the
            paper counts them: its :math:`\\tau`, or :math:`t`. 0 where nothing
            changes.
    """
    frames: np.ndarray
    weights: np.ndarray
    change_point: int

    def used(self, part: int) -> np.ndarray:
        """Different frames of the first (0) or the second (1) clip that are
        seen, ascending; none where that clip is not needed."""
        return np.unique(self.frames[self.weights[:, part] > 0, part])

    @property
    def frames_needed(self) -> int:
        """Length that each of its clips must have."""
        return int(self.frames.max()) + 1


def diff_class(half_length: int, transition: int,
               change_point: Optional[int] = None) -> MadeUpClip:
    """Two clips of different classes, one faded into the other (Eq. 1).

    Of each, ``half_length + transition`` frames are taken.

    Args:
        half_length: The paper's :math:`\\tau`.
        transition: Its :math:`\\epsilon`: the fade lasts twice as many frames;
            0 for none.
        change_point: Frames before the middle of the fade, at least
            ``transition`` and that many before the end; in the paper
            ``half_length``, the default. Earlier, fewer frames of the first
            clip are taken, and more of the second.

    Raises:
        ValueError: If the fade would begin or end outside the clip.

    Example:
        >>> made = diff_class(3, 1)
        >>> made.frames.tolist()
        [[0, 0], [1, 0], [2, 0], [0, 1], [0, 2], [0, 3]]
        >>> made.weights[:, 1].tolist()
        [0.0, 0.0, 0.5, 1.0, 1.0, 1.0]
    """
    length = 2 * half_length
    change = half_length if change_point is None else change_point
    if not max(transition, 1) <= change <= length - max(transition, 1):
        raise ValueError(
            f'change_point is {change} with a fade of {transition} frames '
            f'before and after it, expected one within a clip of {length}')
    place = np.arange(1, length + 1)
    second = (place > change).astype(np.float64)
    if transition:
        second = ((place - change + transition) /
                  (2 * transition)).clip(0, 1)
    shown = np.stack([place - 1, place - change + transition - 1], axis=1)
    return _made_up(shown, np.stack([1 - second, second], axis=1), change)


def same_class(half_length: int,
               change_point: Optional[int] = None) -> MadeUpClip:
    """Two clips of one class, one after the other (Eq. 2).

    Args:
        half_length, change_point: See :func:`diff_class`.

    Example:
        >>> made = same_class(2)
        >>> made.frames.tolist(), made.weights[:, 1].tolist()
        ([[0, 0], [1, 0], [0, 0], [0, 1]], [0.0, 0.0, 1.0, 1.0])
    """
    return diff_class(half_length, 0, change_point)


def diff_speed(length: int, change_point: int, speed: float,
               spacing: int = 1) -> MadeUpClip:
    """A clip whose speed changes (Eq. 3).

    Frame ``i`` of the paper is its frame :math:`t + \\gamma (i - t)` for
    :math:`i > t`, or the one next to that in time; of two that are as near,
    the later, so that every frame is repeated as often when a clip is slowed
    down.

    Args:
        length: Frames of the made-up clip.
        change_point: The paper's :math:`t`, at least 1 and below ``length``.
        speed: Its :math:`\\gamma`: more than 1 leaves frames out, less
            repeats them.
        spacing: Frames from one that is shown to the next at the speed that
            the clip begins with; 1 in the paper. With more, the nearest frame
            of a slower part may be one that lies between.

    Raises:
        ValueError: If nothing of the clip lies before or after the change.

    Example:
        >>> diff_speed(6, 2, 2.0).frames[:, 0].tolist()
        [0, 1, 3, 5, 7, 9]
        >>> diff_speed(6, 2, 0.5).frames[:, 0].tolist()
        [0, 1, 2, 2, 3, 3]
        >>> diff_speed(6, 2, 0.5, spacing=2).frames[:, 0].tolist()
        [0, 2, 3, 4, 5, 6]
    """
    # the last digits of a speed such as 1/3 decide no tie
    number = np.floor(_positions(length, change_point, speed, spacing) + 0.5 +
                      1e-9)
    return _of_one(number.astype(np.int64), change_point)


def diff_speed_between(length: int, change_point: int, speed: float,
                       spacing: int = 1) -> MadeUpClip:
    """A clip whose speed changes, with frames between frames.

    Eq. 3 as :func:`diff_speed`, but what lies between two frames is blended
    from both. A slower part then shows no frame twice, which is easier to see
    than any speed: the difference of two frames is zero nowhere else.

    Args:
        length, change_point, speed, spacing: See :func:`diff_speed`.

    Raises:
        ValueError: See :func:`diff_speed`.

    Example:
        >>> made = diff_speed_between(6, 2, 0.5)
        >>> made.frames.tolist()
        [[0, 0], [1, 0], [1, 2], [2, 0], [2, 3], [3, 0]]
        >>> made.weights[:, 0].tolist()
        [1.0, 1.0, 0.5, 1.0, 0.5, 1.0]
    """
    exact = _positions(length, change_point, speed, spacing)
    exact = exact.round(9)  # thirds add up to whole numbers
    before = np.floor(exact)
    share = exact - before
    frames = np.stack([before, before + 1], axis=1).astype(np.int64)
    return _made_up(frames, np.stack([1 - share, share], axis=1),
                    change_point)


def same_speed(length: int) -> MadeUpClip:
    """A clip as it is: no boundary.

    Example:
        >>> same_speed(4).frames[:, 0].tolist()
        [0, 1, 2, 3]
    """
    return _of_one(np.arange(length), 0)


def spread(made_up: MadeUpClip, spacing: int) -> MadeUpClip:
    """The same of frames that lie ``spacing`` frames apart.

    Example:
        >>> spread(same_speed(4), 3).frames[:, 0].tolist()
        [0, 3, 6, 9]
    """
    return made_up._replace(frames=made_up.frames * spacing)


def _positions(length: int, change_point: int, speed: float,
               spacing: int) -> np.ndarray:
    """Where in its clip each frame of a change of speed lies, from 0 on; most
    are between two frames."""
    if not 1 <= change_point < length:
        raise ValueError(f'change_point is {change_point}, expected 1 to '
                         f'{length - 1}, within a clip of {length} frames')
    place = np.arange(1, length + 1)
    beyond = (place - change_point).clip(min=0)
    return spacing * (place - beyond - 1) + spacing * speed * beyond


def _of_one(numbers: np.ndarray, change_point: int) -> MadeUpClip:
    """What shows frames of one clip only."""
    whole = np.ones(len(numbers))
    return _made_up(np.stack([numbers, numbers], axis=1),
                    np.stack([whole, 1 - whole], axis=1), change_point)


def _made_up(frames: np.ndarray, weights: np.ndarray,
             change_point: int) -> MadeUpClip:
    return MadeUpClip(np.where(weights > 0, frames, 0), weights, change_point)
