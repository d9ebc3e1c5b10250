"""Whole videos for each rank."""
from collections import deque
from typing import Deque, Iterable, Iterator, List, Optional

from mmaction.registry import DATA_SAMPLERS
from mmengine.dist import get_dist_info
from torch.utils.data import Sampler

#: Index of a sample that is empty.
NOTHING = -1


@DATA_SAMPLERS.register_module()
class VideoShardSampler(Sampler):
    """Gives each rank whole videos instead of single samples.

    All runs of frames of a video go to one rank, in order, so that it can
    write the video's embeddings. The longest video goes to the rank with the
    least work, and so on.

    With several ``streams`` so many videos are read in turn, a run of each.
    With the batch size times the number of workers, every worker reads its
    own videos from the first run to the last, and goes through each file
    once. A stream for which no video is left gives empty samples, so that the
    turns stay the same.

    Args:
        dataset: An ``UntrimmedFrameDataset`` in test mode.
        streams: Videos that are read in turn; more than one only for an
            ``UntrimmedClipDataset``.
        seed: Ignored; MMEngine passes one to every sampler.
    """

    def __init__(self,
                 dataset,
                 seed: Optional[int] = None,
                 streams: int = 1) -> None:
        self.dataset = dataset
        self.streams = streams
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
        shards: List[List[range]] = [[] for _ in range(self.world_size)]
        loads = [0] * self.world_size
        videos = enumerate(self.dataset.videos)
        for index, video in sorted(videos, key=lambda v: -v[1].num_frames):
            if video.name in self.skipped:
                continue
            lightest = loads.index(min(loads))
            loads[lightest] += video.num_frames
            shards[lightest].append(self.dataset.samples_of_video(index))
        return list(in_turn(shards[self.rank], self.streams))


def in_turn(runs: Iterable[range], streams: int) -> Iterator[int]:
    """Samples of several videos in turn.

    Args:
        runs: The samples of each video.
        streams: Videos at once.

    Yields:
        A sample of each stream, or :data:`NOTHING`, and so on, until all
        samples have come.
    """
    waiting: Deque[Iterator[int]] = deque(map(iter, runs))
    heads: List[Iterator[int]] = [iter(()) for _ in range(streams)]
    while True:
        turn = []
        for stream in range(streams):
            sample = next(heads[stream], NOTHING)
            while sample == NOTHING and waiting:
                heads[stream] = waiting.popleft()
                sample = next(heads[stream], NOTHING)
            turn.append(sample)
        if set(turn) == {NOTHING}:
            return
        yield from turn
