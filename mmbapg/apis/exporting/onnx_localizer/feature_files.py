"""Clip features from ``.npy`` and ``.npz`` files."""
import json
import zipfile
from typing import Dict, Optional

import numpy as np

#: Names that arrays of features have in files of several arrays.
FEATURE_NAMES = ('features', 'feats', 'embeddings')


class FeatureError(ValueError):
    """Features cannot be used; the message says why."""


def read_features(path: str, key: Optional[str] = None) -> Dict[str, object]:
    """Features of a video, and what lies beside them.

    Args:
        path: ``.npy`` with ``(T, C)``, or ``.npz`` with it under one of
            :data:`FEATURE_NAMES` or ``key``; and if the network needs them
            ``boundary_strength``, ``class_evidence`` and ``video_scores``.
            Files of mmbapg's ``extract_features.py`` hold the seconds from
            one step to the next, too.
        key: Name of the features among several arrays.

    Returns:
        dict: Arguments of :meth:`.OnnxLocalizer.predict`.

    Raises:
        FeatureError: If there are no features.
    """
    with open(path, 'rb') as file:
        try:
            content = np.load(file, allow_pickle=False)
            if isinstance(content, np.ndarray):
                return dict(features=content)
            arrays = dict(content)
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            raise FeatureError(f'{path}: found no arrays of NumPy '
                               f'({error}), expected .npy or .npz') from None
    names = [key] if key else [each for each in FEATURE_NAMES
                               if each in arrays] or list(arrays)[:1] or ['']
    if len(arrays) > 1 and not key and names[0] not in FEATURE_NAMES or (
            names[0] not in arrays):
        raise FeatureError(
            f'{path}: found the arrays {", ".join(arrays)}, expected features '
            f'as {" or ".join(FEATURE_NAMES)}, or the name of one of them')
    found: Dict[str, object] = dict(features=arrays[names[0]])
    for name in ('boundary_strength', 'class_evidence', 'video_scores'):
        if name in arrays:
            found[name] = arrays[name]
    if 'provenance' in arrays:
        told = json.loads(str(arrays['provenance']))
        grid = told.get('grid')  # of clips that describe more than their share
        if grid and grid.get('start'):
            raise FeatureError(f'{path}: found features from step '
                               f'{grid["start"]} on, expected all')
        found['clips'] = grid
        found['interval'] = told['interval']
        found['window'] = (grid['window'] / grid['fps'] if grid
                           else told['interval'])
    return found
