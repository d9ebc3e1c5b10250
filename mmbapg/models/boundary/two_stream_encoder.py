"""BSP's integration by two streams: features stand side by side."""
from typing import Any, List, Optional, Sequence

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule, ModuleList
from torch import Tensor


@MODELS.register_module()
class TwoStreamEncoder(BaseModule):
    """Encoders that are trained apart, whose features are concatenated.

    BSP (https://arxiv.org/abs/2011.10830), Sec. 3.4, the paper's default: one
    knows actions, one boundaries. Of stored features the same is said by
    ``data_prefix=dict(feature=[ACTION_FOLDER, BOUNDARY_FOLDER])``.

    Args:
        streams: Configs of encoders, see :class:`BoundaryLearner`; each names
            its weights in ``init_cfg``.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 streams: Sequence[dict],
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.streams: Any = ModuleList(map(MODELS.build, streams))

    def forward(self, clips: Tensor) -> Tensor:
        """Clips to ``(N, D, T')``: of all streams, ``T'`` of the shortest."""
        return torch.cat(equally_long(
            [stream(clips) for stream in self.streams]), dim=1)


def equally_long(features: Sequence[Tensor]) -> List[Tensor]:
    """Features ``(N, C_i, T_i)``, averaged to the steps of the shortest."""
    steps = min(each.shape[2] for each in features)
    return [each if each.shape[2] == steps else
            F.adaptive_avg_pool1d(each, steps) for each in features]
