"""Boundary-sensitive pretraining: learn what kind of boundary a clip has."""
from typing import Any, Dict, List, Mapping, Optional

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModel, ModuleDict
from torch import Tensor


@MODELS.register_module()
class BoundaryLearner(BaseModel):
    """An encoder of clips, and the tasks that it is trained with.

    BSP (https://arxiv.org/abs/2011.10830), Sec. 3.3 and 3.4. One task is
    plain pretraining: a head for kinds of boundaries, for a heat map of the
    change point, or for actions (the paper's vanilla). Two heads are its
    two-head integration: all layers are shared but the last.

    Trained on clips of ``BoundaryClipDataset``. After training, features come
    from the encoder: with ``init_cfg=dict(type='Pretrained', checkpoint=FILE,
    prefix='encoder.')`` it is loaded wherever it is used.

    Args:
        encoder: Config of a network from frames ``(N, 3, T, H, W)`` in
            [0, 255], such as :class:`VideoBackbone`, or from features
            ``(N, C, T)``, such as :class:`TemporalFeatureEncoder`, to
            ``(N, D, T')``.
        heads: Name -> config of a head.
        data_preprocessor: Config; by default inputs are moved to the device
            as they are.
        init_cfg: See :class:`mmengine.model.BaseModel`.
    """

    def __init__(self,
                 encoder: dict,
                 heads: Mapping[str, dict],
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.encoder = MODELS.build(encoder)
        self.heads: Any = ModuleDict({
            name: MODELS.build(head) for name, head in heads.items()})

    def forward(self,
                inputs: List[Tensor],
                data_samples: Optional[List[ActionDataSample]] = None,
                mode: str = 'tensor'):
        """The entry of MMEngine.

        Args:
            inputs: Of each clip ``(T, 3, H, W)`` frames or ``(C, T)``
                features.
            data_samples: One for each clip.
            mode: ``loss``, ``predict`` or ``tensor``.

        Returns:
            A dict of losses, the data samples with what the heads predict, or
            features ``(N, D, T')``.
        """
        clips = stacked_clips(inputs)
        if mode == 'tensor':
            return self.encoder(clips)
        if mode == 'loss':
            return self.loss(clips, data_samples)
        if mode == 'predict':
            features = self.encoder(clips)
            for head in self.heads.values():
                head.predict(features, data_samples)
            return data_samples
        raise ValueError(f'mode is {mode!r}, expected one of loss, predict '
                         'and tensor')

    def loss(self, clips: Tensor,
             data_samples: Any) -> Dict[str, Tensor]:
        """Losses of all heads.

        Args:
            clips: As the encoder takes them.
            data_samples: One for each clip.
        """
        return self._losses_of_heads(self.encoder(clips), data_samples)

    def _losses_of_heads(self, features: Tensor,
                         data_samples: Any) -> Dict[str, Tensor]:
        losses: Dict[str, Tensor] = {}
        for head in self.heads.values():
            losses.update(head.loss(features, data_samples))
        return losses


def stacked_clips(inputs: 'Tensor | List[Tensor]') -> Tensor:
    """``(N, 3, T, H, W)`` of ``(T, 3, H, W)`` frames, ``(N, C, T)`` of
    ``(C, T)`` features."""
    if not isinstance(inputs, Tensor):
        inputs = torch.stack(list(inputs))
    return inputs.transpose(1, 2) if inputs.ndim == 5 else inputs
