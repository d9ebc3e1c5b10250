"""What Tables I to IV of the BAPG paper say (https://arxiv.org/abs/2309.13810),
and the configs of their rows.

Rows "+ BAPG" are the paper's method, ``configs/_base_/bapg/paper.py``. What
mmbapg does by default, with a neck of its own, has rows of its own, for which
the paper has no figures.
"""
from dataclasses import dataclass
from typing import Any, Dict, List, Tuple


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        name: As in the paper.
        config: Of the localizer.
        paper: The paper's figures, in percent: mAP at each tIoU, and the mean;
            empty for a row that the paper does not have.
    """
    name: str
    config: str
    paper: Tuple[float, ...] = ()


@dataclass(frozen=True)
class PaperTable:
    """A table.

    Attributes:
        title: What it compares.
        guide: What tells how to get the data.
        iou_thresholds: Of its columns; the last one is the mean over all
            thresholds of the benchmark.
        rows: From top to bottom.
    """
    title: str
    guide: str
    iou_thresholds: Tuple[float, ...]
    rows: Tuple[Row, ...]

    @property
    def metrics(self) -> List[str]:
        """Names of the figures of a row."""
        return [f'mAP@{each:g}' for each in self.iou_thresholds] + ['mAP']


OURS = "+ BAPG, mmbapg's default"
_THUMOS14: Dict[str, Any] = dict(guide='tools/data/thumos14/README.md',
                 iou_thresholds=(0.3, 0.4, 0.5, 0.6, 0.7))
_ACTIONFORMER = 'actionformer/actionformer{}_1xb2-35e_thumos14-i3d.py'
_BASELINE = (81.96, 77.41, 71.08, 58.91, 43.74, 66.62)


def _host(name: str, config: str, alone: Tuple[float, ...],
          with_bapg: Tuple[float, ...]) -> Tuple[Row, Row, Row]:
    """A host alone, with the paper's BAPG, and with ours."""
    return (Row(name, config.format(''), alone),
            Row('+ BAPG', config.format('_bapg-paper'), with_bapg),
            Row(OURS, config.format('_bapg')))


TABLES: Dict[int, PaperTable] = {
    1: PaperTable('Table I: THUMOS14', rows=(
        *_host('TadTR', 'tadtr/tadtr{}_1xb16-16e_thumos14-i3d.py',
               (74.80, 69.11, 60.10, 46.63, 32.84, 56.69),
               (75.44, 69.85, 60.86, 47.34, 33.31, 57.36)),
        *_host('ActionFormer', _ACTIONFORMER, _BASELINE,
               (82.09, 77.66, 71.47, 59.51, 44.39, 67.02)),
        *_host('TriDet', 'tridet/tridet{}_1xb2-40e_thumos14-i3d.py',
               (83.53, 79.60, 72.12, 60.76, 45.40, 68.28),
               (83.60, 79.72, 72.49, 61.49, 46.35, 68.73)),
    ), **_THUMOS14),
    2: PaperTable(
        'Table II: ActivityNet-1.3', 'tools/data/activitynet/README.md',
        (0.5, 0.6, 0.7, 0.8), (
            *_host('ActionFormer', 'actionformer/actionformer{}_1xb16-15e_'
                   'activitynet13-tsp.py',
                   (54.67, 48.25, 41.85, 32.91, 36.56),
                   (54.80, 48.38, 41.97, 32.93, 36.61)),
            *_host('TriDet', 'tridet/tridet{}_1xb16-15e_activitynet13-tsp.py',
                   (54.71, 48.54, 42.34, 32.93, 36.76),
                   (54.85, 48.58, 42.50, 33.15, 36.83)),
        )),
    3: PaperTable('Table III: seconds from one frame to the next', rows=(
        Row('baseline', _ACTIONFORMER.format(''), _BASELINE),
        Row('BAPG, 0.1', _ACTIONFORMER.format('_bapg-paper'),
            (82.09, 77.66, 71.47, 59.51, 44.39, 67.02)),
        Row('BAPG, 1', _ACTIONFORMER.format('_bapg-m10'),
            (82.05, 77.62, 71.44, 59.37, 44.36, 66.97)),
    ), **_THUMOS14),
    4: PaperTable('Table IV: change points', rows=(
        Row('baseline', _ACTIONFORMER.format(''), _BASELINE),
        Row('BAPG, m = 10', _ACTIONFORMER.format('_bapg-m10'),
            (82.05, 77.62, 71.44, 59.37, 44.36, 66.97)),
        Row('BAPG, m = 15', _ACTIONFORMER.format('_bapg-m15'),
            (82.08, 77.64, 71.45, 59.39, 44.41, 67.00)),
        Row('BAPG, m = 20', _ACTIONFORMER.format('_bapg-m20'),
            (82.06, 77.63, 71.45, 59.44, 44.49, 67.01)),
    ), **_THUMOS14),
}

#: Configs of encoders. Of those that write the embeddings which a row reads,
#: the first whose videos or features are there is used: frames as in the
#: paper come first, stored features after them.
ENCODERS = (
    'similarity/similarity_dilated_1xb8-20e_thumos14-i3d.py',
    'similarity/similarity_dilated_1xb8-20e_thumos14-i3d-pgcn.py',
    'similarity/similarity_dilated_1xb8-20e_activitynet13-tsp.py',
    'similarity/similarity_resnet50_1xb112-100e_thumos14-rgb-1s.py',
    'similarity/similarity_temporal_1xb224-80e_thumos14-i3d-1s.py',
    'similarity/similarity_resnet50_1xb112-100e_thumos14-rgb-0.1s.py',
    'similarity/similarity_temporal_1xb224-80e_thumos14-i3d-0.1s.py',
    'similarity/similarity_resnet50_1xb112-100e_activitynet13-rgb-1s.py',
    'similarity/similarity_temporal_1xb224-80e_activitynet13-tsp.py',
    'similarity/similarity_resnet50_1xb112-100e_activitynet13-rgb-0.1s.py',
    'similarity/similarity_temporal_1xb224-80e_activitynet13-tsp-0.1s.py',
)
