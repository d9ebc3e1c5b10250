"""Trimmed clips of any origin, that clips with boundaries are made of."""
from dataclasses import dataclass, replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset

from mmbapg.errors import SettingError, UserError
from mmbapg.ops import TemporalGrid

from ..numbered_frames import count_frames
from ..open_videos import open_video
from ..untrimmed_frames import UntrimmedFrameDataset


class TrimmedClipError(UserError, ValueError):
    """Trimmed clips that no boundaries can be made of; the message says which
    and why."""


@dataclass
class TrimmedClip:
    """Frames of a video that show one action.

    Attributes:
        info: What transforms need to load frames of its video: ``path``,
            ``grid``, ``num_frames`` and the like.
        label: Number of its class.
        first: Its first frame, on the grid.
        known_length: Its frames, ``None`` if its video was not read yet.
        name: Of the clip, for messages.
        source: Number of the dataset that it is from.
    """
    info: Dict[str, Any]
    label: int
    first: int
    known_length: Optional[int]
    name: str
    source: int = 0

    @property
    def length(self) -> int:
        """Its frames.

        Raises:
            VideoError: If its video has to be read, and is unreadable.
        """
        if self.known_length is None:
            path, fps = self.info['path'], self.info['fps']
            duration = (open_video(path).duration if fps is None else
                        count_frames(path) / fps)
            self.known_length = int(
                duration / self.info['grid'].interval + 1e-6)
            self.info.update(duration=duration, num_frames=self.known_length)
        return self.known_length


def trimmed_clips(source: BaseDataset, interval: Optional[float],
                  fps: Optional[float]) -> List[TrimmedClip]:
    """The clips of a dataset.

    Args:
        source: A dataset of MMAction2 of trimmed videos or folders of images,
            a clip each; or an ``UntrimmedFrameDataset``, of which each
            instance is a clip.
        interval: Seconds from one frame to the next; ``None`` for that of
            an ``UntrimmedFrameDataset``.
        fps: Of folders of images, and of video files whose frames are
            counted and not timed.

    Raises:
        TrimmedClipError: If there are none, one has no label, or one of the
            numbers is missing.
    """
    if isinstance(source, UntrimmedFrameDataset):
        if interval not in (None, source.interval):
            raise TrimmedClipError(
                f'interval is {interval} s, and that of {source.ann_file} is '
                f'{source.interval} s, expected one: leave it out')
        clips = _of_instances(source)
    elif interval is None:
        raise TrimmedClipError(
            f'interval: found none for the clips of {source.ann_file}, '
            'expected the seconds from one frame to the next')
    else:
        clips = [_of_entry(source, index, interval, fps)
                 for index in range(len(source))]
    if not clips:
        raise TrimmedClipError(f'{source.ann_file}: found no clip, expected '
                               'some to make boundaries of')
    return clips


def _of_instances(source: UntrimmedFrameDataset) -> List[TrimmedClip]:
    """Each instance of untrimmed videos."""
    clips = []
    for index, video in enumerate(source.videos):
        info = dict(source.video_info(index), grid=source.grid, context=0)
        for number, instance in enumerate(video.instances):
            own = instance.own
            clips.append(TrimmedClip(
                info, instance.label, int(own[0]) if len(own) else 0,
                len(own), f'{source.ann_file}: video {video.name}, instance '
                f'{number}'))
    return clips


def _of_entry(source: BaseDataset, index: int, interval: float,
              fps: Optional[float]) -> TrimmedClip:
    """A clip of MMAction2's datasets."""
    entry = source.get_data_info(index)
    path = entry.get('filename', entry.get('frame_dir'))
    label = entry.get('label')
    if not isinstance(label, int) or label < 0:
        raise TrimmedClipError(
            f'{source.ann_file}: clip {path}, field label: found {label}, '
            'expected the number of one class')
    info = dict(path=path, video_name=path, context=0, fps=fps,
                grid=TemporalGrid.of_interval(interval))
    if 'frame_dir' not in entry:
        return TrimmedClip(info, label, 0, None, path)
    if fps is None:
        raise TrimmedClipError(
            f'fps: found none for the folders of images of {source.ann_file}, '
            'expected their frame rate')
    duration = entry['total_frames'] / fps
    length = int(duration / interval + 1e-6)
    info.update(duration=duration, num_frames=length)
    return TrimmedClip(info, label, 0, length, path)


def build_source(source: Mapping) -> BaseDataset:
    """The dataset of a config, whose own pipeline has nothing to do.

    Raises:
        AnnotationError: See :class:`UntrimmedFrameDataset`.
    """
    # an empty list cannot be serialized
    built = DATASETS.build(dict({'pipeline': [], 'serialize_data': False},
                                **source))
    built.full_init()
    return built


def source_settings(source: 'Mapping | Sequence[Mapping]',
                    *settings) -> List[Tuple]:
    """Each source with its settings.

    Args:
        source: Config of a dataset, or several.
        *settings: Of one source; of several, lists of as many, or one value
            for all.

    Raises:
        SettingError: If a list has another number.
    """
    sources = [source] if isinstance(source, Mapping) else list(source)
    columns = []
    for values in settings:
        if not isinstance(values, (list, tuple)):
            values = [values] * len(sources)
        if len(values) != len(sources):
            raise SettingError(
                f'found {len(values)} values, {values}, for {len(sources)} '
                'sources, expected one for each')
        columns.append(values)
    return list(zip(sources, *columns))


def joined_to(before: Sequence[TrimmedClip], clips: Sequence[TrimmedClip],
              source: int) -> List[TrimmedClip]:
    """Clips of a further source, whose classes come after those before."""
    offset = 1 + max((clip.label for clip in before), default=-1)
    return [replace(clip, source=source, label=clip.label + offset)
            for clip in clips]


def by_label(clips: Sequence[TrimmedClip]) -> Dict[int, List[int]]:
    """Indices of the clips of each class, the classes ascending."""
    found: Dict[int, List[int]] = {}
    for index, clip in enumerate(clips):
        found.setdefault(clip.label, []).append(index)
    return dict(sorted(found.items()))
