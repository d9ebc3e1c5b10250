"""What all decoders make."""
from typing import NamedTuple, Sequence

import numpy as np


class Detections(NamedTuple):
    """Segments ``(N, 2)``, scores ``(N,)`` and labels ``(N,)`` of a video."""
    segments: np.ndarray
    scores: np.ndarray
    labels: np.ndarray

    def take(self, index) -> 'Detections':
        """Those at ``(K,)`` indices, or where a ``(N,)`` mask is true."""
        return Detections(*(field[index] for field in self))

    def best_first(self) -> 'Detections':
        """By falling score; equal ones keep their order."""
        return self.take(np.argsort(-self.scores, kind='stable'))


def joined(parts: Sequence[Detections]) -> Detections:
    """Those of several parts, one after the other."""
    return Detections(*map(np.concatenate, zip(*parts)))
