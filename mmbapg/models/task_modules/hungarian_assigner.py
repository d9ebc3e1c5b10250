"""Which query learns which instance."""
from typing import List, Sequence, Tuple

import numpy as np
import torch
from mmaction.registry import TASK_UTILS
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from mmbapg.errors import UserError
from mmbapg.ops import segment_iou, to_start_end

#: Segments ``(G, 2)``, centre and width, and labels ``(G,)`` of a sequence.
Instances = Tuple[Tensor, Tensor]


class DivergedError(UserError, ValueError):
    """A network gives no finite numbers, so that nothing can be learned."""


@TASK_UTILS.register_module()
class HungarianAssigner:
    """Gives each instance one query, so that the total cost is lowest.

    The bipartite matching of DETR (https://arxiv.org/abs/2005.12872, Eq. 1)
    with the costs of TadTR: the focal loss that a query saves if it takes the
    label, the distance of centre and width, and minus the tIoU.

    Args:
        cls_weight, l1_weight, iou_weight: Weights of the costs.
        alpha, gamma: Of the focal loss.
    """

    def __init__(self,
                 cls_weight: float = 6.0,
                 l1_weight: float = 5.0,
                 iou_weight: float = 2.0,
                 alpha: float = 0.25,
                 gamma: float = 2.0) -> None:
        self.cls_weight = cls_weight
        self.l1_weight = l1_weight
        self.iou_weight = iou_weight
        self.alpha = alpha
        self.gamma = gamma

    @torch.no_grad()
    def __call__(self, logits: Tensor, segments: Tensor,
                 instances: Sequence[Instances]
                 ) -> List[Tuple[Tensor, Tensor]]:
        """Assign.

        Args:
            logits: ``(B, Q, num_classes)``.
            segments: ``(B, Q, 2)`` centre and width.
            instances: Of each sequence, in the unit of ``segments``.

        Returns:
            Of each sequence, the indices of the queries that have an instance,
            ascending, and of their instances.

        Raises:
            DivergedError: If an output is NaN or infinite.
        """
        targets, labels = (torch.cat(field) for field in zip(*instances))
        # a GPU is waited for once, and gets all indices in one piece
        cost = self._cost(logits.float(), segments.float(), targets,
                          labels).cpu()
        if not cost.isfinite().all():
            raise DivergedError(
                'found NaN or infinity in the outputs of the network, '
                'expected finite numbers: did training diverge?')
        numbers = [len(labels) for _, labels in instances]
        matches = [
            torch.from_numpy(np.stack(linear_sum_assignment(own[sequence])))
            for sequence, own in enumerate(cost.split(numbers, dim=2))
        ]
        joined = torch.cat(matches, dim=1).to(logits.device)
        return [tuple(match) for match in joined.split(
            [match.shape[1] for match in matches], dim=1)]

    def _cost(self, logits: Tensor, segments: Tensor, targets: Tensor,
              labels: Tensor) -> Tensor:
        """Of every query with every instance of the batch, ``(B, Q, N)``."""
        prob = logits.sigmoid()[..., labels]
        as_positive = (self.alpha * (1 - prob)**self.gamma *
                       -(prob + 1e-8).log())
        as_negative = ((1 - self.alpha) * prob**self.gamma *
                       -(1 - prob + 1e-8).log())
        flat = segments.flatten(0, 1)
        distance = torch.cdist(flat, targets, p=1)
        iou = segment_iou(to_start_end(flat), to_start_end(targets))
        return (self.l1_weight * distance - self.iou_weight * iou).view(
            prob.shape) + self.cls_weight * (as_positive - as_negative)
