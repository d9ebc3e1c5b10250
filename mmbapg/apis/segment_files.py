"""Segments in files that people correct."""
import csv
import io
import json
from pathlib import Path
from typing import Callable, Dict, Sequence, Tuple

from mmbapg.files import replace_file


def _activitynet(results: Sequence[dict]) -> str:
    """An annotation file, as training reads it."""
    return json.dumps(dict(database={
        result['name']: dict(
            duration=result['duration'], subset='draft', annotations=[
                dict(segment=row['segment'], label=row['label'])
                for row in result['detections']])
        for result in results}), indent=1)


def _csv(results: Sequence[dict]) -> str:
    """A row for each segment, times in seconds."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator='\n')
    rows.writerow(['video', 'start', 'end', 'label'])
    rows.writerows([result['name'], *row['segment'], row['label']]
                   for result in results for row in result['detections'])
    return text.getvalue()


#: Name -> file and how it is written, beside ``detections.json``.
FORMATS: Dict[str, Tuple[str, Callable[[Sequence[dict]], str]]] = {
    'activitynet': ('annotations.json', _activitynet),
    'csv': ('segments.csv', _csv),
}


def write_segments(results: Sequence[dict], folder: Path, form: str) -> Path:
    """Write segments of videos in a format.

    Args:
        results: Of :class:`.Segmenter`.
        folder: For the file.
        form: One of :data:`FORMATS`.

    Returns:
        The file, which replaces an earlier one.
    """
    filename, write = FORMATS[form]
    path = Path(folder, filename)
    encoded = write(results).encode()
    replace_file(path, lambda file: file.write(encoded))
    return path
