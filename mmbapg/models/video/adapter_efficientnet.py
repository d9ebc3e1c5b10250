"""EfficientNet-Lite with AdaTAD's adapters: a network of single frames that
sees along time."""
from typing import Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import ModuleDict
from torch import Tensor

from ..backbones.efficientnet_lite import EfficientNetLite
from .temporal_adapter import TemporalAdapter, blocks_with_adapters


@MODELS.register_module()
class AdapterEfficientNetLite(EfficientNetLite):
    """Adapters behind blocks of a frozen :class:`EfficientNetLite`.

    AdaTAD (https://arxiv.org/abs/2311.17241) has them in VideoMAE's network,
    which sees short clips. The blocks of this one see single frames, so that
    all it knows of time is what adapters learn. It is small enough for a CPU,
    and its ImageNet weights come as a Python package. Batch statistics are
    folded into the frozen convolutions.

    Args:
        pretrained: Load the ImageNet weights.
        adapter_index: Blocks, of 16, that an adapter stands behind; all by
            default. Those before the first are never differentiated.
        adapter: Arguments of :class:`TemporalAdapter`.
        init_cfg: See :class:`mmengine.model.BaseModule`.

    Raises:
        SettingError: If there is no such block.
    """

    #: It takes windows of any number of frames at once.
    sees_windows = True
    num_frames = 1

    def __init__(self,
                 pretrained: bool = True,
                 adapter_index: Optional[Sequence[int]] = None,
                 adapter: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(pretrained, frozen=True, init_cfg=init_cfg)
        blocks = self.network._blocks
        self.adapters = ModuleDict({
            str(index): TemporalAdapter(
                blocks[index]._block_args.output_filters, **(adapter or {}))
            for index in blocks_with_adapters(len(blocks), adapter_index)})

    def train(self, mode: bool = True) -> 'AdapterEfficientNetLite':
        """All but the adapters stays in evaluation mode."""
        super().train(mode)
        self.adapters.train(mode)
        return self

    def forward(self, frames: Tensor) -> Tensor:
        """Windows ``(B, 3, T, H, W)`` to maps ``(B, 1280, T, H / 32, W /
        32)``."""
        windows, _, steps = frames.shape[:3]
        network = self.network
        x = frames.transpose(1, 2).flatten(0, 1).contiguous(
            memory_format=torch.channels_last)
        x = network._swish(network._bn0(network._conv_stem(x)))
        for index, block in enumerate(network._blocks):
            x = block(x)
            if str(index) in self.adapters:
                tokens = x.flatten(2).transpose(1, 2)
                added = self.adapters[str(index)](
                    tokens, (windows, steps, tokens.shape[1]))
                x = x + added.transpose(1, 2).unflatten(2, x.shape[2:])
        x = network._swish(network._bn1(network._conv_head(x)))
        return x.unflatten(0, (windows, steps)).transpose(1, 2)
