"""Frames of untrimmed videos, sampled at a fixed interval."""
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

import numpy as np
from mmaction.registry import DATASETS
from mmengine.logging import print_log

from mmbapg.errors import SettingError
from mmbapg.ops import TemporalGrid

from .annotated_videos import AnnotatedVideos
from .annotations import AnnotationError, VideoAnnotation
from .boundary_times import boundary_rate, mean_duration
from .clips import instance_frames
from .feature_arrays import is_there
from .pair_pools import PoolsOfFrames, VideoFrames, build_pools
from .seeding import NEXT_VISIT
from .video_files import find_video

#: Where each form of input is found, as keys of ``data_prefix``.
FORMS = ('video', 'img', 'feature')
#: Most frames of a video: no duration in seconds leads to more.
MOST_FRAMES = 10**8


@DATASETS.register_module()
class UntrimmedFrameDataset(AnnotatedVideos):
    """All videos as one long list of frames.

    In training a sample is one frame, with the instances that it is a positive
    of and those that it is a negative of; the sampler decides which frames a
    batch has. In testing a sample is a run of frames of one video.

    The frames of a batch are read together where every transform can
    (:meth:`__getitems__`).

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
        subset, where, fps: See :class:`AnnotatedVideos`.
        filename_tmpl: Name of a video's file, or of its folder. By default,
            and with ``{}``, any suffix of a video will do; see
            :func:`find_video`.
        hard_negative_window: See ``window`` of
            :func:`mmbapg.datasets.clips.instance_frames`.
        surroundings: See the same function.
        chunk_size: Most frames in a sample while testing; ``None`` for whole
            videos.
        context: Frames on either side that a temporal encoder needs to see.
        missing_files: See :class:`AnnotatedVideos`.
        test_mode: Runs of frames instead of single ones, nothing random.
        metainfo: ``dict(classes=[...])`` fixes the classes.
        **kwargs: See :class:`AnnotatedVideos`.

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
                 missing_files: str = 'error',
                 test_mode: bool = False,
                 **kwargs) -> None:
        forms = [form for form in FORMS if form in data_prefix]
        if len(forms) != 1:
            raise SettingError(f'data_prefix is {dict(data_prefix)}, expected '
                               f'exactly one of {", ".join(FORMS)}')
        self.form = forms[0]
        if self.form != 'feature' and not isinstance(
                data_prefix[self.form], (str, Path)):
            raise SettingError(
                f'data_prefix.{self.form}: found {data_prefix[self.form]}, '
                'expected one folder; only features of several kinds are '
                'concatenated')
        self.FILES = self.form
        if self.form == 'video':
            self.FIND = find_video
        self.interval = interval
        self.hard_negative_window = hard_negative_window
        self.surroundings = surroundings
        self.chunk_size = chunk_size
        self.context = context
        super().__init__(
            ann_file, data_prefix[self.form], filename_tmpl or dict(
                video='{}', img='{}', feature='{}.npy')[self.form], pipeline,
            subset, where, fps, missing_files, test_mode, **kwargs)

    def is_there(self, path: str) -> bool:
        """Whether the file, folder, or array in a file exists."""
        if self.form == 'feature':
            return is_there(path)
        return Path(path).is_dir() if self.form == 'img' else (
            Path(path).is_file())

    @property
    def grid(self) -> TemporalGrid:
        """Grid of the sampled frames, the same for all videos."""
        return TemporalGrid.of_interval(self.interval)

    def load_data_list(self) -> List[dict]:
        """One entry for each video; samples are parts of videos."""
        videos = self.selected_videos()
        self.videos = self._video_frames(videos)
        self._metainfo['videos'] = [video.name for video in self.videos]
        if not self.test_mode:
            # checkpoints keep it, for the number of change points
            self._metainfo.update(boundary_rate=boundary_rate(videos),
                                  mean_duration=mean_duration(videos))
            self._make_pools()
        size = self.sample_size
        runs = [-(-video.num_frames // (size or video.num_frames))
                for video in self.videos]
        self._first_sample = np.cumsum([0, *runs])
        self._infos = [
            dict(video_name=video.name, duration=video.duration,
                 fps=video.fps or self.fps, path=paths[0],
                 feature_paths=paths, num_frames=frames.num_frames)
            for video, frames in zip(videos, self.videos)
            for paths in [self.files_of(video)]
        ]
        return self._infos.copy()  # MMEngine empties it

    def __len__(self) -> int:
        self.full_init()
        return int(self._first_sample[-1])

    @property
    def sample_size(self) -> Optional[int]:
        """Most frames in a sample; ``None`` for whole videos."""
        return self.chunk_size if self.test_mode else 1

    @property
    def num_frames(self) -> int:
        """Of all videos together."""
        return sum(video.num_frames for video in self.videos)

    def video_of_sample(self, idx: int) -> int:
        """Index of the video that a sample is of."""
        return int(np.searchsorted(self._first_sample, idx, 'right')) - 1

    def samples_of_video(self, index: int) -> range:
        """The samples, in order, that make up a video."""
        return range(*self._first_sample[index:index + 2].tolist())

    def get_data_info(self, idx: int) -> dict:
        """What the pipeline starts from: a run of frames ``first..last``."""
        self.full_init()
        video = self.video_of_sample(idx)
        info, size = self.video_info(video), self.sample_size
        first = (idx - self._first_sample[video]) * (size or 0)
        info.update(
            first=int(first),
            last=int(min(first + (size or np.inf), info['num_frames'])),
            grid=self.grid,
            context=self.context)
        if not self.test_mode:
            info.update(instances=self._instances.of_frame(idx),
                        negative_of=self._negative_of.of_frame(idx))
        return info

    def __getitems__(self, indices: Sequence[int]) -> list:
        """The samples of a batch; PyTorch's loader asks for them.

        Transforms say by ``TAKES_BATCHES = True``, in their own class, that
        they draw nothing at random and take many frames of any videos: the
        keys of :meth:`get_data_info` that differ from frame to frame then
        hold arrays, and ``runs`` what is known of each video and the slice
        of the frames that are of it. If all transforms of a pipeline do, a
        batch is one sample that holds its frames, in their order.
        """
        if self.test_mode or not all(
                vars(type(transform)).get('TAKES_BATCHES')
                for transform in self.pipeline.transforms):
            return [self[index] for index in indices]
        return [self.pipeline(self._batch_info(
            np.asarray(indices) % NEXT_VISIT))]

    def last_frame_of(self, info: dict) -> dict:
        """What reading the last frame of a video starts from.

        Args:
            info: See :meth:`video_info`.
        """
        last = info['num_frames']
        return dict(info, first=last - 1, last=last, grid=self.grid, context=0)

    def _batch_info(self, frames: np.ndarray) -> dict:
        """What the pipeline starts from: single frames of any videos."""
        self.full_init()
        videos = np.searchsorted(self._first_sample, frames, 'right') - 1
        edges = [*np.flatnonzero(np.diff(videos, prepend=-1)), len(frames)]
        infos = [self._infos[video] for video in videos[edges[:-1]].tolist()]
        first = frames - self._first_sample[videos]
        return dict(
            {key: np.repeat([info[key] for info in infos], np.diff(edges))
             for key in ('video_name', 'path', 'num_frames')},
            runs=list(zip(infos, map(slice, edges, edges[1:]))),
            first=first,
            last=first + 1,
            grid=self.grid,
            context=self.context,
            instances=self._instances.of_frames(frames),
            negative_of=self._negative_of.of_frames(frames))

    def _video_frames(self, videos) -> List[VideoFrames]:
        places = {name: index for index, name in enumerate(self.classes())}
        found, offset = [], 0
        for video in videos:
            num_frames = self._num_frames(video)
            instances = instance_frames(
                video.segments, self.labels_of(video, places).tolist(),
                video.duration, self.interval, num_frames,
                self.hard_negative_window, self.surroundings)
            found.append(VideoFrames(video.name, offset, num_frames,
                                     instances))
            offset += num_frames
        return found

    def _num_frames(self, video: VideoAnnotation) -> int:
        frames = video.duration / self.interval
        if not 1 <= frames <= MOST_FRAMES:
            raise AnnotationError(
                f'{self.ann_file}: video {video.name}, field duration: '
                f'found {video.duration:g} s, expected at least one '
                f'sampling interval of {self.interval:g} s'
                + (f', at most {MOST_FRAMES}' if frames > 1 else ''))
        return int(frames + 0.5)

    def _make_pools(self) -> None:
        self.pools, report = build_pools(self.videos)
        for line in report:
            print_log(f'{self.ann_file}: {line}', 'current')
        if not self.pools:
            raise AnnotationError(
                f'{self.ann_file}: no instance has two sampled frames and a '
                f'negative at an interval of {self.interval:g} s, expected '
                'some to train on')
        order = sorted(range(len(self.pools)), key=lambda index: (
            self.pools[index].reaches_beyond_video))
        self._instances, self._negative_of = (
            PoolsOfFrames(members, order, self.num_frames)
            for members in ([pool.positives for pool in self.pools],
                            [pool.negatives for pool in self.pools]))
