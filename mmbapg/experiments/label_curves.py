"""Curves over the number of labelled videos, from a cross-validation."""
from pathlib import Path
from typing import Dict, List

from mmbapg.visualization import write_png
from mmbapg.visualization.label_curves import CurvePoint, draw_label_curves


def label_curves(results: dict) -> Dict[str, Dict[str, List[CurvePoint]]]:
    """Host -> variant -> points.

    Args:
        results: Of :func:`.cross_validation_report.report`, on few videos.
    """
    return {host: {name: [_point(videos, results['localization'][row][name])
                          for row, videos in rows.items()]
                   for name in results['localization'][next(iter(rows))]}
            for host, rows in results['labelled'].items()}


def write_label_curves(results: dict, path: Path) -> None:
    """Draw :func:`label_curves` as PNG."""
    write_png(path, draw_label_curves(label_curves(results)))


def _point(videos: float, row: dict) -> CurvePoint:
    return CurvePoint(videos, row['mAP'][0], row['mAP interval'],
                      *((row['against host'][0], row['interval'])
                        if 'against host' in row else ()))
