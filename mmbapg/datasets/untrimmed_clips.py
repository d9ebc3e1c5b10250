"""Clips of untrimmed videos, which share the frames that are read."""
from typing import List, Optional

import numpy as np
from mmaction.registry import DATASETS

from mmbapg.errors import SettingError
from mmbapg.ops import TemporalGrid

from .annotations import AnnotationError, VideoAnnotation
from .clip_sampling import ClipSampling
from .pair_pools import VideoFrames
from .samplers.video_shards import NOTHING
from .transforms.sampled_frames import PackFrames
from .untrimmed_frames import MOST_FRAMES, UntrimmedFrameDataset
from .video_stream import told_frame_rate


@DATASETS.register_module()
class UntrimmedClipDataset(UntrimmedFrameDataset):
    """Clips of videos, for a network that makes a feature of each.

    A sample is a run of clips of one video: the frames that they need and
    that no run before has read, and which frames each clip takes. Runs of a
    video must come in order, as ``VideoShardSampler`` gives them; the model
    keeps what later clips share.

    Frames are counted at the rate of the video, or at ``sample_fps``: frame
    ``j`` is the one shown at ``(j + 0.5) / fps`` seconds. Where the rate of a
    video varies, that is its average.

    Args:
        ann_file: See :mod:`mmbapg.datasets.annotations`.
        data_prefix: ``dict(video=FOLDER)``, or ``dict(img=FOLDER)`` with a
            folder of numbered frames for each video.
        clip_len, stride, frame_interval, ends: See :class:`ClipSampling`.
        sample_fps: Frames per second at which to take frames, whatever the
            rates of the videos are.
        chunk_size: Most frames of a run that are read, unless a single clip
            has more.
        test_mode: Always on: nothing is trained.
        **kwargs: See :class:`UntrimmedFrameDataset`.

    Raises:
        AnnotationError: If a file is missing, or a video is shorter than a
            clip.
        VideoError: If a video does not tell its frame rate.
    """

    def __init__(self,
                 ann_file: str,
                 data_prefix: dict,
                 clip_len: int,
                 stride: int,
                 frame_interval: int = 1,
                 ends: str = 'inside',
                 sample_fps: Optional[float] = None,
                 chunk_size: int = 64,
                 test_mode: bool = True,
                 **kwargs) -> None:
        self.sampling = ClipSampling(clip_len, stride, frame_interval, ends)
        self.sample_fps = sample_fps
        if 'feature' in data_prefix:
            raise SettingError(
                f'data_prefix: found {dict(data_prefix)}, expected video or '
                'img: clips are made of frames')
        super().__init__(
            ann_file, data_prefix, interval=1 / (sample_fps or 1),
            chunk_size=chunk_size, test_mode=True, **kwargs)

    @property
    def sample_size(self) -> int:
        """Clips of a run."""
        new = min(self.sampling.clip_len, self.sampling.stride)
        return max(1, (self.chunk_size or 1) // new)

    def load_data_list(self) -> List[dict]:
        """One entry for each video, whose ``num_frames`` are clips: they are
        what the model makes something of."""
        self._rates: dict = {}
        infos = super().load_data_list()
        for info in infos:
            rate = self._rates[info['video_name']]
            info.update(sample_fps=rate, grid=self.sampling.grid(rate))
        return infos

    def prepare_data(self, idx):
        """A run; without frames if all that its clips take have been read,
        and of ``NOTHING`` without clips."""
        info = {} if idx == NOTHING else self.get_data_info(idx)
        if len(info.get('frame_numbers', ())):
            return self.pipeline(info)
        return PackFrames()(dict(info, imgs=np.empty((0, 3, 0, 0), np.uint8)))

    def get_data_info(self, idx: int) -> dict:
        """What the pipeline starts from: a run of clips."""
        info = super().get_data_info(idx)
        rate = info['sample_fps']
        frames = TemporalGrid(1, 1, rate)
        run = self.sampling.run(info['first'], info['last'], self._frames_of(
            info['duration'], rate))
        info.update(
            grid=self.sampling.grid(rate), clips=run.clips,
            frame_numbers=run.frames, keep_from=run.keep_from,
            frame_times=frames.to_seconds(run.frames),
            soon=frames.to_seconds(run.soon))
        return info

    def last_frame_of(self, info: dict) -> dict:
        """What reading the last frame that a clip takes starts from."""
        rate, last = info['sample_fps'], info['num_frames']
        run = self.sampling.run(last - 1, last, self._frames_of(
            info['duration'], rate))
        return dict(info, frame_times=TemporalGrid(1, 1, rate).to_seconds(
            run.clips.max(keepdims=True)[0]))

    def _video_frames(self, videos) -> List[VideoFrames]:
        return [VideoFrames(video.name, 0, self._num_frames(video), [])
                for video in videos]

    @staticmethod
    def _frames_of(duration: float, rate: float) -> int:
        return int(duration * rate + 0.5)

    def _num_frames(self, video: VideoAnnotation) -> int:
        rate = self._rates[video.name] = self._rate_of(video)
        frames = self._frames_of(video.duration, rate)
        clips = self.sampling.num_clips(frames)
        if not (clips and frames <= MOST_FRAMES):
            raise AnnotationError(
                f'{self.ann_file}: video {video.name}, field duration: found '
                f'{video.duration:g} s, {frames} frames at {rate:g} a second, '
                f'expected at least one clip of {self.sampling.span}'
                + (f', at most {MOST_FRAMES}' if clips else
                   " (ends='repeat' repeats the first and the last frame)"))
        return clips

    def _rate_of(self, video: VideoAnnotation) -> float:
        """Frames per second at which a video's frames are taken."""
        if self.sample_fps is not None:
            return self.sample_fps
        if self.form == 'video':
            return told_frame_rate(self.files_of(video)[0])
        rate = video.fps or self.fps
        if rate is None:
            raise AnnotationError(
                f'{self.ann_file}: video {video.name}, field fps: found '
                'nothing, expected the frame rate of its images')
        return rate
