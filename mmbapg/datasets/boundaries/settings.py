"""What clips with made-up boundaries are like, and one of them at random."""
from dataclasses import dataclass, replace
from typing import Optional, Sequence, Tuple

import numpy as np

from .made_up_clips import (
    KINDS,
    MadeUpClip,
    diff_class,
    diff_speed,
    diff_speed_between,
    same_class,
    same_speed,
)

#: The speed may change in the middle, or anywhere in the middle half.
CHANGE_POINTS = ('middle', 'random')
#: What a changed speed shows between two frames.
BETWEEN = dict(nearest=diff_speed, blend=diff_speed_between)


@dataclass(frozen=True)
class SynthesisSettings:
    """The numbers of BSP's Sec. 3.2.

    Attributes:
        half_length: The paper's :math:`\\tau`; a made-up clip has twice as
            many frames.
        transition: Its :math:`\\epsilon`; 0 for no fade between classes.
        speeds: Its :math:`\\gamma`, drawn with equal chances.
        change_point: Where the speed changes: ``middle``, after
            ``half_length`` frames, or ``random``, after any number in the
            middle half of the clip, with equal chances.
        between: What a changed speed shows between two frames: the
            ``nearest``, as in the paper, or a ``blend`` of both, which hides
            that frames come twice.

    Raises:
        ValueError: If a number makes no clip.
    """
    half_length: int = 4
    transition: int = 1
    speeds: Tuple[float, ...] = (1 / 3, 1 / 2, 2.0, 3.0)
    change_point: str = 'middle'
    between: str = 'nearest'

    def __post_init__(self) -> None:
        object.__setattr__(self, 'speeds', tuple(self.speeds))
        if self.half_length < 1:
            raise ValueError(f'half_length is {self.half_length}, expected at '
                             'least 1 frame')
        if not 0 <= self.transition <= self.half_length:
            raise ValueError(
                f'transition is {self.transition}, expected 0 to half_length, '
                f'which is {self.half_length}')
        wrong = [speed for speed in self.speeds if speed <= 0 or speed == 1]
        if wrong or not self.speeds:
            raise ValueError(
                f'speeds are {self.speeds}, expected positive numbers other '
                'than 1, which is no change')
        for name, expected in (('change_point', CHANGE_POINTS),
                               ('between', BETWEEN)):
            if getattr(self, name) not in expected:
                raise ValueError(f'{name} is {getattr(self, name)!r}, '
                                 f'expected one of {", ".join(expected)}')

    @property
    def length(self) -> int:
        """Frames of a made-up clip."""
        return 2 * self.half_length

    @property
    def change_points(self) -> range:
        """After how many frames the speed may change."""
        if self.change_point == 'middle':
            return range(self.half_length, self.half_length + 1)
        quarter = self.length / 4
        return range(max(int(np.ceil(quarter)), 1),
                     int(np.floor(3 * quarter)) + 1)

    def draw(self, kind: str) -> Tuple[MadeUpClip, float]:
        """A clip of a kind, drawn by ``numpy.random``, and its speed: 1 unless
        the kind is ``diff_speed``."""
        if kind == 'diff_class':
            return diff_class(self.half_length, self.transition), 1.0
        if kind == 'same_class':
            return same_class(self.half_length), 1.0
        if kind == 'same_speed':
            return same_speed(self.length), 1.0
        speed = self.speeds[np.random.randint(len(self.speeds))]
        places = self.change_points
        place = places[np.random.randint(len(places))]
        return BETWEEN[self.between](self.length, place, speed), speed

    def frames_needed(self, kind: str) -> int:
        """Frames that a clip must have so that each draw of a kind fits."""
        if kind == 'diff_class':  # the paper takes as many of both
            return self.half_length + self.transition
        if kind == 'same_class':
            return self.half_length
        if kind == 'same_speed':
            return self.length
        return max(BETWEEN[self.between](self.length, place,
                                         speed).frames_needed
                   for place in self.change_points for speed in self.speeds)

    def most_needed(self, kinds: Sequence[str]) -> Tuple[int, str]:
        """Most frames that one of some kinds needs, and which in words."""
        kind = max(kinds, key=self.frames_needed)
        why = kind
        if kind == 'diff_speed':
            why = (f'{kind} at the speed of {max(self.speeds):g}, clips of '
                   f'{self.length}')
        return self.frames_needed(kind), why


def settings_for(settings: Optional[dict]) -> SynthesisSettings:
    """Of a config, ``None`` for the paper's.

    Raises:
        TypeError: If a field is none of theirs.
        ValueError: See :class:`SynthesisSettings`.
    """
    return replace(SynthesisSettings(), **(settings or {}))


def check_kinds(kinds: Sequence[str]) -> Tuple[str, ...]:
    """The kinds of a config.

    Raises:
        ValueError: If one is unknown, comes twice, or there is none.
    """
    found = tuple(kinds)
    if not found or len(set(found)) < len(found) or set(found) - set(KINDS):
        raise ValueError(f'kinds is {found}, expected different ones of '
                         f'{", ".join(KINDS)}')
    return found
