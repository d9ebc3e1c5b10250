"""What clips with made-up boundaries are like, and one of them at random."""
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, List, Optional, Sequence, Tuple, Union

import numpy as np

from mmbapg.errors import SettingError
from mmbapg.setting_checks import expect_fields, expect_one_of

from .made_up_clips import (
    KINDS,
    OF_TWO,
    MadeUpClip,
    diff_class,
    diff_speed,
    diff_speed_between,
    same_class,
    same_speed,
    spread,
)

#: A boundary lies in the middle, or anywhere in the middle half.
CHANGE_POINTS = ('middle', 'random')
#: What a changed speed shows between two frames.
BETWEEN = dict(nearest=diff_speed, blend=diff_speed_between)


@dataclass(frozen=True)
class SynthesisSettings:
    """The numbers of BSP's Sec. 3.2.

    Attributes:
        half_length: The paper's :math:`\\tau`; a made-up clip has twice as
            many frames.
        transition: Its :math:`\\epsilon`; 0 for no fade. Of several, each
            clip draws one, with equal chances, so that how long a fade is
            tells nothing.
        fading: Kinds whose two clips fade. The paper fades
            ``diff_class`` only, so the fade alone tells it from
            ``same_class``; with both here, it does not.
        speeds: Its :math:`\\gamma`, drawn with equal chances.
        change_point: Where a boundary of any kind lies: in the ``middle``,
            after ``half_length`` frames, as in the paper, or ``random``,
            after any number in the middle half of the clip, with equal
            chances.
        between: What a changed speed shows between two frames: the
            ``nearest``, as in the paper, or a ``blend`` of both, which hides
            that frames come twice, but not that they are blends.
        spacing: Frames of the dataset from one to the next in a made-up clip;
            1 in the paper. Where ``spacing`` times each speed is a whole
            number, slower parts show frames of their own, neither repeated
            nor blended. Clips must be as many times as long.

    Raises:
        SettingError: If a number makes no clip.
    """
    half_length: int = 4
    transition: Union[int, Tuple[int, ...]] = 1
    fading: Tuple[str, ...] = ('diff_class', )
    speeds: Tuple[float, ...] = (1 / 3, 1 / 2, 2.0, 3.0)
    change_point: str = 'middle'
    between: str = 'nearest'
    spacing: int = 1

    def __post_init__(self) -> None:
        for name in ('speeds', 'fading'):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        wrong = [speed for speed in self.speeds if speed <= 0 or speed == 1]
        if wrong or not self.speeds:
            raise SettingError(
                f'speeds are {self.speeds}, expected positive numbers other '
                'than 1, which is no change')
        for name, expected in (('change_point', CHANGE_POINTS),
                               ('between', BETWEEN)):
            expect_one_of(name, getattr(self, name), expected)
        if set(self.fading) - set(OF_TWO):
            raise SettingError(f'fading is {self.fading}, expected kinds of '
                               f'two clips: {", ".join(OF_TWO)}')
        self._check_frames()

    def _check_frames(self) -> None:
        """Refuse numbers of frames that make no clip."""
        for name in ('half_length', 'spacing'):
            if getattr(self, name) < 1:
                raise SettingError(f'{name} is {getattr(self, name)}, '
                                   'expected at least 1 frame')
        most = min(self.change_points)
        wrong = [each for each in self.transitions if not 0 <= each <= most]
        if wrong or not self.transitions:
            raise SettingError(
                f'transition is {self.transition}, expected 0 to {most}, the '
                'frames of a clip before the earliest boundary')

    @property
    def length(self) -> int:
        """Frames of a made-up clip."""
        return 2 * self.half_length

    @property
    def transitions(self) -> Tuple[int, ...]:
        """One of which is drawn for a fade."""
        found = self.transition
        return (found, ) if isinstance(found, int) else tuple(found)

    @property
    def change_points(self) -> range:
        """After how many frames a boundary may lie."""
        if self.change_point == 'middle':
            return range(self.half_length, self.half_length + 1)
        quarter = self.length / 4
        return range(max(int(np.ceil(quarter)), 1),
                     int(np.floor(3 * quarter)) + 1)

    def draw(self, kind: str) -> Tuple[MadeUpClip, float]:
        """A clip of a kind, drawn by ``numpy.random``, and its speed: 1 unless
        the kind is ``diff_speed``."""
        drawn = [each[np.random.randint(len(each))]
                 for each in self._choices(kind)]
        speed = drawn[0] if kind == 'diff_speed' else 1.0
        return self._made_up(kind, *drawn), speed

    def frames_needed(self, kind: str) -> int:
        """Frames that a clip must have so that each draw of a kind fits."""
        return max(self._made_up(kind, *drawn).frames_needed
                   for drawn in product(*self._choices(kind)))

    def most_needed(self, kinds: Sequence[str]) -> Tuple[int, str]:
        """Most frames that one of some kinds needs, and which in words."""
        kind = max(kinds, key=self.frames_needed)
        why = kind
        if kind == 'diff_speed':
            why = (f'{kind} at the speed of {max(self.speeds):g}, clips of '
                   f'{self.length}')
        if self.spacing > 1:
            why += f', {self.spacing} frames apart'
        return self.frames_needed(kind), why

    def _choices(self, kind: str) -> List[Sequence[Any]]:
        """What is drawn for a clip of a kind, one of each."""
        if kind == 'same_speed':
            return []
        if kind == 'diff_speed':
            return [self.speeds, self.change_points]
        fades = self.transitions if kind in self.fading else (0, )
        return [fades, self.change_points]

    def _made_up(self, kind: str, *drawn) -> MadeUpClip:
        """A clip of a kind, of what was drawn for it."""
        if kind == 'same_speed':
            return spread(same_speed(self.length), self.spacing)
        how, change_point = drawn
        if kind == 'diff_speed':
            return BETWEEN[self.between](self.length, change_point, how,
                                         self.spacing)
        made = (diff_class(self.half_length, how, change_point) if how else
                same_class(self.half_length, change_point))
        return spread(made, self.spacing)


def settings_for(settings: Optional[dict]) -> SynthesisSettings:
    """Of a config, ``None`` for the paper's.

    Raises:
        SettingError: If a field is none of theirs, and see
            :class:`SynthesisSettings`.
    """
    expect_fields('synthesis', settings or {}, SynthesisSettings)
    return replace(SynthesisSettings(), **(settings or {}))


def check_kinds(kinds: Sequence[str]) -> Tuple[str, ...]:
    """The kinds of a config.

    Raises:
        SettingError: If one is unknown, comes twice, or there is none.
    """
    found = tuple(kinds)
    if not found or len(set(found)) < len(found) or set(found) - set(KINDS):
        raise SettingError(f'kinds is {found}, expected different ones of '
                           f'{", ".join(KINDS)}')
    return found
