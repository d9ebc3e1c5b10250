"""A video's instances, proposals and detections along time."""
from dataclasses import dataclass
from typing import Optional, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from mmbapg.datasets.exchange.contents import lanes_of

from .canvas import class_colour, class_name, new_figure, to_image

GREY = '#9AA0A6'


@dataclass
class TimelineRow:
    """One line of the picture.

    Attributes:
        title: Shown on the left.
        segments: ``(N, 2)`` seconds.
        labels: ``(N,)`` classes; ``None`` for class-agnostic segments.
        scores: ``(N,)``; the higher, the more opaque. ``None`` draws all
            opaque.
    """
    title: str
    segments: np.ndarray
    labels: Optional[np.ndarray] = None
    scores: Optional[np.ndarray] = None


def draw_timeline(title: str, duration: float, rows: Sequence[TimelineRow],
                  classes: Sequence[str] = ()) -> np.ndarray:
    """Draw rows below each other on one time axis.

    Segments of a row that overlap are stacked, so that none hides another.
    Dotted lines carry the boundaries of the first row, the ground truth, down
    through the others.

    Args:
        title: Of the picture.
        duration: Right end of the axis, in seconds.
        rows: From top to bottom.
        classes: Names, for the legend.

    Returns:
        ``(H, W, 3)`` uint8 RGB.

    Example:
        >>> row = TimelineRow('truth', np.array([[1.0, 3.0]]), np.array([0]))
        >>> draw_timeline('video1', 10.0, [row], ['walk']).shape[2]
        3
    """
    lanes = [lanes_of(row.segments) for row in rows]
    heights = [1.0 + 0.45 * max(lane, default=0) for lane in lanes]
    figure = new_figure(14, 1.1 + 0.42 * sum(heights))
    axes = figure.subplots(len(rows), 1, sharex=True, squeeze=False,
                           height_ratios=heights)[:, 0]
    for axis, row, lane in zip(axes, rows, lanes):
        _draw_row(axis, row, lane)
        for time in np.unique(rows[0].segments):
            axis.axvline(time, color='black', lw=0.6, ls=':', alpha=0.45)
    axes[-1].set_xlim(0, duration)
    axes[-1].set_xlabel('seconds')
    axes[0].set_title(title, loc='left', fontsize=11)
    shown = sorted({int(label) for row in rows if row.labels is not None
                    for label in row.labels})
    if shown:
        figure.legend(
            handles=[Patch(color=class_colour(label),
                           label=class_name(label, classes))
                     for label in shown],
            loc='outside lower center', ncol=min(len(shown), 8),
            frameon=False)
    return to_image(figure)


def best_detections(segments: np.ndarray, labels: np.ndarray,
                    scores: np.ndarray, least_score: float = 0.2,
                    most: int = 60) -> 'tuple[np.ndarray, ...]':
    """Detections worth showing: the best few of those that are sure enough.

    If none is, the best three are shown all the same.
    """
    order = np.argsort(-scores, kind='stable')
    sure = order[scores[order] >= least_score][:most]
    shown = sure if len(sure) else order[:3]
    return segments[shown], labels[shown], scores[shown]


def _draw_row(axis: Axes, row: TimelineRow, lanes: Sequence[int]) -> None:
    scores = row.scores if row.scores is not None else np.ones(len(lanes))
    best = max(scores.max(), 1e-6) if len(scores) else 1.0
    for index, (start, end) in enumerate(row.segments):
        colour = GREY if row.labels is None else class_colour(
            row.labels[index])
        axis.broken_barh(
            [(start, end - start)], (-lanes[index] - 0.8, 0.8),
            facecolor=colour, edgecolor='white', linewidth=0.8,
            alpha=0.25 + 0.75 * max(float(scores[index]) / best, 0.0))
    axis.set_ylim(-max(lanes, default=0) - 0.95, 0.15)
    axis.set_yticks([])
    axis.set_ylabel(row.title, rotation=0, ha='right', va='center',
                    fontsize=10)
    for side in ('top', 'right', 'left'):
        axis.spines[side].set_visible(False)
    if not len(row.segments):
        axis.text(0.01, 0.5, 'none', transform=axis.transAxes, color=GREY,
                  va='center', fontsize=9)
