"""HACS Segments: the 200 activities of ActivityNet in other videos.

Its testing subset has no annotations and is left out.
"""
from pathlib import Path

from .conversion import from_activitynet_style


def from_official(source: Path, target: Path) -> Path:
    """``HACS_segments_v1.1.1.json``.

    Raises:
        AnnotationError: If it is not such a file.
    """
    return from_activitynet_style(source, target, 'HACS Segments')
