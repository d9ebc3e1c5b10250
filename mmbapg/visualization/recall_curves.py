"""Average recall over the number of proposals."""
from typing import Mapping

import numpy as np

from .canvas import COLOURS, legible, new_figure, to_image

#: Of lines, in turn, so that they can be told apart without colour.
STYLES = '-', '--', '-.', ':'


def draw_recall_curves(curves: Mapping[str, np.ndarray], title: str
                       ) -> np.ndarray:
    """Draw AR over AN of methods beside each other: mean and range of runs.

    Args:
        curves: Method -> ``(runs, N)`` average recall in [0, 1] with 1 to N
            proposals a video on average.
        title: Of what.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    figure = new_figure(5.2, 4.2)
    axis = figure.subplots()
    for place, (name, runs) in enumerate(curves.items()):
        numbers = np.arange(1, runs.shape[1] + 1)
        colour = COLOURS[place % len(COLOURS)]
        axis.plot(numbers, 100 * runs.mean(axis=0), color=colour,
                  ls=STYLES[place % len(STYLES)], label=legible(name))
        axis.fill_between(numbers, 100 * runs.min(axis=0),
                          100 * runs.max(axis=0), color=colour, alpha=0.15,
                          lw=0)
    axis.set_title(legible(title), loc='left', fontsize=10)
    axis.set_xlabel('proposals in a video, on average')
    axis.set_ylabel('average recall, % (shaded: range of seeds)')
    axis.set_xlim(0, max(runs.shape[1] for runs in curves.values()))
    axis.set_ylim(0, 100)
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, loc='lower right', fontsize=9)
    return to_image(figure)
