"""Reports of what experiments have found, to be opened in a browser."""
from pathlib import Path
from typing import Mapping, Sequence

from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.apis.report import Report

from .cross_validation import CrossValidation
from .stages import FourStages


def pages_of_stages(stages: FourStages) -> Path:
    """The report of a host without and with BAPG, in ``report``.

    Args:
        stages: Whose localizers were tested.

    Returns:
        The page to open.
    """
    return Report(
        Diagnosis(str(stages.annotations), where=stages.test),
        {title: [str(stages.detections(stage))] for title, stage in (
            ('with BAPG', 'host_with_bapg'), ('without BAPG', 'host'))},
        videos=Path(stages.data_root) / 'videos',
        embeddings=stages.embeddings_dir,
        title='Quick start').write(stages.work_dir / 'report')


def pages_of_runs(cv: CrossValidation, parts: Sequence[int],
                  files: Mapping[str, Sequence[Path]]) -> Path:
    """The report of a cross-validation, all parts together, in ``report``.

    Videos that no browser plays are left out: to encode hours of them anew
    is for ``tools/report.py``.

    Args:
        cv: What was run.
        parts: Whose videos are judged.
        files: Title -> detections of each part.

    Returns:
        The page to open.
    """
    values = [value for part in parts
              for value in _as_list(cv.dataset.parts[part])]
    videos = Path(cv.data_root) / 'videos'
    return Report(
        Diagnosis(str(Path(cv.data_root) / 'annotations.json'),
                  where={cv.dataset.field: values}),
        {title: list(map(str, paths)) for title, paths in files.items()},
        videos=videos if videos.is_dir() else None,
        title=cv.dataset.title,
        encode=False).write(Path(cv.work_dir) / 'report')


def _as_list(value) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [value]
