"""Runs of consecutive frames, to train encoders that see many of them."""
from typing import List, Sequence

import numpy as np
from mmaction.registry import DATASETS

from .pair_pools import PoolsOfFrames
from .untrimmed_frames import UntrimmedFrameDataset


@DATASETS.register_module()
class UntrimmedRunDataset(UntrimmedFrameDataset):
    """Runs of frames of untrimmed videos.

    An encoder that sees seconds of context computes a run of frames for hardly
    more than a single one. In training a sample is a run that starts at random
    in its video; a video comes as often in an epoch as it has such runs. Where
    a video is shorter, its last frame stands in for the rest, which is not
    ``inside``. Testing is that of :class:`UntrimmedFrameDataset`.

    Besides what that gives for a frame, a sample holds ``frame_labels``, the
    classes of each frame ``(n, L)`` padded with -1, and ``inside`` ``(n, )``.

    Args:
        *args, **kwargs: See :class:`UntrimmedFrameDataset`.
        run_length: Frames in a sample of training.
    """

    def __init__(self, *args, run_length: int = 256, **kwargs) -> None:
        self.run_length = run_length
        super().__init__(*args, **kwargs)

    @property
    def sample_size(self) -> 'int | None':
        """See :class:`UntrimmedFrameDataset`."""
        return super().sample_size if self.test_mode else self.run_length

    def load_data_list(self) -> List[dict]:
        """See :class:`UntrimmedFrameDataset`."""
        infos = super().load_data_list()
        if not self.test_mode:
            self._labels = PoolsOfFrames(
                [np.unique(np.concatenate(
                    [instance.own + video.offset for video in self.videos
                     for instance in video.instances
                     if instance.label == label] or [np.empty(0, np.int64)]))
                 for label in range(len(self.classes()))],
                range(len(self.classes())), self.num_frames)
        return infos

    def get_data_info(self, idx: int) -> dict:
        """What the pipeline starts from: a run of frames ``first..last``."""
        if self.test_mode:
            return super().get_data_info(idx)
        self.full_init()
        index = self.video_of_sample(idx)
        info, video = self.video_info(index), self.videos[index]
        free = max(video.num_frames - self.run_length, 0)
        first = np.random.randint(free + 1)
        places = first + np.arange(self.run_length)
        inside = places < video.num_frames
        frames = video.offset + places[inside]
        info.update(
            first=first, last=first + self.run_length, grid=self.grid,
            context=self.context, inside=inside, **{
                key: _lengthened(pools.of_frames(frames), self.run_length)
                for key, pools in dict(
                    instances=self._instances, negative_of=self._negative_of,
                    frame_labels=self._labels).items()})
        return info

    def __getitems__(self, indices: Sequence[int]) -> list:
        """The samples of a batch, one by one: each is many frames."""
        return [self[index] for index in indices]


def _lengthened(rows: np.ndarray, length: int) -> np.ndarray:
    """With rows of -1 at the end."""
    return np.pad(rows, ((0, length - len(rows)), (0, 0)),
                  constant_values=-1)
