"""From what the points of a pyramid tell to detections."""
from typing import Dict, List, Optional

import numpy as np

from .detections import Detections, joined
from .nms import suppress


def decode(outputs: Dict[str, np.ndarray], num_steps: int,
           settings: dict) -> Detections:
    """Detections in steps, best first.

    Args:
        outputs: Of the network, all levels one after the other.
        num_steps: Of the padded features.
        settings: ``decoding`` and ``nms`` of the exported settings.
    """
    cfg = settings['decoding']
    finest = cfg['strides'][0]
    lengths = [-(-num_steps // (stride // finest))
               for stride in cfg['strides']]
    ends = np.cumsum(lengths)
    levels: List[Detections] = []
    for stride, first, end in zip(cfg['strides'], ends - lengths, ends):
        level = {name: value[0, first:end] for name, value in outputs.items()}
        levels.append(_of_level(level, stride, cfg))
    found, most = joined(levels), cfg.get('max_candidates')
    if most is not None:
        found = found.best_first().take(slice(most))
    return suppress(found, **settings['nms'])


def _of_level(level: Dict[str, np.ndarray], stride: int,
              cfg: dict) -> Detections:
    scores = level['scores'].ravel()
    index = np.flatnonzero(scores > cfg['score_threshold'])
    order = np.argsort(-scores[index], kind='stable')[:cfg['pre_nms_topk']]
    index = index[order]
    step, label = np.divmod(index, level['scores'].shape[1])
    if cfg['kind'] == 'bins':
        reach = _expected(level, step, label, cfg['num_bins'])
    else:
        reach = level['distances'][step]
    centre = ((step + cfg['offset']) * stride).astype(np.float32)
    reach = (reach * stride).astype(np.float32)
    segments = np.stack([centre - reach[:, 0], centre + reach[:, 1]], axis=1)
    found = Detections(segments, scores[index], label)
    return found.take(segments[:, 1] - segments[:, 0] > cfg['min_length'])


def _expected(level: Dict[str, np.ndarray], step: np.ndarray,
              label: np.ndarray, num_bins: int) -> np.ndarray:
    """Expected distances of TriDet (https://arxiv.org/abs/2303.07347, Eq. 5):
    each boundary is distributed over ``num_bins + 1`` steps."""
    bins = np.arange(num_bins + 1)
    to_start, to_end = np.split(level['bins'][step], 2, axis=1)
    pad = np.zeros((num_bins, level['scores'].shape[1]), np.float32)
    before = np.concatenate([pad, level['start_logits']])
    after = np.concatenate([level['end_logits'], pad])
    place, column = step[:, None] + bins, label[:, None]
    start = softmax(before[place, column] + to_start)
    end = softmax(after[place, column] + to_end)
    return np.stack([start @ bins[::-1], end @ bins], axis=1)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def name_by_scores(found: Detections, video_scores: Optional[np.ndarray],
                   topk: int, max_proposals: int,
                   power: float) -> Detections:
    """Proposals get the best classes of their video, as on ActivityNet; the
    score is a power of the product of both, such as its root.

    Args:
        found: Best first; labels are ignored.
        video_scores: ``(num_classes,)`` of the whole video.
        topk, max_proposals, power: Exported settings.

    Raises:
        ValueError: If there are no scores, or too few.
    """
    given = np.asarray(
        () if video_scores is None else video_scores, np.float32)
    if len(given) < topk:
        raise ValueError(
            f'video_scores: found {len(given)}, expected one for each class '
            f'of the whole video, at least {topk}: this network finds '
            'segments, and they name them')
    classes = np.argsort(-given, kind='stable')[:topk]
    found = found.take(slice(max_proposals))
    parts = [found._replace(
        scores=(given[label] * found.scores) ** np.float32(power),
        labels=np.full(len(found.scores), label)) for label in classes]
    return joined(parts).best_first()
