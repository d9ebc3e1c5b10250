"""Pictures of an error analysis."""
from typing import Dict, Mapping, Sequence

import numpy as np

from mmbapg.evaluation.error_analysis import DEPTH, KINDS, Group

from .canvas import COLOURS, legible, new_figure, to_image

#: Kind -> colour: hits stand out from all kinds of errors.
KIND_COLOURS = dict(zip(KINDS, (
    '#009E73', '#8C6BB1', '#D55E00', '#E69F00', '#CC79A7', '#9AA0A6')))

#: What parts instances into groups -> what its values are.
MEANINGS = dict(
    length='length, seconds', coverage='share of the video',
    instances='instances of the class in the video')


def draw_false_positives(profiles: Mapping[str, np.ndarray],
                         impacts: Mapping[str, Dict[str, float]]
                         ) -> np.ndarray:
    """What the best detections are, and what each kind of error costs.

    Args:
        profiles: Name of the detections -> :func:`false_positive_profile`.
        impacts: The same -> :func:`error_impact`.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    figure = new_figure(10.5, 3.6 * len(profiles))
    axes = figure.subplots(len(profiles), 2, squeeze=False,
                           width_ratios=[3, 2])
    most = max(max(each.values()) for each in impacts.values())
    for (left, right), name in zip(axes, profiles):
        bottom = np.zeros(DEPTH)
        for kind, share in zip(KINDS, 100 * profiles[name].T):
            left.bar(np.arange(DEPTH), share, bottom=bottom, width=0.9,
                     color=KIND_COLOURS[kind], label=kind)
            bottom += share
        left.set_xticks(np.arange(DEPTH),
                        [f'{k + 1}G' for k in range(DEPTH)])
        left.set_ylabel('% of detections')
        left.set_title(f'{name}: the best detections, G = instances of the '
                       'class', loc='left', fontsize=10)
        gains = impacts[name]
        bars = right.barh(list(gains), [100 * gain for gain in gains.values()],
                          color=[KIND_COLOURS[kind] for kind in gains])
        right.bar_label(bars, fmt='%.1f', padding=3)
        right.invert_yaxis()
        right.set_xlim(0, 115 * max(most, 0.01))
        right.set_title('points of mAP gained without these errors',
                        loc='left', fontsize=10)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), ncol=len(KINDS),
                  loc='outside lower center', frameon=False, fontsize=9)
    return to_image(figure)


def draw_sensitivity(groups: Mapping[str, Mapping[str, Sequence[Group]]],
                     means: Mapping[str, float]) -> np.ndarray:
    """Normalized mAP and misses by the size of instances.

    Args:
        groups: Characteristic -> name of the detections ->
            :func:`sensitivity`.
        means: Name of the detections -> mAP of all instances.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    figure = new_figure(4.2 * len(groups), 6.4)
    axes = figure.subplots(2, len(groups), squeeze=False, sharey='row')
    for column, (characteristic, found) in enumerate(groups.items()):
        width = 0.8 / len(found)
        for place, (name, row) in enumerate(found.items()):
            colour = COLOURS[place % len(COLOURS)]
            x = np.arange(len(row)) + (place - (len(found) - 1) / 2) * width
            for axis, field in zip(axes[:, column], ('mean_ap', 'missed')):
                axis.bar(x, [100 * getattr(group, field) for group in row],
                         width, color=colour, label=legible(name))
                axis.set_xticks(np.arange(len(row)), [
                    f'{group.name}\n{group.values}\n'
                    f'{100 * group.share:.0f} %' for group in row],
                    fontsize=8)
            axes[0, column].axhline(100 * means[name], color=colour, lw=1,
                                    ls='--')
        axes[0, column].set_title(
            f'by {MEANINGS.get(characteristic, characteristic)}', loc='left',
            fontsize=10)
    axes[0, 0].set_ylabel('normalized mAP, %')
    axes[1, 0].set_ylabel('instances missed, %')
    figure.legend(*axes[0, 0].get_legend_handles_labels(),
                  loc='outside lower center', ncol=4, frameon=False)
    return to_image(figure)


def error_bins(errors: Sequence[np.ndarray], number: int = 40) -> np.ndarray:
    """Edges ``(number + 1,)`` of a histogram in which 19 of 20 errors of
    boundaries lie; the others belong to its ends."""
    everything = np.abs(np.concatenate(errors))
    reach = max(float(np.quantile(everything, 0.95)), 0.1) if len(
        everything) else 1.0
    return np.linspace(-reach, reach, number + 1)


def draw_boundary_errors(errors: Mapping[str, np.ndarray]) -> np.ndarray:
    """Histograms of how late hits start and end.

    Args:
        errors: Name of the detections -> :func:`boundary_errors`.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    figure = new_figure(10, 4)
    axes = figure.subplots(1, 2, sharey=True)
    bins = error_bins(list(errors.values()))
    reach = bins[-1]
    for side, (axis, title) in enumerate(zip(axes, ('starts', 'ends'))):
        for place, (name, values) in enumerate(errors.items()):
            late = values[:, side].clip(-reach, reach)
            label = (f'{legible(name)}: median |error| '
                     f'{np.median(np.abs(values[:, side])):.2f} s'
                     if len(late) else f'{legible(name)}: no hits')
            axis.hist(late, bins, weights=np.full(
                len(late), 100 / max(len(late), 1)), histtype='step', lw=2,
                color=COLOURS[place % len(COLOURS)], label=label)
        axis.axvline(0, color='black', lw=0.8)
        axis.set_xlabel(f'seconds by which hits {title[:-1]} late')
        axis.set_title(title, loc='left', fontsize=10)
        axis.legend(framealpha=1, edgecolor='none', fontsize=9,
                    loc='upper left')
    axes[0].set_ylabel('% of hits')
    low, high = axes[0].get_ylim()
    axes[0].set_ylim(low, high * (1.05 + 0.1 * len(errors)))
    return to_image(figure)


def draw_precision_recall(curves: Mapping[str, Mapping[float, np.ndarray]]
                          ) -> np.ndarray:
    """Precision over recall at every tIoU threshold.

    Args:
        curves: Name of the detections -> threshold ->
            :func:`precision_recall`.

    Returns:
        ``(H, W, 3)`` uint8 RGB.
    """
    thresholds = list(next(iter(curves.values())))
    figure = new_figure(3.2 * len(thresholds), 3.8)
    axes = figure.subplots(1, len(thresholds), sharey=True, squeeze=False)[0]
    for axis, threshold in zip(axes, thresholds):
        for place, (name, of_name) in enumerate(curves.items()):
            curve = of_name[threshold]
            axis.plot(np.linspace(0, 100, len(curve)), 100 * curve,
                      color=COLOURS[place % len(COLOURS)],
                      label=legible(name))
        axis.set_title(f'tIoU {threshold:g}', loc='left', fontsize=10)
        axis.set_xlabel('recall, %')
        axis.set_xlim(0, 100)
        axis.set_ylim(0, 102)
    axes[0].set_ylabel('precision, %')
    figure.legend(*axes[0].get_legend_handles_labels(),
                  loc='outside lower center', ncol=4, frameon=False)
    return to_image(figure)
