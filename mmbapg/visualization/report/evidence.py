"""What embeddings say of a video: boundary strength, and a similarity map."""
from pathlib import Path
from typing import Any, Dict

import cv2
import matplotlib
import numpy as np
import torch

from mmbapg.datasets.embedding_files import Embeddings
from mmbapg.files import replace_file
from mmbapg.ops.boundary_strength import boundary_strength

from ..similarity_map import colour_range, similarities
from .packing import WHOLE, packed

#: Seconds before and after a boundary that its strength compares.
WINDOW = 2.0
#: Values of boundary strength in a page, at most.
MOST_VALUES = 2000
#: Pixels along each side of a map, at most, and the quality of the picture:
#: two hundred maps have to fit into a few megabytes.
MAP_SIDE, MAP_QUALITY = 320, 80


def strength_columns(content: Embeddings) -> Dict[str, Any]:
    """Boundary strength along time.

    Args:
        content: Embeddings of a video.

    Returns:
        ``values``, the contrast of the frames before and after in
        thousandths, :func:`.packed`; ``first``, the time of the first, and
        ``step``, both in seconds. Of a long video each value is the greatest
        of several.
    """
    interval = content.provenance.interval
    scale = max(round(WINDOW / interval), 1)
    contrast = boundary_strength(
        torch.from_numpy(content.embeddings), [scale])[:, 0].cpu().numpy()
    joined = -(-len(contrast) // MOST_VALUES)
    padded = np.pad(contrast, (0, -len(contrast) % joined))
    values = padded.reshape(-1, joined).max(axis=1)
    # a region starts in the middle between two frames
    first = float(content.times[0]) - interval / 2
    return dict(values=packed(np.round(1000 * values), WHOLE),
                first=first + (joined - 1) * interval / 2,
                step=joined * interval, window=scale * interval)


def write_map(path: Path, content: Embeddings) -> None:
    """Write the similarity map of a video as a small picture."""
    similarity = similarities(content.embeddings, MAP_SIDE)
    low, high = colour_range(similarity)
    share = (similarity - low) / max(high - low, 1e-9)
    image = matplotlib.colormaps['viridis'](share.clip(0, 1), bytes=True)
    encoded = cv2.imencode('.webp', image[..., 2::-1],
                           [cv2.IMWRITE_WEBP_QUALITY, MAP_QUALITY])[1]
    replace_file(path, lambda file: file.write(encoded.tobytes()))
