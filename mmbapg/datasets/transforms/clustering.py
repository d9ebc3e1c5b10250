"""Stage 3 of BAPG: cut each video where similarity changes."""
import hashlib
import json
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.logging import print_log
from torch import Tensor

from mmbapg.files import replace_file
from mmbapg.ops import (
    boundary_strength,
    cut_into_regions,
    first_groups,
    merge_regions,
    region_evidence,
    unique_regions,
)
from mmbapg.ops.boundary_strength import PER_SCALE
from mmbapg.setting_checks import expect_at_least
from mmbapg.video_names import file_of

from ..embedding_files import Embeddings
from ..numpy_files import ArchiveOfArrays
from ..usable_embeddings import Header, check_header, read_checked
from .change_point_numbers import Video, numbers_of

#: Goes up when the same settings give something else than before.
CACHE_VERSION = 3
#: Folder among the embeddings in which results are kept.
CACHE_FOLDER = 'proposals'


class Clustering(NamedTuple):
    """Result for one video.

    Attributes:
        proposals: ``(P, 2)`` seconds, each once, best first.
        scores: ``(P,)`` evidence of each proposal, see
            :func:`mmbapg.ops.region_evidence`; less where segmentations are
            ranked in turn and it is not of the first.
        regions: ``(R, 2)`` seconds, all regions of all segmentations.
        segmentation: ``(R,)`` which segmentation a region belongs to.
        times: ``(n,)`` seconds of the frames.
        strength: ``(n, F)`` boundary strength at each frame.
        class_evidence: ``(n, K)`` similarity of each frame to the prototypes
            of the classes and of the background, in [-1, 1].
    """
    proposals: np.ndarray
    scores: np.ndarray
    regions: np.ndarray
    segmentation: np.ndarray
    times: np.ndarray
    strength: np.ndarray
    class_evidence: np.ndarray


class PackedWidths(NamedTuple):
    """How much :class:`PackProposals` packs for each video.

    Attributes:
        num_segmentations: Segmentations that its regions belong to.
        num_strengths: Boundary strengths of each step.
        class_channels: Width of the class evidence of each step.
    """
    num_segmentations: int
    num_strengths: int
    class_channels: int = 0


@TRANSFORMS.register_module()
class TemporalSimilarityClustering(BaseTransform):
    """Turn embeddings into proposals.

    BAPG (https://arxiv.org/abs/2309.13810), Sec. II-C. Reads ``video_name``
    and ``duration`` (or MMAction2's ``duration_second``), and adds a
    :class:`Clustering` as ``clustering``, and the ``embeddings_file``. Results
    are kept in memory and on disk, under a name that changes with the
    embeddings and the settings; a result that cannot be read is computed
    again.

    Args:
        embeddings: Folder that stage 2 has written.
        num_change_points: The numbers of change points of the segmentations;
            ``by rate`` for multiples of as many as videos of this length have
            on average, by the rate of boundaries in the training set, which
            stage 1 keeps in the checkpoint and stage 2 in the embeddings; or
            ``auto`` for one segmentation with as many as the criterion of
            kernel temporal segmentation finds.
        max_merge: Also propose unions of up to this many neighbouring regions.
        min_size: Fewest frames of a region.
        min_duration: Shorter proposals are dropped, in seconds.
        boundary_scales: Numbers of frames before and after a boundary that its
            strength compares, see :mod:`mmbapg.ops.boundary_strength`.
        penalty: Of a change point, for ``auto``.
        max_auto: Most change points that ``auto`` considers.
        interval: Sampling interval that the embeddings must have.
        checkpoint: Encoder that must have made them, a file.
        cache: Folder for results; by default ``proposals`` among the
            embeddings; an empty string for none.
        multiples: For ``by rate``, best first: proposals of the first
            segmentation stand before those of the second. Of embeddings
            without a rate, as earlier versions wrote them, the first has as
            many as the criterion of ``auto`` finds, at a penalty of 2.
        class_channels: Width of the class evidence, see
            :meth:`.embedding_files.Embeddings.class_evidence`.
    """

    def __init__(self,
                 embeddings: str,
                 num_change_points: 'Sequence[int] | str' = (5, 10, 15, 20),
                 max_merge: int = 1,
                 min_size: int = 1,
                 min_duration: float = 0.0,
                 boundary_scales: Sequence[int] = (2, 4, 8, 16),
                 penalty: float = 1.0,
                 max_auto: int = 100,
                 interval: Optional[float] = None,
                 checkpoint: Optional[str] = None,
                 cache: Optional[str] = None,
                 multiples: Sequence[float] = (1.25, 0.6, 2, 3),
                 class_channels: int = 0) -> None:
        expect_at_least(1, max_merge=max_merge, min_size=min_size,
                        max_auto=max_auto)
        self.folder = Path(embeddings)
        self.numbers = numbers_of(num_change_points, multiples, penalty,
                                  max_auto)
        self.max_merge = max_merge
        self.min_size = min_size
        self.min_duration = min_duration
        self.boundary_scales = tuple(boundary_scales)
        self.class_channels = class_channels
        self.penalty = penalty
        self.max_auto = max_auto
        self.interval = interval
        self.checkpoint = checkpoint
        self.cache = self.folder / CACHE_FOLDER if cache is None else (
            Path(cache) if cache else None)
        self._memory: dict = {}

    @property
    def packed_widths(self) -> PackedWidths:
        """What is packed for each video, whatever the video."""
        return PackedWidths(
            len(self.numbers.typical), PER_SCALE * len(self.boundary_scales),
            self.class_channels)

    def transform(self, results: dict) -> dict:
        name = results['video_name']
        if name not in self._memory:
            self._memory[name] = self._load(name, self.duration_of(results))
        results['clustering'] = self._memory[name]
        results['embeddings_file'] = str(self.path(name))
        return results

    def path(self, name: str) -> Path:
        """Embeddings file of a video."""
        return file_of(self.folder, name, '{}.npz')

    @staticmethod
    def duration_of(video: dict) -> float:
        """Seconds, in our datasets and in MMAction2's."""
        return float(video['duration'] if 'duration' in video else
                     video['duration_second'])

    def check(self, name: str, duration: float) -> Header:
        """See whether a video can be clustered, without doing it.

        The arrays of a file are only read where no result is kept.

        Args:
            name: Of the video.
            duration: In seconds.

        Returns:
            Header of its embeddings.

        Raises:
            UnusableEmbeddings: If its embeddings are missing, damaged, made
                otherwise than the settings say, or of another length.
        """
        header = self._header(name, duration)
        cached = self._cache_file(name, header, duration)
        if cached is None or not cached.is_file():
            read_checked(self.path(name))
        return header

    def cluster(self, content: Embeddings, duration: float,
                name: str = '') -> Clustering:
        """Cluster one video; see the class.

        Args:
            content: Its embeddings.
            duration: In seconds.
            name: For messages.
        """
        return self.propose(content, duration,
                            self.segment(content, duration, name))

    def segment(self, content: Embeddings, duration: float,
                name: str = '') -> List[Tensor]:
        """Indices at which a new region starts, of each segmentation.

        Args:
            content, duration, name: See :meth:`cluster`.
        """
        return self.numbers.segment(Video(
            torch.from_numpy(content.embeddings), self.min_size,
            content.provenance.expected_boundaries(duration), name))

    def propose(self, content: Embeddings, duration: float,
                segmentations: Sequence[Tensor]) -> Clustering:
        """Proposals of given segmentations; see the class.

        Args:
            content: Embeddings of the video.
            duration: In seconds.
            segmentations: Indices at which a new region starts, each.
        """
        embeddings = torch.from_numpy(content.embeddings)
        regions = [cut_into_regions(cuts, len(embeddings))
                   for cuts in segmentations]
        groups = [merge_regions(each, self.max_merge) for each in regions]
        proposals = unique_regions(groups)
        scores = region_evidence(embeddings, proposals)
        if self.numbers.in_turn:
            scores -= first_groups(groups) * (
                1 + scores.max() - scores.min())
        order = scores.argsort(descending=True, stable=True)
        seconds = content.edges(duration)
        long = np.diff(seconds[proposals[order]])[:, 0] >= self.min_duration
        return Clustering(
            seconds[proposals[order]][long], scores[order].numpy()[long],
            seconds[torch.cat(regions)],
            np.repeat(np.arange(len(regions)), [len(r) for r in regions]),
            content.times,
            boundary_strength(embeddings, self.boundary_scales).numpy(),
            content.class_evidence(self.class_channels))

    def _header(self, name: str, duration: float) -> Header:
        header = check_header(self.path(name), duration, self.interval,
                              self.checkpoint, self.class_channels)
        self.numbers.look_at(
            header.provenance.expected_boundaries(duration), self.folder)
        return header

    def _load(self, name: str, duration: float) -> Clustering:
        header = self._header(name, duration)
        cached = self._cache_file(name, header, duration)
        result = None if cached is None else _read_result(cached, header)
        if result is None:
            result = self.cluster(read_checked(self.path(name)), duration,
                                  name)
            if cached is not None:
                replace_file(cached, lambda file: np.savez(
                    file, **result._asdict()))
        return result

    def _cache_file(self, name: str, header: Header,
                    duration: float) -> Optional[Path]:
        if self.cache is None:
            return None
        provenance = header.provenance
        settings = [CACHE_VERSION,
                    self.numbers.settings(
                        provenance.expected_boundaries(duration)),
                    self.max_merge, self.min_size, self.min_duration,
                    self.boundary_scales, self.penalty, self.max_auto,
                    self.class_channels, provenance.class_channels,
                    provenance.config, provenance.checkpoint,
                    provenance.interval, provenance.source_bytes, duration,
                    header.checksums]
        key = hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:16]
        return file_of(self.cache / key, name, '{}.npz')


def _read_result(path: Path, header: Header) -> Optional[Clustering]:
    """A result that was kept; ``None`` if there is none or it is damaged."""
    if not path.is_file():
        return None
    try:
        with ArchiveOfArrays(path) as content:
            result = Clustering(*map(content.read, Clustering._fields))
        shapes = [each.shape for each in result]
        expected = [(len(result.scores), 2), (len(result.scores), ),
                    (len(result.segmentation), 2),
                    (len(result.segmentation), ), (header.num_frames, ),
                    (header.num_frames, result.strength.shape[1]),
                    (header.num_frames, result.class_evidence.shape[1])]
        if shapes != expected:
            raise ValueError(f'arrays of shapes {shapes}')
    except Exception as error:  # whatever a damaged file brings about
        print_log(f'{path}: no result of clustering ({error}); made anew',
                  'current')
        return None
    return result
