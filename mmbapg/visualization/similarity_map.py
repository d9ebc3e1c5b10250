"""The frame-similarity matrix of a video, and where it was cut."""
from typing import Sequence

import numpy as np
import torch
from matplotlib.lines import Line2D

from mmbapg.ops import unit_rows

from .canvas import class_colour, class_name, new_figure, to_image
from .timeline import GREY

#: Frames along each side of the picture; longer videos are averaged.
MAX_SIDE = 800


def draw_similarity_map(title: str, embeddings: np.ndarray, duration: float,
                        change_points: np.ndarray, segments: np.ndarray,
                        labels: np.ndarray,
                        classes: Sequence[str] = ()) -> np.ndarray:
    """Draw similarities with change points and true boundaries.

    Instances lie as coloured bars along the top and as boxes on the diagonal;
    change points are lines along the diagonal.

    Args:
        title: Of the picture.
        embeddings: ``(n, d)``, evenly spaced over the video.
        duration: Of the video in seconds.
        change_points: Seconds.
        segments: ``(G, 2)`` instances in seconds.
        labels: ``(G,)`` their classes.
        classes: Names, for the legend.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    figure = new_figure(8.6, 9.2)
    bars, axis = figure.subplots(2, 1, sharex=True, height_ratios=[1, 16])
    similarity = similarities(embeddings)
    low, high = colour_range(similarity)
    image = axis.imshow(similarity, extent=(0, duration, duration, 0),
                        cmap='viridis', vmin=low, vmax=high,
                        interpolation='nearest', aspect='auto')
    figure.colorbar(image, ax=axis, shrink=0.6, label='cosine similarity')
    for (start, end), label in zip(segments, labels):
        colour = class_colour(label)
        bars.axvspan(start, end, color=colour, ec='white', lw=0.8)
        axis.plot([start, end, end, start, start],
                  [start, start, end, end, start], color='white', lw=1.6)
    edges = np.concatenate([[0.0], np.sort(change_points), [duration]])
    for start, end in zip(edges[:-1], edges[1:]):
        axis.plot([start, end, end], [start, start, end], color='#FF3B30',
                  lw=1.0)
    for time in change_points:
        bars.axvline(time, color='#FF3B30', lw=1.0)
    bars.set_yticks([])
    bars.set_title(title, loc='left', fontsize=11)
    axis.set_xlabel('seconds')
    axis.set_ylabel('seconds')
    names = [Line2D([], [], color=class_colour(label), lw=6,
                    label=class_name(label, classes))
             for label in sorted({int(label) for label in labels})]
    lines = [
        Line2D([], [], color='#FF3B30', label='change points'),
        Line2D([], [], color=GREY, lw=2, label='true instances (white boxes)')
    ]
    figure.legend(handles=[*lines, *names], loc='outside lower center',
                  ncol=min(len(lines) + len(names), 6), frameon=False,
                  fontsize=9)
    return to_image(figure)


def colour_range(similarity: np.ndarray) -> np.ndarray:
    """The least and the greatest value that colours tell apart."""
    return np.quantile(similarity, [0.02, 0.99])


def similarities(embeddings: np.ndarray,
                 max_side: int = MAX_SIDE) -> np.ndarray:
    """``(k, k)`` with ``k <= max_side``, whatever the length of the video."""
    unit = unit_rows(torch.from_numpy(embeddings)).float()
    if len(unit) > max_side:
        unit = torch.nn.functional.adaptive_avg_pool1d(
            unit.T[None], max_side)[0].T
    return (unit @ unit.T).numpy()
