"""Whole videos for each rank."""
from typing import Iterator, List, Optional

from mmaction.registry import DATA_SAMPLERS
from mmengine.dist import get_dist_info
from torch.utils.data import Sampler


@DATA_SAMPLERS.register_module()
class VideoShardSampler(Sampler):
    """Gives each rank whole videos instead of single samples.

    All runs of frames of a video go to one rank, in order, so that it can
    write the video's embeddings. The longest video goes to the rank with the
    least work, and so on.

    Args:
        dataset: An ``UntrimmedFrameDataset`` in test mode.
        seed: Ignored; MMEngine passes one to every sampler.
    """

    def __init__(self, dataset, seed: Optional[int] = None) -> None:
        self.dataset = dataset
        self.rank, self.world_size = get_dist_info()
        self.skipped: frozenset = frozenset()

    def skip(self, videos) -> None:
        """Leave out videos that are finished."""
        self.skipped = frozenset(videos)

    def __iter__(self) -> Iterator[int]:
        return iter(self._indices())

    def __len__(self) -> int:
        return len(self._indices())

    def _indices(self) -> List[int]:
        shards: List[list] = [[] for _ in range(self.world_size)]
        loads = [0] * self.world_size
        videos = enumerate(self.dataset.videos)
        for index, video in sorted(videos, key=lambda v: -v[1].num_frames):
            if video.name in self.skipped:
                continue
            lightest = loads.index(min(loads))
            loads[lightest] += video.num_frames
            shards[lightest] += self.dataset.samples_of_video(index)
        return shards[self.rank]
