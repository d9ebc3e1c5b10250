"""Traces of how a clip was made, none of which helps to find actions.

Boundaries that are made up leave traces: a frame comes twice where a clip is
slowed down, or is a blend of its neighbours; two clips that are joined have a
seam, differ in brightness, and were compressed apart. Each function here
reduces clips to one of these traces, and a classifier that sees nothing else
tells how far it gets with it.

All take clips ``(N, C, T)`` of features or ``(N, 3, T, H, W)`` of frames, and
return some figures for each.
"""
from typing import Callable, Dict

import torch
import torch.nn.functional as F
from torch import Tensor

#: Where figures are so near to nothing that how near tells nothing.
FLOOR = 1e-3


def repeated_frames(clips: Tensor) -> Tensor:
    """Whether each frame is the one before: ``(N, T - 1)``, 1 or 0."""
    values = _values(clips)
    return (values[:, 1:] == values[:, :-1]).all(2).float()


def blended_frames(clips: Tensor) -> Tensor:
    """How near each frame is to the middle of its neighbours, ``(N, T - 2)``.

    The logarithm of how far it is from it, as a share of how far it is from
    both: very low for a blend of both.
    """
    values = _values(clips)
    change = values.diff(dim=1).abs().mean(2)
    bend = values.diff(n=2, dim=1).abs().mean(2)
    return _log(bend / (change[:, 1:] + change[:, :-1]).clamp(min=FLOOR**2))


def seam(clips: Tensor) -> Tensor:
    """How much more each frame differs from the one before than is usual in
    its clip, ``(N, T - 1)``: the logarithm of the ratio, 0 where it is below
    1. Frames that do not differ are not seen."""
    change = _values(clips).diff(dim=1).abs().mean(2)
    usual = change.median(dim=1, keepdim=True).values
    least = FLOOR * change.amax(dim=1, keepdim=True) + FLOOR**2
    return (change / torch.maximum(usual, least)).clamp(min=1).log()


def brightness(clips: Tensor) -> Tensor:
    """Level and contrast of each frame, less those of the clip, ``(N, 2 T)``:
    mean, and logarithm of the deviation, of all its values."""
    values = _values(clips)
    return torch.cat([_centred(values.mean(2)),
                      _centred(_log(values.std(2)))], dim=1)


def compression(clips: Tensor) -> Tensor:
    """How much fine detail each frame has, less that of the clip, ``(N, T)``.

    The logarithm of how far pixels are from the average of the four around
    them, over the deviation of the frame. Codecs take fine detail away, each
    video's as much as its size demands, and more from some frames than from
    others.

    Raises:
        ValueError: If the clips are features, which no codec has touched.
    """
    if clips.ndim != 5:
        raise ValueError(f'found clips of shape {tuple(clips.shape)}, '
                         'expected frames (N, 3, T, H, W): features have no '
                         'traces of a codec')
    frames = clips.float().transpose(1, 2)
    kernel = frames.new_tensor([[0, .25, 0], [.25, -1, .25], [0, .25, 0]])
    detail = F.conv2d(frames.flatten(0, 2)[:, None], kernel[None, None])
    detail = detail.abs().mean((1, 2, 3)).view(*frames.shape[:3]).mean(2)
    return _centred(_log(detail / _values(clips).std(2).clamp(min=FLOOR)))


#: Name of a trace -> its figures.
SHORTCUTS: Dict[str, Callable[[Tensor], Tensor]] = {
    'repeated frames': repeated_frames,
    'blended frames': blended_frames,
    'seam': seam,
    'brightness': brightness,
    'compression': compression,
}


def shortcut_figures(clips: Tensor) -> Dict[str, Tensor]:
    """Those of all traces that such clips can have; ``compression`` is one of
    frames only."""
    return {name: figures(clips) for name, figures in SHORTCUTS.items()
            if clips.ndim == 5 or name != 'compression'}


def _values(clips: Tensor) -> Tensor:
    """All values of each frame, ``(N, T, V)``."""
    return clips.float().transpose(1, 2).flatten(2)


def _log(values: Tensor) -> Tensor:
    return values.clamp(min=FLOOR).log()


def _centred(values: Tensor) -> Tensor:
    """Less the average over the clip."""
    return values - values.mean(dim=1, keepdim=True)
