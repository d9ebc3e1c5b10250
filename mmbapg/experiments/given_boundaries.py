"""Boundaries of a chosen quality, in the place of learned ones."""
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Mapping, Optional

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.datasets import TemporalSimilarityClustering
from mmbapg.datasets.embedding_files import Embeddings, Provenance
from mmbapg.datasets.transforms.clustering import Clustering, PackedWidths
from mmbapg.errors import SettingError

#: Regions that follow each other have orthogonal embeddings; the first comes
#: again after so many.
NUM_DIRECTIONS = 32
#: Settings of a clustering that are about files of embeddings.
ABOUT_FILES = ('type', 'embeddings', 'interval', 'checkpoint', 'cache')


@dataclass(frozen=True)
class Quality:
    """Of boundaries.

    Attributes:
        sigma: Standard deviation of their errors, in seconds.
        missing: Share of the true ones that is left out.
        invented: As many as this share of the true ones are added anywhere.

    Raises:
        SettingError: If no boundaries can be like that.
    """
    sigma: float
    missing: float = 0.0
    invented: float = 0.0

    def __post_init__(self) -> None:
        if not (self.sigma >= 0 and 0 <= self.missing <= 1 and
                self.invented >= 0):
            raise SettingError(
                f'found {self!r}, expected sigma and invented of at least 0, '
                'and missing from 0 to 1')

    def __str__(self) -> str:
        return ', '.join([
            f'true, σ = {self.sigma:g} s',
            *(f'{share:.0%} {name}' for name, share in
              vars(self).items() if name != 'sigma' and share)])


def degraded(true: np.ndarray, duration: float, quality: Quality,
             name: str = '', seed: int = 0) -> np.ndarray:
    """True boundaries, made worse.

    Each is moved by Gaussian noise, and reflected where that leads out of the
    video. The draws depend on the video and the seed alone: errors of another
    ``sigma`` are the same ones, longer or shorter, and what is missing at some
    share is missing at any larger one.

    Args:
        true: ``(B,)`` times in seconds.
        duration: Of the video in seconds.
        quality: How good they shall be.
        name, seed: Of the video, and of the draws.

    Returns:
        Times in seconds, ascending.
    """
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    errors = quality.sigma * rng.standard_normal(len(true))
    order = rng.permutation(len(true))
    kept = order[round(quality.missing * len(true)):]
    moved = np.abs((true + errors)[kept])
    moved = np.clip(duration - np.abs(duration - moved), 0, duration)
    invented = rng.uniform(0, duration, round(quality.invented * len(true)))
    return np.sort(np.concatenate([moved, invented]))


@TRANSFORMS.register_module()
class GivenBoundaries(BaseTransform):
    """Proposals and boundary strengths of boundaries that a file gives.

    Stands in for ``TemporalSimilarityClustering`` and packs as much. It
    clusters embeddings that are constant between boundaries, and orthogonal
    on the two sides of each, so nothing but the boundaries speaks. All
    segmentations are the same one. Boundaries are rounded to ``interval``.

    Args:
        boundaries: JSON file, video -> times in seconds.
        interval: Of the embeddings, in seconds.
        clustering: Config of the ``TemporalSimilarityClustering``; what it
            says of files is not used.
    """

    def __init__(self, boundaries: str, interval: float,
                 clustering: Mapping) -> None:
        self.path = Path(boundaries)
        self.interval = interval
        self.clustering = TemporalSimilarityClustering('', cache='', **{
            key: value for key, value in clustering.items()
            if key not in ABOUT_FILES})
        self._times: Optional[Dict[str, list]] = None
        self._memory: Dict[str, Clustering] = {}

    @property
    def packed_widths(self) -> PackedWidths:
        """See ``TemporalSimilarityClustering``."""
        return self.clustering.packed_widths

    def transform(self, results: dict) -> dict:
        """Add ``clustering`` and ``embeddings_file``."""
        name = results['video_name']
        if name not in self._memory:
            self._memory[name] = self.cluster(
                self.times_of(name), self.clustering.duration_of(results))
        results['clustering'] = self._memory[name]
        results['embeddings_file'] = str(self.path)
        return results

    def times_of(self, name: str) -> np.ndarray:
        """Boundaries of a video in seconds.

        Raises:
            SettingError: If the file has none of it.
        """
        if self._times is None:
            self._times = json.loads(self.path.read_text())
        if name not in self._times:
            raise SettingError(
                f'{self.path}: found no boundaries of video {name}, expected '
                'a list of seconds')
        return np.array(self._times[name], dtype=float)

    def cluster(self, times: np.ndarray, duration: float) -> Clustering:
        """The result for one video.

        Args:
            times: Boundaries in seconds.
            duration: In seconds.
        """
        num_frames = max(int(duration / self.interval + 0.5), 1)
        frames = np.arange(num_frames)
        cuts = np.unique(np.rint(times / self.interval).astype(np.int64))
        cuts = cuts[(cuts > 0) & (cuts < num_frames)]
        region = np.searchsorted(cuts, frames, side='right')
        content = Embeddings(
            np.eye(NUM_DIRECTIONS, dtype=np.float32)[region % NUM_DIRECTIONS],
            (frames + 0.5) * self.interval,
            Provenance(self.interval, 'given', 'none'))
        return self.clustering.propose(
            content, duration,
            [torch.from_numpy(cuts)] * self.packed_widths.num_segmentations)
