"""Every file of a dataset, read as its pipeline reads it."""
from pathlib import Path
from typing import Any, Dict, List, Optional, Set

from mmengine.dataset import BaseDataset
from rich.progress import track

from mmbapg.datasets import LoadVideoFrames, LoadVideoScores
from mmbapg.datasets.annotated_videos import AnnotatedVideos
from mmbapg.datasets.annotations import named
from mmbapg.datasets.feature_coverage import covered_share, features_loader
from mmbapg.datasets.transforms.frame_samplers import FrameSampler
from mmbapg.datasets.video_reader import VideoReader
from mmbapg.errors import INPUT_ERRORS

from .dataset_report import DatasetReport

#: Share, and seconds, by which a video may be longer or shorter than its
#: annotation says.
DURATION_SLACK = 0.05, 0.5
#: Errors of single files that are written out.
MANY_ERRORS = 20


def check_files(dataset: AnnotatedVideos, report: DatasetReport,
                done: Set[tuple]) -> None:
    """Read what a dataset reads, and report what is wrong with it.

    Args:
        dataset: Built, with its pipeline.
        report: Is added to.
        done: What has been read already; is added to.
    """
    steps = dataset.pipeline.transforms
    settings = repr([vars(step) for step in steps[:1]])
    found = _Findings()
    for info in track(dataset.data_infos(), 'Reading files'):
        key = info['video_name'], tuple(_paths(info)), settings
        if key in done:
            continue
        done.add(key)
        try:
            if features_loader(steps) is not None:
                _read_features(dataset, info, found)
            elif steps and isinstance(steps[0], FrameSampler):
                _read_window(steps[0], info, report)
            elif steps and 'path' in info:
                _read_frames(dataset, info, report)
            for step in steps:
                if isinstance(step, LoadVideoScores):
                    step.transform(dict(
                        info, classes=dataset.metainfo['classes']))
        except INPUT_ERRORS as error:
            found.errors.append(str(error))
    found.tell(dataset, report)


class _Findings:
    """What the feature files of a dataset have in common, or have not."""

    def __init__(self) -> None:
        self.errors: List[str] = []
        self.widths: Dict[int, List[str]] = {}
        self.shares: Dict[str, float] = {}

    def tell(self, dataset: AnnotatedVideos, report: DatasetReport) -> None:
        """Add to a report."""
        for error in self.errors[:MANY_ERRORS]:
            report.add_error(error)
        if len(self.errors) > MANY_ERRORS:
            report.errors.append(f'{len(self.errors) - MANY_ERRORS} more '
                                 'files with errors')
        for width in self.widths:
            text = f'{width} channels'
            report.facts += [] if text in report.facts else [text]
        slack = dataset.duration_slack
        if not self.shares or slack is None:
            return
        try:
            dataset.refuse_wrong_coverage()
        except INPUT_ERRORS as error:
            report.add_error(error)
            return
        odd = [f'{name} ({share:.2f})' for name, share in self.shares.items()
               if abs(share - 1) > 2 * slack]
        if odd:
            report.warnings.append(
                'features cover another share of the annotated duration than '
                f'1 in {named(odd)}')


def _paths(info: dict) -> List[str]:
    return info.get('feature_paths') or [info['path']]


def _read_features(dataset: AnnotatedVideos, info: dict,
                   found: _Findings) -> None:
    loader = features_loader(dataset.pipeline.transforms)
    assert loader is not None  # a dataset of features has one
    loaded = loader.transform(dict(info))
    features, grid = loaded['features'], loaded['grid']
    found.widths.setdefault(features.shape[1], []).append(info['video_name'])
    if loader.stride != 0 and info['duration'] != dataset.default_duration:
        found.shares[info['video_name']] = covered_share(
            grid, len(features), info['duration'])
    if 'num_frames' in info:
        _last_frame(dataset, info)


def _read_window(sampler: FrameSampler, info: dict,
                 report: DatasetReport) -> None:
    """Load the last frame that a localizer of frames asks for."""
    times, _ = sampler.sample(info)
    if 'path' not in info:
        return  # stored frames, whose number the sampler has compared
    path = Path(info['path'])
    _compare_video(path, info, report)
    VideoReader(str(path)).frames_at(times.reshape(-1)[-1:])


def _read_frames(dataset: AnnotatedVideos, info: dict,
                 report: DatasetReport) -> None:
    _last_frame(dataset, info)
    if isinstance(dataset.pipeline.transforms[0], LoadVideoFrames):
        _compare_video(Path(info['path']), info, report)


def _last_frame(dataset: Any, info: dict) -> None:
    """Load the last frame that training asks for."""
    dataset.pipeline.transforms[0].transform(dataset.last_frame_of(info))


def _compare_video(path: Path, info: dict, report: DatasetReport) -> None:
    """Training reads frames by time: these say that annotations are odd."""
    reader = VideoReader(str(path))
    share, seconds = DURATION_SLACK
    if abs(reader.duration - info['duration']) > max(
            share * info['duration'], seconds):
        report.warnings.append(
            f'{path}: found {reader.duration:.2f} s of video, expected '
            f'{info["duration"]:.2f} s as the annotation says')
    fps = info.get('fps')
    if fps and not reader.has_frame_rate(fps):
        report.warnings.append(
            f'{path}: found {reader.fps:.3f} frames per second, expected '
            f'{fps:g} as the annotation says')


def check_foreign(dataset: BaseDataset, report: DatasetReport) -> None:
    """Read a sample of a dataset that is not ours."""
    kind = type(dataset).__name__
    try:
        if len(dataset):
            dataset[0]
    except Exception as error:  # whatever a pipeline raises
        report.add_error(f'{kind}: {getattr(dataset, "ann_file", "")}: the '
                         f'first sample cannot be loaded ({error})')
        return
    report.facts.append(f'{kind}: {len(dataset)} samples, of which only the '
                        'first was read')


def first_path(dataset: AnnotatedVideos) -> Optional[str]:
    """A file of the dataset, if it has any."""
    infos = dataset.data_infos()
    return _paths(infos[0])[0] if infos else None
