"""Detections as a first draft of annotations, for the tools of people."""
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from mmbapg.datasets.exchange import (
    Contents,
    Instance,
    Settings,
    Video,
    write_annotations,
)
from mmbapg.datasets.exchange.registry import format_of
from mmbapg.datasets.open_videos import open_video
from mmbapg.datasets.video_files import VIDEO_SUFFIXES
from mmbapg.visualization import best_detections


def write_drafts(results: Sequence[dict], folder: Path,
                 form: str) -> Tuple[Path, List[str]]:
    """Write the best detections of videos in a format of annotations.

    They are those that pictures show, in order of time; see
    :func:`.best_detections`.

    Args:
        results: Of :class:`.TemporalLocalizationInferencer`, with the files
            of the videos.
        folder: For ``annotations``, a file with the suffix of the format, or
            where it has a file for each video a folder of these.
        form: Name of the format.

    Returns:
        tuple: What was written, and what the format does not hold.

    Raises:
        AnnotationError: If there is no such format, or a label does not fit
            into it.
    """
    return _write(results, {result['name']: Video(
        _instances(_best(result['detections'])), result['duration'],
        frame_rate(result)) for result in results}, folder, form)


def frame_rate(result: dict) -> float:
    """Of the video that a result is of."""
    return open_video(result['video']).fps


def write_segments(results: Sequence[dict], folder: Path, form: str,
                   fps_of: Callable[[dict], Optional[float]] = frame_rate,
                   labels: Sequence[str] = ()) -> Tuple[Path, List[str]]:
    """Write all segments of videos in a format of annotations.

    Args:
        results: Of :class:`.drafts_of_segments.Segmenter`.
        folder, form: See :func:`write_drafts`.
        fps_of: Tells the frame rate of a result's video, where its file is of
            features; formats that count frames need one.
        labels: That a person will choose from, for formats with a list of
            them; that of all segments comes after these.

    Returns:
        tuple: See :func:`write_drafts`.

    Raises:
        AnnotationError: See :func:`write_drafts`; or if a rate is missing.
    """
    return _write(results, {result['name']: Video(
        _instances(result['detections']), result['duration'], fps_of(result))
        for result in results}, folder, form, labels)


def _best(found: Sequence[dict]) -> List[dict]:
    """Those that pictures show, as these show them."""
    segments, chosen, _ = best_detections(
        np.array([row['segment'] for row in found]).reshape(-1, 2),
        np.arange(len(found)), np.array([row['score'] for row in found]))
    return [dict(found[index], segment=segment)
            for segment, index in zip(segments, chosen)]


def _instances(found: Sequence[dict]) -> List[Instance]:
    """In order of time."""
    instances = [
        Instance(row['label'], max(float(start), 0.0), float(end),
                 float(row['score']))
        for row in found for start, end in [row['segment']]
        if end > max(start, 0)]
    return sorted(instances, key=lambda each: (each.start, each.end))


def _write(results: Sequence[dict], videos: Dict[str, Video], folder: Path,
           form: str, labels: Sequence[str] = ()) -> Tuple[Path, List[str]]:
    known = format_of(form)
    target = Path(folder) / ('annotations' if known.one_video else
                             f'annotations{known.suffix}')
    used = {each.label for video in videos.values()
            for each in video.instances}
    labels = [each for each in dict.fromkeys(labels) if each.strip()]
    listed = [*labels, *sorted(used.difference(labels))] if labels else None
    number = 2
    while target.is_file():  # of other videos, or corrected by hand
        target = target.with_name(f'annotations {number}{known.suffix}')
        number += 1
    return target, write_annotations(
        target, form, Contents(videos, listed), Settings(films={
            result['name']: result['video'] for result in results
            if Path(result.get('video', '')).suffix.lower() in
            VIDEO_SUFFIXES}))
