"""What an encoder is worth: its change points and proposals on test videos,
beside those of raw features and of evenly spaced cuts."""
from typing import Dict, List, NamedTuple, Sequence, Union

import numpy as np

from mmbapg.apis.boundary_table import (
    boundaries_of,
    boundaries_of_detections,
)
from mmbapg.datasets import TemporalSimilarityClustering
from mmbapg.datasets.annotations import (
    VideoAnnotation,
    classes_of,
    load_annotations,
    select,
)
from mmbapg.datasets.embedding_files import Embeddings, read_embeddings
from mmbapg.datasets.feature_files import read_features
from mmbapg.datasets.transforms.change_point_numbers import BY_RATE
from mmbapg.evaluation import average_recall
from mmbapg.evaluation.boundary_comparison import EVEN
from mmbapg.evaluation.boundary_f1 import (
    cut_times,
    even_times,
    mean_boundary_f1,
)
from mmbapg.evaluation.submission import read_submission
from mmbapg.ops import evenly_spaced_cuts
from mmbapg.video_names import file_of

from .stages import FourStages

TOLERANCES = (0.5, 1.0, 2.0)
#: Seconds from one stored feature to the next.
INTERVAL = 0.25
RAW, LEARNED = 'raw features', 'learned embeddings'
#: Numbers of change points: as in Table IV of BAPG and together, as many as
#: long videos need, and our default.
NUMBERS = ((5, ), (10, ), (15, ), (20, ), (5, 10, 15, 20), (30, ), (60, ),
           (15, 30, 45, 60), BY_RATE)
#: Average numbers of proposals.
AVERAGE_NUMBERS = (10, 20, 50, 100)


class JudgedVideo(NamedTuple):
    """A test video: what is true, and two descriptions of its frames."""
    annotation: VideoAnnotation
    learned: Embeddings
    raw: Embeddings


def judged_videos(stages: FourStages) -> List[JudgedVideo]:
    """All videos of ``stages.test``."""
    videos = select(load_annotations(stages.annotations), where=stages.test)
    return [_judged_video(stages, video) for video in videos]


def boundary_table(videos: Sequence[JudgedVideo]) -> Dict[str, List[float]]:
    """Boundary F1 for each tolerance.

    Every method is told the true number of change points.
    """
    true = boundaries_of([video.annotation for video in videos])

    def cuts(contents: Sequence[Embeddings]) -> list:
        return [cut_times(content.embeddings, len(times),
                          content.provenance.interval)
                for content, times in zip(contents, true)]

    found = {
        EVEN: [even_times(len(video.learned.times), len(times),
                          video.learned.provenance.interval)
               for video, times in zip(videos, true)],
        RAW: cuts([video.raw for video in videos]),
        LEARNED: cuts([video.learned for video in videos])
    }
    return {name: mean_boundary_f1(times, true, TOLERANCES).tolist()
            for name, times in found.items()}


def detected_boundary_f1(stages: FourStages, stage: str) -> List[float]:
    """Of a localizer, beside :func:`boundary_table`.

    Args:
        stages: That have tested it.
        stage: ``host`` or ``host_with_bapg``.
    """
    videos = select(load_annotations(stages.annotations), where=stages.test)
    found = read_submission(str(stages.detections(stage)),
                            classes_of(str(stages.annotations)))
    return mean_boundary_f1(boundaries_of_detections(videos, found),
                            boundaries_of(videos), TOLERANCES).tolist()


def proposal_table(videos: Sequence[JudgedVideo]) -> Dict[str, List[float]]:
    """AR@AN for each of :data:`AVERAGE_NUMBERS`.

    All methods rank by the same rule, evenly spaced regions by the learned
    embeddings. Keys are the method and its numbers of change points.
    """
    return {
        f'{method}, m = {_named(numbers)}':
        _average_recall(videos, method, numbers)
        for numbers in NUMBERS for method in (EVEN, RAW, LEARNED)
    }


def collapse(videos: Sequence[JudgedVideo]) -> float:
    """Mean similarity of two frames of a video; 1 if all are one point."""
    means = []
    for video in videos:
        unit = video.learned.embeddings / np.linalg.norm(
            video.learned.embeddings, axis=1, keepdims=True)
        means.append(float(np.square(unit.mean(axis=0)).sum()))
    return float(np.mean(means))


def _named(numbers: Union[str, Sequence[int]]) -> str:
    return numbers if isinstance(numbers, str) else ', '.join(
        map(str, numbers))


def _average_recall(videos: Sequence[JudgedVideo], method: str,
                    numbers: Union[str, Sequence[int]]) -> List[float]:
    proposals = {}
    for video in videos:
        content = video.raw if method == RAW else video.learned
        clustering = TemporalSimilarityClustering('', numbers)
        name, duration = video.annotation.name, video.annotation.duration
        cuts = clustering.segment(content, duration, name)
        if method == EVEN:  # as many
            cuts = [evenly_spaced_cuts(len(content.times), len(each))
                    for each in cuts]
        found = clustering.propose(content, duration, cuts)
        proposals[name] = found.proposals, found.scores
    recall = average_recall(
        {video.annotation.name: video.annotation.segments
         for video in videos}, proposals, max(AVERAGE_NUMBERS))
    return [float(recall.average_recall[number - 1])
            for number in AVERAGE_NUMBERS]


def _judged_video(stages: FourStages, video: VideoAnnotation) -> JudgedVideo:
    learned = read_embeddings(
        str(file_of(stages.embeddings_dir, video.name, '{}.npz')))
    path = file_of(stages.features_dir, video.name, '{}.npz')
    features = read_features(str(path if path.is_file() else
                                 path.with_suffix('.npy')))
    steps = np.rint(learned.times / INTERVAL - 0.5).astype(int)
    raw = features[steps.clip(0, len(features) - 1)]
    return JudgedVideo(video, learned, learned._replace(
        embeddings=np.asarray(raw, dtype=np.float32)))
