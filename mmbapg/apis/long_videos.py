"""Videos of hours, in windows: memory has one bound, whatever their length.

A video that is longer than a window is read, and localized, window by window.
Each detection belongs to the window in whose own part its middle lies: windows
overlap, and share what both see in halves. Of two that reach over a border
between parts and are of one class, the worse goes if they are nearly the same.

What is guaranteed: Where a host's outputs depend on a limited number of steps
around (TemporalMaxer, and ActionFormer without a positional encoding, both
with layer normalization), detections are those of the whole video, but for
rounding, wherever neither they nor what overlaps them come closer to a border
between parts than half of what two windows share less the network's reach.
Limits on the number of detections hold for each window. Hosts that average
over the whole sequence (TriDet, DyFADet) or encode positions see the window
as their video. TadTR has windows of its own.
"""
import hashlib
from itertools import groupby
from pathlib import Path
from typing import (
    Callable,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Union,
)

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData

from mmbapg.datasets.transforms.frame_samplers import FrameSampler
from mmbapg.datasets.transforms.loading import LoadFeatures
from mmbapg.files import replace_file
from mmbapg.ops import segment_iou, sliding_windows

from .localization_files import InferenceError

#: Share of a window that the next one sees again.
OVERLAP = 0.25
#: tIoU from which two detections of neighbouring windows are the same.
SAME_IOU = 0.5


def check_window(steps: Optional[int], multiple: int) -> None:
    """Refuse windows that are too short to overlap.

    Args:
        steps, multiple: See :class:`InWindows`.

    Raises:
        InferenceError: If they are.
    """
    if steps is not None and steps < 2 * multiple:
        raise InferenceError(
            f'window_steps: found {steps}, expected at least {2 * multiple}: '
            f'windows of this network begin at multiples of {multiple} steps, '
            'and overlap')


class InWindows:
    """A test dataset whose items are windows of its videos.

    Args:
        dataset: Whose pipeline begins with :class:`LoadFeatures`, or with the
            choice of frames of a localizer that sees these; one that resizes
            features, or spreads frames over a video, has no long videos, and
            stays as it is.
        steps: Of a window; ``None`` for whole videos.
        multiple: Windows begin at multiples of so many steps, so that the
            steps of a feature pyramid are those of the whole video.
    """

    def __init__(self, dataset, steps: Optional[int],
                 multiple: int = 1) -> None:
        self.dataset = dataset
        self.places: List[tuple] = []
        for index in range(len(dataset)):
            windows = [None] if steps is None else self._windows(
                dataset.get_data_info(index), steps, multiple)
            self.places += [(index, window, windows) for window in windows]

    def _windows(self, video: dict, steps: int, multiple: int) -> list:
        loader, *others = self.dataset.pipeline.transforms
        spread = getattr(loader, 'is_spread', False) or any(
            type(each).__name__ == 'ResizeFeatures' for each in others)
        if spread or not isinstance(loader, (LoadFeatures, FrameSampler)):
            return [None]
        number = loader.num_steps(video)
        if number <= steps:
            return [None]
        # whole multiples from one to the next
        step = max(int(steps * (1 - OVERLAP)) // multiple, 1) * multiple
        return sliding_windows(number, steps, max(1 - step / steps, 0),
                               complete=False)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: int) -> dict:
        video, window, windows = self.places[index]
        if window is None:
            return self.dataset[video]
        results = self.dataset.get_data_info(video)
        results['steps'] = window
        item = self.dataset.pipeline(results)
        item['data_samples'].set_metainfo(
            dict(window=window, borders=_borders(window, windows)))
        return item


def _borders(window, windows) -> tuple:
    """First step of the window's own part, and that after its last."""
    place = windows.index(window)
    middles = [(after[0] + before[1]) / 2
               for before, after in zip(windows, windows[1:])]
    edges = [-np.inf, *middles, np.inf]
    return edges[place], edges[place + 1]


def join_windows(samples: Iterable[ActionDataSample]
                 ) -> Iterator[ActionDataSample]:
    """One sample for each video, of those of its windows in order."""
    for _, group in groupby(samples, lambda sample: sample.video_name):
        parts = list(group)
        yield parts[0] if 'window' not in parts[0] else _joined(parts)


def _joined(parts: Sequence[ActionDataSample]) -> ActionDataSample:
    grid = parts[0].grid.cropped(-parts[0].window[0])
    kept, owners = [], []
    for number, part in enumerate(parts):
        found = part.pred_instances
        first, end = (grid.to_seconds(border) for border in part.borders)
        middle = found.segments.mean(dim=1)
        kept.append(found[(middle >= first) & (middle < end)])
        owners += [number] * len(kept[-1])
    found = InstanceData.cat(kept)
    seams = [grid.to_seconds(part.borders[1]) for part in parts[:-1]]
    found = found[_without_doubles(found, torch.tensor(owners), seams)]
    order = found.scores.sort(descending=True, stable=True).indices
    sample = parts[0]
    sample.pred_instances = found[order]
    sample.set_metainfo(dict(grid=grid))
    return sample


def _without_doubles(found: InstanceData, owners: torch.Tensor,
                     seams: Sequence[float]) -> torch.Tensor:
    """Which detections stay, ``(N,)`` bool."""
    stays = torch.ones(len(found), dtype=torch.bool)
    start, end = found.segments.unbind(dim=1)
    for number, seam in enumerate(seams):
        index = ((start < seam) & (end > seam) & (
            (owners == number) | (owners == number + 1))).nonzero()[:, 0]
        segments, scores, labels, owner = (each[index] for each in (
            found.segments, found.scores, found.labels, owners))
        better = scores[None, :] > scores[:, None]
        double = (segment_iou(segments, segments) >= SAME_IOU) & better & (
            owner[:, None] != owner) & (labels[:, None] == labels)
        stays[index[double.any(dim=1)]] = False
    return stays


class KeptWindows:
    """What was found in windows, so that a run that is cut off goes on.

    Args:
        out_dir: Whose folder ``windows`` gets a small file for each window;
            ``None`` keeps nothing.
        weights: What tells weights from others.
    """

    def __init__(self, out_dir: Union[None, str, Path],
                 weights: str) -> None:
        self.folder = None if out_dir is None else Path(out_dir, 'windows')
        self.weights = weights
        self.written: List[Path] = []

    def forward(self, batch: dict, localize: Callable) -> list:
        """Results of a batch, of which windows are computed once."""
        sample = batch['data_samples'][0]
        if self.folder is None or 'window' not in sample or len(
                batch['data_samples']) > 1:
            return localize(batch)
        path = Path(self.folder, self._key(sample)).with_suffix('.npz')
        self.written.append(path)
        if path.is_file():
            with np.load(path, allow_pickle=False) as content:
                sample.pred_instances = InstanceData(**{
                    name: torch.from_numpy(content[name])
                    for name in ('segments', 'scores', 'labels')})
            return [sample]
        results = localize(batch)
        found = results[0].pred_instances
        replace_file(path, lambda file: np.savez(
            file, **{name: value.numpy() for name, value in found.items()}))
        return results

    def _key(self, sample: ActionDataSample) -> str:
        path = Path(sample.video_path)
        state = path.stat()
        told = (self.weights, str(path.resolve()), state.st_size,
                state.st_mtime_ns, sample.window, sample.duration,
                str(sample.grid))
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]

    def clear(self) -> None:
        """Forget, when results are written."""
        for path in self.written:
            path.unlink(missing_ok=True)
        if self.folder is not None and self.folder.is_dir() and not any(
                self.folder.iterdir()):
            self.folder.rmdir()
        self.written = []
