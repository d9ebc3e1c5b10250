"""What a host finds, over the number of videos that have labels."""
from typing import Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from matplotlib.axes import Axes

from .canvas import COLOURS, legible, new_figure, to_image


class CurvePoint(NamedTuple):
    """Of a method trained on so many videos: mAP, and what it gains on the
    host alone, in points, with their intervals."""
    videos: float
    mean_ap: float
    interval: Tuple[float, float]
    gain: Optional[float] = None
    gain_interval: Optional[Tuple[float, float]] = None


def draw_label_curves(curves: Mapping[str, Mapping[str, Sequence[CurvePoint]]]
                      ) -> np.ndarray:
    """Draw a row for each host: mAP, and the gain on the host alone.

    Args:
        curves: Host -> method -> points.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    figure = new_figure(10.5, 4.0 * len(curves))
    axes = figure.subplots(len(curves), 2, squeeze=False)
    for (left, right), (host, methods) in zip(axes, curves.items()):
        for place, (name, points) in enumerate(methods.items()):
            # side by side, where bars would hide each other
            style = dict(color=COLOURS[place % len(COLOURS)],
                         label=legible(name))
            points = [each._replace(videos=each.videos * 1.02**place)
                      for each in sorted(points)]
            _curve(left, [(each.videos, each.mean_ap, each.interval)
                          for each in points], **style)
            _curve(right, [(each.videos, each.gain, each.gain_interval)
                           for each in points if each.gain is not None],
                   **style)
        right.axhline(0, color='black', lw=0.8)
        left.legend(frameon=False, loc='lower right')
        ticks = sorted({each.videos for points in methods.values()
                        for each in points})
        for axis in (left, right):
            axis.set_xscale('log')
            axis.set_xticks(ticks, [f'{tick:.0f}' for tick in ticks])
            axis.minorticks_off()
            axis.grid(alpha=0.3)
            axis.set_xlabel('labelled videos (bars: 95 % intervals over '
                            'videos and seeds)', fontsize=9)
        left.set_title(f'{host}: average mAP, %', loc='left', fontsize=10)
        right.set_title('points gained on the host alone, in pairs',
                        loc='left', fontsize=10)
    return to_image(figure)


def _curve(axis: Axes, points: Sequence[tuple], color: str,
           label: str) -> None:
    """Points ``(x, y, (low, high))``, if there are any."""
    if points:
        x, y, intervals = zip(*points)
        axis.plot(x, y, 'o-', color=color, label=label)
        axis.vlines(x, *zip(*intervals), color=color, lw=1.6)
