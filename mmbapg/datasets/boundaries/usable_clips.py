"""Which trimmed clips boundaries can be made of."""
from typing import Callable, Dict, List, Optional, Sequence

from mmengine.logging import print_log

from mmbapg.setting_checks import expect_one_of

from ..video_stream import VideoError
from .settings import SynthesisSettings
from .trimmed_clips import TrimmedClip, TrimmedClipError, by_label

#: What to do with clips of which some kind of boundary cannot be made.
POLICIES = ('error', 'skip')
#: Clips that a message names.
MOST_NAMED = 5


def usable_clips(clips: Sequence[TrimmedClip], settings: SynthesisSettings,
                 kinds: Sequence[str], policy: str) -> List[TrimmedClip]:
    """Those that all kinds of boundaries can be made of.

    Clips that are left out are counted and named in the log. To know its
    length, a clip's video is opened.

    Args:
        clips: All.
        settings: Of the synthesis.
        kinds: Asked for.
        policy: One of :data:`POLICIES`.

    Raises:
        VideoError: If a clip is unreadable, and the policy is ``error``.
        TrimmedClipError: If one is too short, or the only one of its class
            where pairs of a class are asked for, and the policy is ``error``.
    """
    expect_one_of('unusable_clips', policy, POLICIES)
    of_some_length = _kept(
        clips, lambda clip: fault_of_length(clip, settings, kinds), policy)
    if 'same_class' not in kinds:
        return of_some_length
    counts = {label: len(found)
              for label, found in by_label(of_some_length).items()}
    return _kept(of_some_length, lambda clip: fault_of_number(clip, counts),
                 policy)


def fault_of_length(clip: TrimmedClip, settings: SynthesisSettings,
                    kinds: Sequence[str]) -> Optional[str]:
    """What makes a clip too short, if anything.

    Raises:
        VideoError: If it is unreadable.
    """
    needed, why = settings.most_needed(kinds)
    if clip.length >= needed:
        return None
    interval = clip.info['grid'].interval
    return (f'{clip.name}: found {clip.length} frames, one every '
            f'{interval:.3g} s in {interval * clip.length:.3g} s, '
            f'expected at least {needed} for {why}')


def fault_of_number(clip: TrimmedClip,
                    counts: Dict[int, int]) -> Optional[str]:
    """What makes a clip unfit for pairs of one class, if anything."""
    if counts[clip.label] > 1:
        return None
    return (f'{clip.name}: found no other clip of its class {clip.label}, '
            'expected two at least to make pairs of one class')


def require_classes(clips: Sequence[TrimmedClip], kinds: Sequence[str],
                    path: str) -> None:
    """Refuse fewer classes than the kinds need.

    Args:
        clips: That are usable.
        kinds: Asked for.
        path: Of their annotations, for the message.

    Raises:
        TrimmedClipError: If so.
    """
    labels = sorted({clip.label for clip in clips})
    needed = 2 if 'diff_class' in kinds else 1
    if len(labels) < needed:
        raise TrimmedClipError(
            f'{path}: found {len(clips)} usable clips, of '
            f'{len(labels)} classes, expected at least {needed} for the '
            f'kinds {", ".join(kinds)}')


def _kept(clips: Sequence[TrimmedClip],
          fault_of: Callable[[TrimmedClip], Optional[str]],
          policy: str) -> List[TrimmedClip]:
    """Clips without a fault; the others are refused, or counted and named."""
    kept, faults = [], []
    for clip in clips:
        try:
            fault = fault_of(clip)
        except VideoError as error:
            if policy == 'error':
                raise
            fault = str(error)
        if fault is None:
            kept.append(clip)
        else:
            faults.append(fault)
    if not faults:
        return kept
    if policy == 'error':
        more = f' (and {len(faults) - 1} more clips)' if faults[1:] else ''
        raise TrimmedClipError(
            f"{faults[0]}{more}; unusable_clips='skip' leaves such clips out")
    shown = '; '.join(faults[:MOST_NAMED]) + (
        '; ...' if len(faults) > MOST_NAMED else '')
    print_log(f'{len(faults)} of {len(clips)} trimmed clips are left out: '
              f'{shown}', 'current', 30)
    return kept
