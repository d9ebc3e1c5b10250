"""The probability of a boundary, beside the strength of change points."""
from pathlib import Path

import numpy as np
from mmaction.registry import TRANSFORMS

from mmbapg.video_names import file_of

from ..embedding_files import read_embeddings
from ..feature_files import FeatureFileError
from .clustering import (
    Clustering,
    PackedWidths,
    TemporalSimilarityClustering,
)


@TRANSFORMS.register_module()
class ProbableBoundaryClustering(TemporalSimilarityClustering):
    """Adds what a :class:`BoundaryProbe` says to the boundary strengths.

    Proposals and strengths are those of the embeddings; each frame gets the
    probability of every kind of boundary as a strength more (all kinds but
    the last, which is none). Fusion necks that read strengths see them
    without further ado.

    Args:
        probabilities: Folder that ``EmbedLoop`` has written with a
            :class:`BoundaryProbe`.
        num_kinds: Kinds that its learner tells apart, the last is none.
        **kwargs: See :class:`TemporalSimilarityClustering`.
    """

    def __init__(self, probabilities: str, num_kinds: int = 4,
                 **kwargs) -> None:
        super().__init__(**kwargs)
        self.probabilities = Path(probabilities)
        self.num_kinds = num_kinds

    @property
    def packed_widths(self) -> PackedWidths:
        """See :class:`TemporalSimilarityClustering`."""
        widths = super().packed_widths
        return widths._replace(
            num_strengths=widths.num_strengths + self.num_kinds - 1)

    def transform(self, results: dict) -> dict:
        results = super().transform(results)
        clustering: Clustering = results['clustering']
        added = self.strengths(results['video_name'], clustering.times)
        results['clustering'] = clustering._replace(strength=np.concatenate(
            [clustering.strength, added], axis=1))
        return results

    def strengths(self, name: str, times: np.ndarray) -> np.ndarray:
        """Probabilities of boundaries at some times.

        Args:
            name: Of the video.
            times: ``(n,)`` seconds.

        Returns:
            ``(n, num_kinds - 1)`` float32.

        Raises:
            FeatureFileError: If the file is missing, or of another number of
                kinds.
        """
        path = file_of(self.probabilities, name, '{}.npz')
        content = read_embeddings(path)
        found = content.embeddings.shape[1]
        if found != self.num_kinds:
            raise FeatureFileError(
                f'{path}: found probabilities of {found} kinds, expected '
                f'{self.num_kinds} as num_kinds of '
                'ProbableBoundaryClustering says')
        return np.stack([np.interp(times, content.times, column)
                         for column in content.embeddings.T[:-1]],
                        axis=1).astype(np.float32)
