"""Frames of untrimmed videos, sampled at a fixed interval."""
import os
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

import numpy as np
from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log

from mmbapg.ops import TemporalGrid

from .annotations import (
    AnnotationError,
    VideoAnnotation,
    class_names,
    load_annotations,
    named,
    read_database,
    select,
)
from .clips import instance_frames
from .pair_pools import VideoFrames, build_pools
from .seeding import SeededSamples

#: Where each form of input is found, as keys of ``data_prefix``.
FORMS = ('video', 'img', 'feature')


@DATASETS.register_module()
class UntrimmedFrameDataset(SeededSamples, BaseDataset):
    """All videos as one long list of frames.

    In training a sample is one frame, and knows of which instances it is a
    positive and of which a negative; the sampler decides which frames meet in
    a batch. In testing a sample is a run of frames of one video.

    A video of ``duration`` seconds has ``round(duration / interval)`` frames;
    frame ``i`` is the one shown at ``(i + 0.5) * interval`` seconds.

    Args:
        ann_file: See :mod:`mmbapg.datasets.annotations`.
        data_prefix: ``dict(video=FOLDER)``, ``dict(img=FOLDER)`` with a
            folder of numbered frames for each video, or
            ``dict(feature=FOLDER)`` with stored clip features; a list of
            folders if those of several kinds are concatenated.
        interval: Seconds from one sampled frame to the next (the paper's T).
        pipeline: Transforms; the first loads frames or features.
        subset, where: See :func:`mmbapg.datasets.annotations.select`.
        filename_tmpl: Name of a video's file, or of its folder;
            ``{subset}/{}.npy`` where each subset has a folder of its own.
        fps: Of videos whose annotation does not tell it.
        hard_negative_window: See ``window`` of
            :func:`mmbapg.datasets.clips.instance_frames`.
        surroundings: See the same function.
        chunk_size: Most frames in a sample while testing; ``None`` for whole
            videos.
        context: Frames on either side that a temporal encoder needs to see.
        invalid_segments: See :func:`load_annotations`.
        missing_files: ``error``, or ``skip`` to leave out, count and name
            videos whose file is missing.
        test_mode: Runs of frames instead of single ones, nothing random.
        metainfo: ``dict(classes=[...])`` fixes the classes.
        **kwargs: See :class:`mmengine.dataset.BaseDataset`.

    Raises:
        AnnotationError: If a file is missing, a video is shorter than the
            interval, or no instance can serve as an anchor.
    """

    def __init__(self,
                 ann_file: str,
                 data_prefix: Mapping[str, 'str | Sequence[str]'],
                 interval: float,
                 pipeline: Sequence[dict] = (),
                 subset: 'None | str | Sequence[str]' = None,
                 where: Optional[Mapping] = None,
                 filename_tmpl: Optional[str] = None,
                 fps: Optional[float] = None,
                 hard_negative_window: Optional[float] = None,
                 surroundings: str = 'background',
                 chunk_size: Optional[int] = None,
                 context: int = 0,
                 invalid_segments: str = 'error',
                 missing_files: str = 'error',
                 test_mode: bool = False,
                 **kwargs) -> None:
        forms = [form for form in FORMS if form in data_prefix]
        if len(forms) != 1:
            raise ValueError(f'data_prefix is {dict(data_prefix)}, expected '
                             f'exactly one of {", ".join(FORMS)}')
        self.form = forms[0]
        folders = data_prefix[self.form]
        several = isinstance(folders, (list, tuple))
        if several and self.form != 'feature':
            raise ValueError(f'data_prefix.{self.form}: found {folders}, '
                             'expected one folder; only features of several '
                             'kinds are concatenated')
        self.folders = [str(each) for each in (
            folders if several else [folders])]
        self.filename_tmpl = filename_tmpl or dict(
            video='{}.mp4', img='{}', feature='{}.npy')[self.form]
        self.interval = interval
        self.subset, self.where = subset, where
        self.fps = fps
        self.hard_negative_window = hard_negative_window
        self.surroundings = surroundings
        self.chunk_size = chunk_size
        self.context = context
        self.invalid_segments = invalid_segments
        self.missing_files = missing_files
        super().__init__(
            ann_file=ann_file,
            pipeline=list(pipeline),
            test_mode=test_mode,
            **kwargs)

    @property
    def grid(self) -> TemporalGrid:
        """Grid of the sampled frames, the same for all videos."""
        return TemporalGrid.of_interval(self.interval)

    def load_data_list(self) -> List[dict]:
        """One entry for each video; samples are parts of videos."""
        annotations = load_annotations(self.ann_file, self.invalid_segments)
        videos = select(annotations, self.subset, self.where, self.ann_file)
        videos = self._with_files(videos)
        self.videos = self._video_frames(videos)
        self._metainfo['videos'] = [video.name for video in self.videos]
        if not self.test_mode:
            self._make_pools()
        size = self.chunk_size if self.test_mode else 1
        self._runs_of_video = [
            -(-video.num_frames // (size or video.num_frames))
            for video in self.videos
        ]
        self._first_sample = np.cumsum([0] + self._runs_of_video)
        return [
            dict(video_name=video.name, duration=video.duration,
                 fps=video.fps or self.fps, path=paths[0],
                 feature_paths=paths, num_frames=frames.num_frames)
            for video, frames in zip(videos, self.videos)
            for paths in [self._paths(video)]
        ]

    def __len__(self) -> int:
        self.full_init()
        return int(self._first_sample[-1])

    def samples_of_video(self, index: int) -> range:
        """The samples, in order, that make up a video."""
        return range(*self._first_sample[index:index + 2].tolist())

    def video_info(self, index: int) -> dict:
        """Name, file, duration and number of frames of a video."""
        return super().get_data_info(index)

    def get_data_info(self, idx: int) -> dict:
        """What the pipeline starts from: a run of frames ``first..last``."""
        self.full_init()
        video = int(np.searchsorted(self._first_sample, idx, 'right')) - 1
        info = self.video_info(video)
        size = self.chunk_size if self.test_mode else 1
        first = (idx - self._first_sample[video]) * (size or 0)
        info.update(
            first=int(first),
            last=int(min(first + (size or np.inf), info['num_frames'])),
            grid=self.grid,
            context=self.context)
        if not self.test_mode:
            info.update(self._roles(video, idx))
        return info

    def _roles(self, video: int, frame: int) -> dict:
        """Pools that hold a frame, as positive and as negative."""
        pools = self._pools_of_video[video] + self._far_reaching_pools
        return dict(
            instances=[index for index in pools if _holds(
                self.pools[index].positives, frame)],
            negative_of=[index for index in pools if _holds(
                self.pools[index].former, frame) or _holds(
                    self.pools[index].latter, frame)])

    def _paths(self, video: VideoAnnotation) -> List[str]:
        name = self.filename_tmpl.format(
            video.name, subset=video.fields.get('subset'))
        return [str(Path(folder) / name) for folder in self.folders]

    def _with_files(self, videos: Sequence[VideoAnnotation]
                    ) -> Sequence[VideoAnnotation]:
        absent = [video.name for video in videos
                  if not all(map(os.path.exists, self._paths(video)))]
        if not absent:
            return videos
        text = (f'{self.ann_file}: no {self.form} {self.filename_tmpl} in '
                f'{", ".join(self.folders)} for {named(absent)}')
        if self.missing_files == 'error' or len(absent) == len(videos):
            raise AnnotationError(
                f'{text}; expected one for each of the {len(videos)} videos '
                "(missing_files='skip' leaves them out)")
        print_log(f'{text}; skipped', 'current', 30)
        return [video for video in videos if video.name not in set(absent)]

    def _video_frames(self, videos) -> List[VideoFrames]:
        classes = {name: index for index, name in enumerate(
            self._metainfo.get('classes') or class_names(
                read_database(self.ann_file)[0]))}
        found, offset = [], 0
        for video in videos:
            num_frames = int(video.duration / self.interval + 0.5)
            if video.duration < self.interval:
                raise AnnotationError(
                    f'{self.ann_file}: video {video.name}, field duration: '
                    f'found {video.duration:g} s, expected at least one '
                    f'sampling interval of {self.interval:g} s')
            instances = instance_frames(
                video.segments, [classes[name] for name in video.labels],
                video.duration, self.interval, num_frames,
                self.hard_negative_window, self.surroundings)
            found.append(VideoFrames(video.name, offset, num_frames,
                                     instances))
            offset += num_frames
        return found

    def _make_pools(self) -> None:
        self.pools, report = build_pools(self.videos)
        for line in report:
            print_log(f'{self.ann_file}: {line}', 'current')
        if not self.pools:
            raise AnnotationError(
                f'{self.ann_file}: no instance has two sampled frames and a '
                f'negative at an interval of {self.interval:g} s, expected '
                'some to train on')
        self._pools_of_video: List[list] = [[] for _ in self.videos]
        self._far_reaching_pools = []
        for index, pool in enumerate(self.pools):
            if pool.reaches_beyond_video:
                self._far_reaching_pools.append(index)
            else:
                self._pools_of_video[pool.video].append(index)


def _holds(frames: np.ndarray, frame: int) -> bool:
    """Whether ascending ``frames`` hold ``frame``."""
    place = np.searchsorted(frames, frame)
    return place < len(frames) and frames[place] == frame
