"""From embeddings of all ranks to the loss of BAPG's stage 1."""
import inspect
from typing import List, Optional, Sequence, Tuple

import numpy as np
import torch
import torch.distributed.nn.functional as dist_nn
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.dist import all_gather, all_reduce, get_world_size
from mmengine.model import BaseModule
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import as_precise

from ..losses.pair_contrastive_loss import mean_over, pair_masks


@MODELS.register_module()
class PairContrastiveHead(BaseModule):
    """Compares all valid pairs of the batch, across ranks.

    BAPG (https://arxiv.org/abs/2309.13810), Sec. II-B. Besides the loss it
    reports the mean similarity of positive and negative pairs, and
    ``collapse``: the mean similarity of all frames, which is 1 if every
    embedding is the same.

    Args:
        margin: The margin of the loss (the paper's :math:`\\gamma`); by
            default that of the config of the loss, which is 0 for
            :class:`PairContrastiveLoss`. With the paper's value of 1 negatives
            have no effect, as cosine similarity never exceeds 1; on real video
            all embeddings then collapse to one point.
        max_frames: Of so many frames of each rank, drawn at random, pairs are
            compared: their number grows as the square. ``None`` for all.
        loss: Config of a loss: any registered module that takes similarities
            ``(N, N)`` and :class:`PairMasks`, and gives a scalar.
        init_cfg: See :class:`mmengine.model.BaseModule`.

    Raises:
        SettingError: If the loss has another margin, or none.
    """

    def __init__(self,
                 margin: Optional[float] = None,
                 loss: dict = dict(type='PairContrastiveLoss'),
                 max_frames: Optional[int] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        if margin is not None:
            loss = _with_margin(loss, margin)
        self.loss_fn = MODELS.build(loss)
        self.max_frames = max_frames

    def loss(self, embeddings: Tensor,
             data_samples: List[ActionDataSample]) -> dict:
        """Loss and what to watch while it falls.

        Args:
            embeddings: ``(N, D)`` of this rank's frames, not normalized.
            data_samples: One for each frame, with lists of ids in
                ``instances`` and ``negative_of``; or fewer, with arrays
                ``(n, K)`` for ``n`` frames each, padded with -1.

        Returns:
            dict: ``loss_pair`` and the three figures.
        """
        listed = [_padded(samples) for samples in (
            [sample.instances for sample in data_samples],
            [sample.negative_of for sample in data_samples])]
        device = embeddings.device
        ids = [listed[0].to(device), listed[1].to(device)]
        if self.max_frames is not None:
            drawn = torch.randperm(len(embeddings))[:self.max_frames]
            drawn = drawn.to(embeddings.device)
            embeddings, ids = embeddings[drawn], [each[drawn] for each in ids]
        unit, (instances, negative_of) = _gather(
            F.normalize(as_precise(embeddings), dim=1), ids)
        pairs = pair_masks(instances, negative_of)
        # a GPU need not be waited for if this rank's own frames have a pair
        if self.max_frames is None and not (
                _some_twice(listed[0]) or pairs.positive.any()):
            raise SettingError(
                f'a batch of {len(unit)} frames holds no two of one instance; '
                'HardNegativePairSampler and a batch size that is a multiple '
                'of 2 * samples_per_class give some')
        # mixed precision would round similarities to 8 bits
        with torch.autocast(unit.device.type, enabled=False):
            similarity = unit @ unit.T
        with torch.no_grad():
            watched = dict(
                positive_similarity=mean_over(similarity, pairs.positive),
                negative_similarity=mean_over(similarity, pairs.negative),
                collapse=similarity.mean())
        return dict(loss_pair=self.loss_fn(similarity, pairs), **watched)


def _with_margin(loss: dict, margin: float) -> dict:
    """The config of the loss, with the head's margin."""
    name, kind = loss['type'], loss['type']
    if isinstance(name, str):
        kind = MODELS.get(name)
    if kind is not None and 'margin' not in inspect.signature(kind).parameters:
        raise SettingError(
            f'PairContrastiveHead has margin={margin}, but its loss {name} '
            'takes none: leave it out, or set margin=None where a base config '
            'gives it')
    if loss.get('margin', margin) != margin:
        raise SettingError(
            f'PairContrastiveHead has margin={margin} and its loss {name} has '
            f'margin={loss["margin"]}, expected one: set it in one of the two '
            'places, and margin=None in the head where a base config gives it')
    return dict(loss, margin=margin)


def _some_twice(ids: Tensor) -> bool:
    """Whether two frames share an id; ``(N, K)``, padded with -1."""
    known = ids[ids >= 0]
    return len(known.unique()) < len(known)


def _padded(parts: Sequence) -> Tensor:
    """Ids of single frames, or arrays of those of several, as ``(N,
    longest)``, padded with -1."""
    rows = [part if isinstance(part, np.ndarray) else
            np.array(part, dtype=np.int64)[None] for part in parts]
    longest = max(max(part.shape[1] for part in rows), 1)
    return torch.from_numpy(np.concatenate([np.pad(
        part, ((0, 0), (0, longest - part.shape[1])), constant_values=-1)
        for part in rows]))


def _gather(unit: Tensor,
            ids: Sequence[Tensor]) -> Tuple[Tensor, List[Tensor]]:
    """Embeddings, with gradients, and ids of all ranks.

    Every rank then computes the loss of all pairs. The gradient that reaches
    an embedding is summed over ranks, and averaged again by DDP.
    """
    if get_world_size() == 1:
        return unit, list(ids)
    gathered = []
    for padded in ids:
        width = torch.tensor(padded.shape[1], device=padded.device)
        all_reduce(width, 'max')
        padded = F.pad(padded, (0, int(width) - padded.shape[1]), value=-1)
        gathered.append(torch.cat(all_gather(padded)))
    return torch.cat(dist_nn.all_gather(unit)), gathered
