"""How features change at boundaries and elsewhere (BSP, Fig. 4)."""
from typing import Mapping, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from .canvas import COLOURS, legible, new_figure, to_image

#: Bins of a histogram.
BINS = 40


class FeatureChanges(NamedTuple):
    """Absolute differences of neighbouring features, by channel.

    Attributes:
        at_boundaries: ``(n, C)`` of pairs with a boundary between them.
        elsewhere: ``(m, C)`` of other pairs.
    """
    at_boundaries: np.ndarray
    elsewhere: np.ndarray

    def separation(self) -> float:
        """How often a pair with a boundary differs more, on average over
        channels, than one without: 0.5 if boundaries leave no trace, 1 if
        they always show."""
        one, other = (each.mean(axis=1) for each in self)
        below = np.searchsorted(np.sort(other), one, 'left')
        equal = np.searchsorted(np.sort(other), one, 'right') - below
        return float((below + equal / 2).mean() / len(other))


def draw_feature_differences(encoders: Mapping[str, FeatureChanges]
                             ) -> np.ndarray:
    """Draw a row for each encoder, as in BSP's Fig. 4.

    On the left the median differences at boundaries and elsewhere, channels
    laid out as a square in their order, in one scale of colours; on the right
    how all differences are distributed.

    Args:
        encoders: Name -> changes.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    figure = new_figure(11, 3.4 * len(encoders))
    axes = figure.subplots(len(encoders), 3, squeeze=False,
                           width_ratios=[1, 1, 1.7])
    for (left, middle, right), (name, changes) in zip(axes,
                                                      encoders.items()):
        squares = [as_square(np.median(part, axis=0)) for part in changes]
        high = np.nanmax(squares)
        for axis, square, where in zip((left, middle), squares,
                                       ('at boundaries', 'elsewhere')):
            image = axis.imshow(square, cmap='viridis', vmin=0, vmax=high)
            axis.set_title(f'{name}: {where}', loc='left', fontsize=10)
            axis.set_xticks([])
            axis.set_yticks([])
        figure.colorbar(image, ax=middle, shrink=0.8)
        _histogram(right, changes, legible(name))
    return to_image(figure)


def _histogram(axis: Axes, changes: FeatureChanges, name: str) -> None:
    """Of the differences of all channels."""
    high = float(np.quantile(np.concatenate(
        [part.ravel() for part in changes]), 0.99)) or 1.0
    for part, label, colour in zip(changes, ('at boundaries', 'elsewhere'),
                                   COLOURS[4::-4]):
        axis.hist(part.ravel().clip(max=high), bins=BINS, range=(0, high),
                  density=True, histtype='step', lw=1.8, color=colour,
                  label=label)
    axis.set_title(f'{name}: boundaries differ more in '
                   f'{100 * changes.separation():.0f} % of pairs', loc='left',
                   fontsize=10)
    axis.set_xlabel('absolute difference, in deviations of the channel')
    axis.set_ylabel('density')
    axis.legend(frameon=False)


def as_square(values: np.ndarray) -> np.ndarray:
    """``(C,)`` as the smallest square that holds them, NaN in the rest."""
    side = int(np.ceil(np.sqrt(len(values))))
    square = np.full(side * side, np.nan)
    square[:len(values)] = values
    return square.reshape(side, side)
