"""Stage 1 of BAPG: learn which frames belong together."""
from typing import Any, List, Optional, cast

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModel
from torch import Tensor

from mmbapg.ops.space import mean_over_parts


@MODELS.register_module()
class FrameSimilarityLearner(BaseModel):
    """Embeds frames so that cosine similarity tells where actions end.

    BAPG (https://arxiv.org/abs/2309.13810), Sec. II-B. Training with
    ``UntrimmedFrameDataset`` and ``HardNegativePairSampler`` is stage 1.
    Testing is stage 2: it embeds every frame. With an untrained backbone,
    stage 2 is a feature extractor.

    Args:
        backbone: Config. Either a 2-D network from ``(N, 3, H, W)`` frames to
            maps, which are averaged over space, or a temporal network from
            ``(B, C, n + 2 * context)`` features to ``(B, D, n)``.
        head: Config of the contrastive head; not needed to embed.
        class_head: Config of a head that learns the classes of frames besides,
            such as :class:`PrototypeHead`; none by default.
        data_preprocessor: Config; normalizes frames.
        grid: Average maps over each of ``grid`` x ``grid`` parts of the frame
            instead of the whole frame. Features then tell where something is,
            and ``D`` is ``grid`` x ``grid`` times as large.
        init_cfg: See :class:`mmengine.model.BaseModel`.
    """

    def __init__(self,
                 backbone: dict,
                 head: Optional[dict] = None,
                 data_preprocessor: Optional[dict] = None,
                 grid: int = 1,
                 class_head: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.backbone = MODELS.build(backbone)
        self.grid = grid
        self.head: Any = MODELS.build(head) if head else None
        self.class_head: Any = MODELS.build(class_head) if class_head else None

    def forward(self,
                inputs: 'Tensor | List[Tensor]',
                data_samples: Optional[List[ActionDataSample]] = None,
                mode: str = 'tensor'):
        """The entry of MMEngine.

        Args:
            inputs: For each sample ``(n, 3, H, W)`` frames or ``(C, n + 2 *
                context)`` features; ``n`` is 1 in training. Or one sample
                with the features of the whole batch, ``(B, C, n + 2 *
                context)``.
            data_samples: One for each sample.
            mode: ``loss``, ``predict`` or ``tensor``.

        Returns:
            A dict of losses, the data samples with ``embeddings`` ``(n, D)``,
            or the embeddings of all samples ``(B * n, D)``.
        """
        embeddings = self.embed(inputs)
        if mode == 'tensor':
            return embeddings
        if mode == 'loss':
            losses = self.head.loss(embeddings, data_samples)
            if self.class_head is not None:
                losses.update(self.class_head.loss(embeddings, data_samples))
            return losses
        if mode == 'predict':
            samples = cast(List[ActionDataSample], data_samples)
            for sample, part in zip(samples, embeddings.chunk(len(samples))):
                sample.set_field(part, 'embeddings')
            return samples
        raise ValueError(f'mode is {mode!r}, expected one of loss, predict '
                         'and tensor')

    def embed(self, inputs: 'Tensor | List[Tensor]') -> Tensor:
        """Embeddings ``(B * n, D)``, not normalized."""
        if not isinstance(inputs, Tensor):
            inputs = torch.stack(inputs)
        if inputs.ndim == 4:  # features of a whole batch in a sample
            inputs = inputs.flatten(0, 1)
        if inputs.ndim == 3:  # features
            return self.backbone(inputs).transpose(1, 2).flatten(0, 1)
        maps = self.backbone(inputs.flatten(0, 1))
        maps = maps[-1] if isinstance(maps, tuple) else maps
        return mean_over_parts(maps, self.grid).flatten(1)
