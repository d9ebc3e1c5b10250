"""Segments of any class in videos: a draft to correct, where nobody has
annotated anything."""
import tempfile
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Union

import numpy as np
import torch

from mmbapg.config.places import read_config
from mmbapg.datasets.embedding_files import Embeddings, read_embeddings
from mmbapg.datasets.transforms.change_point_numbers import (
    PENALTY_WITHOUT_RATE,
    FixedNumbers,
    Numbers,
    NumbersByRate,
    PenalizedNumber,
    Video,
)
from mmbapg.engine.device import check_device
from mmbapg.ops import cut_into_regions
from mmbapg.video_names import file_of

from .inference_inputs import (
    Source,
    check_input_format,
    opened,
    sources_of,
)
from .kept_encoder import KeptEncoder
from .localization_files import InferenceError, unique_names
from .undisturbed import undisturbed
from .video_stages import VideoStages, linked

#: The only label.
LABEL = 'segment'
#: How many cuts a video gets, besides a number.
RATE, PENALTY = 'rate', 'penalty'
#: Most cuts where a penalty decides.
MOST = 200


def chooser(number: Union[str, int] = RATE,
            penalty: float = PENALTY_WITHOUT_RATE) -> Numbers:
    """What decides the number of cuts.

    Args:
        number: ``rate``, as many as videos of this length had in the training
            set of the encoder, or by the penalty where it does not tell;
            ``penalty``, by the similarities of the video alone; or how many.
        penalty: Of a cut.

    Raises:
        InferenceError: If it is none of these.
    """
    penalized = PenalizedNumber(penalty, MOST)
    if number == RATE:
        return NumbersByRate([1.0], penalized)
    if number == PENALTY:
        return penalized
    if isinstance(number, int) and number > 0:
        return FixedNumbers([number])
    raise InferenceError(f'number: found {number!r}, expected {RATE}, '
                         f'{PENALTY}, or a positive whole number')


def cut_times(content: Embeddings, duration: float, numbers: Numbers,
              name: str = '') -> np.ndarray:
    """Where a video is cut.

    Args:
        content: Embeddings of the video.
        duration: In seconds.
        numbers: See :func:`chooser`.
        name: For messages.

    Returns:
        Times in seconds, ascending, without the ends of the video.
    """
    cuts = _cuts(content, duration, numbers, name)
    return content.edges(duration)[cuts.numpy()]


def segments_of(content: Embeddings, duration: float, numbers: Numbers,
                name: str = '') -> List[dict]:
    """Segments that fill a video, in order of time.

    Args:
        content, duration, numbers, name: See :func:`cut_times`.

    Returns:
        list: Dicts with ``segment`` (seconds), ``label`` and ``score``: how
        much the frames of the segment resemble their mean, 0 to 1.
    """
    unit = torch.nn.functional.normalize(
        torch.from_numpy(content.embeddings).float(), dim=1)
    cuts = _cuts(content, duration, numbers, name)
    edges = content.edges(duration)
    return [dict(segment=[float(edges[first]), float(edges[end])],
                 label=LABEL, score=float(unit[first:end].mean(dim=0).norm()))
            for first, end in cut_into_regions(cuts, len(unit)).tolist()]


def _cuts(content: Embeddings, duration: float, numbers: Numbers,
          name: str) -> torch.Tensor:
    """Indices at which a new segment starts."""
    if len(content.embeddings) < 2:
        return torch.empty(0, dtype=torch.int64)
    return numbers.segment(Video(
        torch.from_numpy(content.embeddings), 1,
        content.provenance.expected_boundaries(duration), name))[0]


class Segmenter:
    """Cuts videos where their embeddings change.

    Args:
        encoder: Config of a similarity encoder, or its name.
        checkpoint: Its weights.
        extractor: Config that makes the clip features of videos which the
            encoder takes; not needed for features, nor for an encoder of
            frames.
        device: See :class:`.TemporalLocalizationInferencer`.
        number, penalty: See :func:`chooser`.
        show_progress: Whether to show progress bars.
        extractor_checkpoint: Weights of the extractor; by default those that
            its config names or its network brings.

    Raises:
        InferenceError: If something does not fit together.
    """

    def __init__(self, encoder: str, checkpoint: str,
                 extractor: Optional[str] = None,
                 device: Optional[str] = 'auto',
                 number: Union[str, int] = RATE,
                 penalty: float = PENALTY_WITHOUT_RATE,
                 show_progress: bool = True,
                 extractor_checkpoint: Optional[str] = None) -> None:
        self.numbers = chooser(number, penalty)
        self.show_progress = show_progress
        place = check_device(device)
        encoders: Dict[str, KeptEncoder] = {}
        with undisturbed():
            if extractor is not None:
                encoders['extractor'] = KeptEncoder(
                    read_config(extractor), extractor_checkpoint, place,
                    'extractor')
            encoders['encoder'] = KeptEncoder(
                read_config(encoder), str(checkpoint), place, 'encoder')
        self.stages = VideoStages({}, encoders)

    def __call__(self, inputs, input_format: str = 'video') -> List[dict]:
        """Cut.

        Args:
            inputs, input_format: See
                :class:`.TemporalLocalizationInferencer`.

        Returns:
            For each video what the inferencer returns of one, with the
            segments of :func:`segments_of` as ``detections``.
        """
        self._check(check_input_format(input_format))
        sources = list(map(opened, sources_of(inputs, input_format)))
        names = unique_names([source.path for source in sources])
        with undisturbed():
            found = self._embedded(sources)
        return [self._result(name, source, content)
                for name, source, content in zip(names, sources, found)]

    def _embedded(self, sources: Sequence[Source]) -> List[Embeddings]:
        with tempfile.TemporaryDirectory(prefix='mmbapg-') as place:
            folder = Path(place)
            with linked(sources, folder) as named:
                self.stages.embed(named, folder, self.show_progress)
                return [read_embeddings(file_of(
                    folder / 'embeddings', name, '{}.npz'))
                    for name in named]

    def _result(self, name: str, source: Source,
                content: Embeddings) -> dict:
        duration = float(source.duration or 0)
        return dict(name=name, video=str(source.path), duration=duration,
                    detections=segments_of(content, duration, self.numbers,
                                           name))

    def _check(self, input_format: str) -> None:
        frames = self.stages.encoders['encoder'].reads_videos
        extracts = 'extractor' in self.stages.encoders
        if input_format == 'video' and not (frames or extracts):
            raise InferenceError(
                'extractor: found none, expected the config that makes clip '
                'features of videos, which this encoder takes')
        if input_format == 'feature' and (frames or extracts):
            raise InferenceError(
                'inputs: found features, expected videos: these are what '
                'the encoder, or its extractor, takes')
