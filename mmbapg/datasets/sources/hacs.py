"""HACS Segments: the 200 activities of ActivityNet in other videos."""
from pathlib import Path

from .conversion import from_activitynet_style


def from_official(source: Path, target: Path, testing: bool = False) -> Path:
    """``HACS_segments_v1.1.1.json``.

    Args:
        source, target, testing: See :func:`from_activitynet_style`.

    Raises:
        AnnotationError: If it is not such a file.
    """
    return from_activitynet_style(source, target, 'HACS Segments', testing)
