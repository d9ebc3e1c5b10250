"""Inception-v1, inflated to three dimensions."""
from typing import Dict, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.errors import CheckpointMismatchError, SettingError

from ..layers.same_padding import SameConv3d, SameMaxPool3d

#: Endpoint -> kernel size and stride of its pooling.
POOLS: Dict[str, Tuple[Tuple[int, int, int], Tuple[int, int, int]]] = dict(
    MaxPool3d_2a_3x3=((1, 3, 3), (1, 2, 2)),
    MaxPool3d_3a_3x3=((1, 3, 3), (1, 2, 2)),
    MaxPool3d_4a_3x3=((3, 3, 3), (2, 2, 2)),
    MaxPool3d_5a_2x2=((2, 2, 2), (2, 2, 2)))
#: Endpoint -> width, kernel size and stride of its convolution.
CONVS = dict(
    Conv3d_1a_7x7=(64, 7, 2),
    Conv3d_2b_1x1=(64, 1, 1),
    Conv3d_2c_3x3=(192, 3, 1))
#: Endpoint -> widths of b0; b1a, b1b; b2a, b2b; b3b.
BRANCHES = dict(
    Mixed_3b=(64, 96, 128, 16, 32, 32),
    Mixed_3c=(128, 128, 192, 32, 96, 64),
    Mixed_4b=(192, 96, 208, 16, 48, 64),
    Mixed_4c=(160, 112, 224, 24, 64, 64),
    Mixed_4d=(128, 128, 256, 24, 64, 64),
    Mixed_4e=(112, 144, 288, 32, 64, 64),
    Mixed_4f=(256, 160, 320, 32, 128, 128),
    Mixed_5b=(256, 160, 320, 32, 128, 128),
    Mixed_5c=(384, 192, 384, 48, 128, 128))
#: In the order in which they come.
ENDPOINTS = (
    'Conv3d_1a_7x7', 'MaxPool3d_2a_3x3', 'Conv3d_2b_1x1', 'Conv3d_2c_3x3',
    'MaxPool3d_3a_3x3', 'Mixed_3b', 'Mixed_3c', 'MaxPool3d_4a_3x3',
    'Mixed_4b', 'Mixed_4c', 'Mixed_4d', 'Mixed_4e', 'Mixed_4f',
    'MaxPool3d_5a_2x2', 'Mixed_5b', 'Mixed_5c')


@MODELS.register_module()
class InceptionI3D(BaseModule):
    """`Quo Vadis, Action Recognition? <https://arxiv.org/abs/1705.07750>`_
    (Carreira and Zisserman, CVPR 2017), the network of the "I3D features".

    MMAction2's I3D is an inflated ResNet-50, another network. Padding is
    TensorFlow's, as the weights were trained there, and modules have the names
    of the widespread PyTorch files ``rgb_imagenet.pt`` and
    ``flow_imagenet.pt``, which can be loaded as they are: ``init_cfg=dict(
    type='Pretrained', checkpoint='rgb_imagenet.pt')``. The files' classifier
    (``logits``) has no place here, and is left out. Frames are normalized to
    [-1, 1].

    Args:
        in_channels: 3 for RGB, 2 for optical flow.
        endpoints: Names of the layers whose maps are given. Later layers are
            not made. ``Mixed_4f`` has 832 channels at a quarter of the frame
            rate and a 16th of the size, ``Mixed_5c`` 1024 at an eighth and a
            32nd.
        width: Factor of all widths; smaller than 1 for small data that are
            trained from scratch.
        norm_frozen: Batch normalization keeps its statistics and its weights.
        frozen_until: An endpoint: neither it nor what comes before is trained.
        init_cfg: See :class:`mmengine.model.BaseModule`.

    Raises:
        SettingError: If an endpoint is unknown.
        CheckpointMismatchError: In loading, if weights of the network are
            among those of the file, but not all, or of another shape.
    """

    def __init__(self,
                 in_channels: int = 3,
                 endpoints: Sequence[str] = ('Mixed_5c', ),
                 width: float = 1.0,
                 norm_frozen: bool = True,
                 frozen_until: Optional[str] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        asked = [*endpoints, *filter(None, [frozen_until])]
        unknown = sorted(set(asked) - set(ENDPOINTS))
        if unknown or not endpoints:
            raise SettingError('endpoints and frozen_until: found '
                               f'{unknown}, expected some of '
                               f'{", ".join(ENDPOINTS)}')
        self.endpoints = tuple(endpoints)
        self.norm_frozen = norm_frozen
        last = max(map(ENDPOINTS.index, asked))
        self.layer_names = ENDPOINTS[:last + 1]
        self.frozen_names = ENDPOINTS[:0 if frozen_until is None else
                                      ENDPOINTS.index(frozen_until) + 1]
        self.widths: Dict[str, int] = {}
        channels = in_channels
        for name in self.layer_names:
            layer, channels = _make(name, channels, width)
            self.add_module(name, layer)
            self.widths[name] = channels
        for name in self.frozen_names:
            self.get_submodule(name).requires_grad_(False)
        if norm_frozen:
            for norm in self._norms():
                norm.requires_grad_(False)
        self._register_load_state_dict_pre_hook(self._refuse_parts)

    def train(self, mode: bool = True) -> 'InceptionI3D':
        """What is frozen stays in evaluation mode."""
        super().train(mode)
        for name in self.frozen_names:
            self.get_submodule(name).eval()
        if self.norm_frozen:
            for norm in self._norms():
                norm.eval()
        return self

    def forward(self, x: Tensor) -> 'Tensor | Tuple[Tensor, ...]':
        """Maps of the endpoints.

        Args:
            x: ``(B, in_channels, T, H, W)`` frames in [-1, 1].

        Returns:
            ``(B, C, T', H', W')`` of the endpoint, or a tuple of several.
        """
        # the same numbers, in half of the time on a CPU
        x = x.contiguous(memory_format=torch.channels_last_3d)
        maps = {}
        for name in self.layer_names:
            x = self.get_submodule(name)(x)
            if name in self.endpoints:
                maps[name] = x
        found = tuple(maps[name] for name in self.endpoints)
        return found if len(found) > 1 else found[0]

    def _norms(self):
        return [module for module in self.modules()
                if isinstance(module, nn.BatchNorm3d)]

    def _refuse_parts(self, state_dict, prefix, *_) -> None:
        """Refuse a file that leaves part of the network at random, which
        MMEngine would only log."""
        own = {prefix + name: value for name, value in
               self.state_dict().items()
               if not name.endswith('num_batches_tracked')}
        missing = sorted(own.keys() - state_dict.keys())
        if len(missing) == len(own):
            return
        if missing:
            raise CheckpointMismatchError(
                f'found I3D weights without {len(missing)} of {len(own)} '
                f'(first {missing[0]}), expected all')
        for name, value in own.items():
            found, expected = (tuple(each.shape)
                               for each in (state_dict[name], value))
            if found != expected:
                raise CheckpointMismatchError(
                    f'found I3D weights whose {name} has shape {found}, '
                    f'expected {expected}: flow has 2 channels, and RGB 3')


def _make(name: str, channels: int,
          width: float) -> Tuple[nn.Module, int]:
    """A layer and the width of what it gives."""
    if name in POOLS:
        return SameMaxPool3d(*POOLS[name]), channels
    if name in CONVS:
        out_channels, size, stride = CONVS[name]
        unit = ConvUnit(channels, _scaled(out_channels, width), size, stride)
        return unit, unit.conv3d.out_channels
    widths = [_scaled(each, width) for each in BRANCHES[name]]
    return InceptionBlock(channels, widths), sum(
        widths[branch] for branch in (0, 2, 4, 5))


def _scaled(channels: int, width: float) -> int:
    return max(round(channels * width), 1)


class ConvUnit(nn.Module):
    """Convolution, batch normalization and ReLU.

    Args:
        in_channels, channels: Widths.
        size, stride: Of the convolution, along all three axes.
    """

    def __init__(self, in_channels: int, channels: int, size: int = 1,
                 stride: int = 1) -> None:
        super().__init__()
        self.conv3d = SameConv3d(in_channels, channels, size, stride,
                                 bias=False)
        self.bn = nn.BatchNorm3d(channels, eps=1e-3, momentum=0.01)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T, H, W)`` to ``(B, C, T', H', W')``."""
        return self.act(self.bn(self.conv3d(x)))


class InceptionBlock(nn.Module):
    """Four branches side by side.

    Args:
        in_channels: Width of the input.
        widths: See :data:`BRANCHES`.
    """

    def __init__(self, in_channels: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.b0 = ConvUnit(in_channels, widths[0])
        self.b1a = ConvUnit(in_channels, widths[1])
        self.b1b = ConvUnit(widths[1], widths[2], 3)
        self.b2a = ConvUnit(in_channels, widths[3])
        self.b2b = ConvUnit(widths[3], widths[4], 3)
        self.b3a = SameMaxPool3d((3, 3, 3), (1, 1, 1))
        self.b3b = ConvUnit(in_channels, widths[5])

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T, H, W)`` to ``(B, C, T, H, W)``."""
        return torch.cat([
            self.b0(x), self.b1b(self.b1a(x)), self.b2b(self.b2a(x)),
            self.b3b(self.b3a(x))], dim=1)
