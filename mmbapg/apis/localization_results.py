"""What localizing returns, and what it says of videos that fail."""
import json
from pathlib import Path
from typing import (
    Callable,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Union,
)

import numpy as np
from mmaction.structures import ActionDataSample
from torch import nn

from mmbapg.datasets.video_reader import VideoError
from mmbapg.errors import INPUT_ERRORS
from mmbapg.files import replace_file
from mmbapg.models.localizers.contract import finds_proposals

from .inference_inputs import Source, opened
from .localization_files import InferenceError

#: What a single video can be to blame for.
VIDEO_ERRORS = (*INPUT_ERRORS, OSError, ValueError, RuntimeError)

#: Label of what is of no class.
PROPOSAL = 'proposal'


class SomeVideosFailed(InferenceError):
    """Some videos could not be localized; the message names them.

    Attributes:
        results: Of the others, as :class:`TemporalLocalizationInferencer`
            returns them.
        failures: Path -> what is wrong with it.
    """

    def __init__(self, results: List[dict],
                 failures: Dict[Path, VideoError]) -> None:
        self.results = results
        self.failures = failures
        super().__init__(
            f'{len(failures)} of {len(failures) + len(results)} videos were '
            f'not localized: {"; ".join(map(str, failures.values()))}')


def raise_failures(results: List[dict],
                   failures: Dict[Path, VideoError]) -> None:
    """Say which videos were not localized, if any.

    Raises:
        VideoError: If the only video failed.
        SomeVideosFailed: If some of several did, or all.
    """
    if len(failures) == 1 and not results:
        raise next(iter(failures.values()))
    if failures:
        raise SomeVideosFailed(results, failures)


class Localizations(list):
    """Results, one for each video. As with MMEngine's other inferencers,
    ``['predictions']`` gives the results and ``['visualization']`` their
    pictures.

    Attributes:
        visualization: RGB images, if they were asked for.
    """

    def __init__(self, predictions: Sequence,
                 visualization: Optional[List[np.ndarray]] = None) -> None:
        super().__init__(predictions)
        self.visualization = visualization

    def __getitem__(self, key):
        if key == 'predictions':
            return list(self)
        if key == 'visualization':
            return self.visualization
        return super().__getitem__(key)


def label_names(model: nn.Module, meta: Mapping,
                weights: str) -> Sequence[str]:
    """Names of the labels of what a model finds.

    Args:
        model: Built.
        meta: Of its checkpoint.
        weights: The checkpoint, for the message.

    Returns:
        The classes that it was trained on; one name where what it finds is of
        no class.

    Raises:
        InferenceError: If the checkpoint does not tell them.
    """
    classes = (meta.get('dataset_meta') or {}).get('classes') or ()
    if not classes:
        raise InferenceError(
            f'{weights}: found no class names (meta.dataset_meta.classes), '
            'expected a checkpoint that training has written')
    return (PROPOSAL, ) if finds_proposals(model) else classes


def result_of(sample: ActionDataSample, classes: Sequence[str]) -> dict:
    """A result as :class:`.TemporalLocalizationInferencer` returns it.

    Args:
        sample: With ``pred_instances``, and with ``video_path``.
        classes: Names of the labels.
    """
    found = sample.pred_instances.cpu()
    result = dict(
        name=sample.video_name, video=sample.video_path,
        duration=sample.duration, detections=[
            dict(segment=segment, label=classes[label], score=score)
            for segment, label, score in zip(
                found.segments.tolist(), found.labels.tolist(),
                found.scores.tolist())])
    if 'proposals' in sample:
        result['proposals'] = [
            dict(segment=segment, score=score) for segment, score in zip(
                sample.proposals.segments.tolist(),
                sample.proposals.scores.tolist())]
    return result


def check_new_file(path: Union[None, str, Path], overwrite: bool) -> None:
    """Refuse to write a JSON file, if one is to be written.

    Raises:
        InferenceError: If it has another suffix, or is there already.
    """
    if not path:
        return
    if Path(path).suffix != '.json':
        raise InferenceError(
            f'pred_out_file: found {path}, expected the name of a JSON file')
    if Path(path).exists() and not overwrite:
        raise InferenceError(
            f'{path}: found a file, expected none where results go; choose '
            'another name, or let it be overwritten (overwrite=True)')


def write_results(path: Union[str, Path], results: Sequence[dict]) -> None:
    """Write results as MMEngine's inferencers do."""
    content = json.dumps(dict(predictions=results), indent=1).encode()
    replace_file(path, lambda file: file.write(content))


def _blamed(path: Path, error: Exception) -> VideoError:
    """What is wrong with a video, under its own name."""
    text = str(error) or type(error).__name__
    return VideoError(text if str(path) in text else f'{path}: {text}')


def localize_readable(
        localize: Callable[..., Dict[Path, ActionDataSample]],
        sources: Sequence[Source]
) -> Tuple[Dict[Path, ActionDataSample], Dict[Path, VideoError]]:
    """Localize all videos together, or where one fails, each alone.

    Args:
        localize: Sources, and settings of dataloaders -> samples by path.
        sources: What is asked about.

    Returns:
        tuple: Samples by path, and what is wrong with the other videos.
    """
    failures: Dict[Path, VideoError] = {}
    readable = []
    for source in sources:
        try:
            readable.append(opened(source))
        except VIDEO_ERRORS as error:
            failures[source.path] = _blamed(source.path, error)
    try:
        samples = localize(readable) if readable else {}
    except VIDEO_ERRORS:  # one is to blame: which?
        samples = {}
        for source in readable:
            try:
                samples.update(localize([source], num_workers=0,
                                        persistent_workers=False))
            except VIDEO_ERRORS as error:
                failures[source.path] = _blamed(source.path, error)
    return samples, failures
