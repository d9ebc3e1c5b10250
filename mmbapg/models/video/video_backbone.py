"""The network of an MMAction2 recognizer, for features along time."""
from typing import Any, List, Mapping, Optional, Union

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmbapg.ops.space import mean_over_parts

from .fused_attention import fuse_attention
from .recognizer_config import RecognizerError, network_config
from .window_memory import is_of_memory

#: Inputs that a recognizer's data preprocessor names: frames one by one, and
#: clips.
FRAMES, CLIPS = 'NCHW', ('NCTHW', 'MIX2d3d')

Output = Union[Tensor, 'list[Output]', 'tuple[Output, ...]']


@MODELS.register_module()
class VideoBackbone(BaseModule):
    """Features along time of clips, with the network of a recognizer.

    Any recognizer of MMAction2 that reads RGB frames will do. Of its config,
    ``backbone`` and ``data_preprocessor`` are built, under these names, so
    that its checkpoints fit; neck and head are left out. Maps are averaged
    over space:

    - 3-D networks keep the steps that their maps have in time.
    - 2-D networks, with or without a shift in time, see the frames of a clip
      as segments and give a step for each.
    - Of several maps (the two pathways of SlowFast, several stages) the
      finer ones are averaged to the steps of the coarsest, and their channels
      stand one after the other.
    - Networks that give one vector for a clip (a class token, VideoMAE's mean)
      have one step. Where a map comes beside a class token, as MViT's does,
      the map counts.

    Args:
        recognizer: Field ``model`` of a recognizer's config. Weights that it
            names are not loaded, but see ``begin_pretrained``.
        grid: Average maps over each of ``grid`` x ``grid`` parts of the frame
            instead of the whole frame: features then tell where something
            is, and ``C`` is ``grid`` x ``grid`` times as large.
        begin_pretrained: A training begins with the weights that the
            recognizer's config names, such as
            ``pretrained='torchvision://resnet50'``.
        init_cfg: See :class:`mmengine.model.BaseModule`.

    Raises:
        RecognizerError: If the recognizer has no backbone, or reads no RGB
            frames.
    """

    def __init__(self,
                 recognizer: Mapping,
                 grid: int = 1,
                 begin_pretrained: bool = False,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        built = MODELS.build(network_config(recognizer, begin_pretrained))
        self.kind = type(built).__name__
        self.grid = grid
        self.backbone: nn.Module = built.backbone
        if not begin_pretrained:
            for part in self.backbone.modules():
                # else networks with a shift in time inflate a file of no name
                if getattr(part, 'pretrained2d', False):
                    vars(part)['pretrained2d'] = False
        fuse_attention(self.backbone)
        self.data_preprocessor = built.data_preprocessor
        # what networks of torchvision and timm need besides, MMAction2 knows;
        # in a tuple, so that their weights have one name
        self._foreign = () if built.backbone_from == 'mmaction2' else (built, )
        layout = getattr(self.data_preprocessor, 'format_shape', None)
        if layout != FRAMES and layout not in CLIPS:
            raise RecognizerError(
                f'model.data_preprocessor: found format_shape {layout!r} in '
                f'{self.kind}, expected one of {FRAMES}, {", ".join(CLIPS)}')
        self.sees_frames = layout == FRAMES

    @property
    def clip_len(self) -> Optional[int]:
        """Frames that a clip must have; ``None`` if the network takes any
        number."""
        network: Any = self.backbone
        if getattr(network, 'sees_windows', False):
            return None  # it cuts them into clips itself
        told = getattr(network, 'num_segments' if self.sees_frames
                       else 'num_frames', None)
        if self.sees_frames or told is not None:
            return told
        position, grid = (getattr(network, name, None)
                          for name in ('pos_embed', 'grid_size'))
        if isinstance(position, Tensor) and grid is not None:
            tubelet = network.patch_embed.projection.kernel_size[0]
            return position.shape[1] // (grid[0] * grid[1]) * tubelet
        return None

    def forward(self, clips: Tensor) -> Tensor:
        """Features along time.

        Args:
            clips: ``(N, 3, T, H, W)``, RGB in [0, 255], uint8 or
                float32.

        Returns:
            ``(N, C, T')``; ``T'`` is the network's.

        Raises:
            RecognizerError: If the network needs clips of another length, or
                its output is not known.
        """
        return self.features(self.normalize(clips))

    def normalize(self, clips: Tensor) -> Tensor:
        """As the recognizer's data preprocessor does, in float32.

        Args:
            clips: ``(N, 3, T, H, W)``, RGB in [0, 255].
        """
        views = clips.transpose(1, 2) if self.sees_frames else clips
        normalized, _ = self.data_preprocessor.preprocess([views], None)
        return normalized[0].transpose(1, 2) if self.sees_frames else (
            normalized[0])

    def features(self, clips: Tensor) -> Tensor:
        """:meth:`forward` of clips that are normalized already."""
        number, length = clips.shape[0], clips.shape[2]
        if self.clip_len not in (None, length):
            raise RecognizerError(
                f'found clips of {length} frames, expected {self.clip_len}: '
                f'{type(self.backbone).__name__} of this config takes no '
                'others')
        try:
            output = self._output(clips)
        except (AssertionError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and is_of_memory(error):
                raise
            why = next(iter(str(error).splitlines()), type(error).__name__)
            raise RecognizerError(
                f'{type(self.backbone).__name__}: found clips of {length} '
                f'frames of {clips.shape[4]} x {clips.shape[3]} pixels, which '
                f'it does not take ({why}), expected the length and the size '
                'that its config was made for') from error
        parts = [self._along_time(part, number)
                 for part in _that_count(output)]
        steps = min((part.shape[2] for part in parts), default=0)
        if not steps:
            raise self._unknown(output)
        return torch.cat([_averaged(part, steps) for part in parts], dim=1)

    def _output(self, clips: Tensor) -> Output:
        """Of the network, for ``(N, 3, T, H, W)`` clips."""
        number = len(clips)
        if self.sees_frames:
            clips = clips.transpose(1, 2).flatten(0, 1)
        if self._foreign:
            views = clips.unflatten(0, (number, -1))
            output, _ = self._foreign[0].extract_feat(views, stage='backbone')
            return output
        return self.backbone(clips)

    def _along_time(self, part: Tensor, number: int) -> Tensor:
        """``(N, C, T')`` of one output."""
        if self.sees_frames and part.ndim in (2, 4):
            vectors = part if part.ndim == 2 else mean_over_parts(
                part, self.grid).flatten(1)
            return vectors.unflatten(0, (number, -1)).transpose(1, 2)
        if not self.sees_frames and part.ndim == 5:
            return mean_over_parts(part, self.grid).transpose(2, 3).flatten(
                1, 2)
        if not self.sees_frames and part.ndim == 2:
            return part.unsqueeze(2)
        raise self._unknown(part)

    def _unknown(self, output: Output) -> RecognizerError:
        found = (f'shape {tuple(output.shape)}' if isinstance(output, Tensor)
                 else f'type {type(output).__name__}')
        return RecognizerError(
            f'{type(self.backbone).__name__}: found an output of {found}, '
            'expected maps (N, C, H, W) of frames or (N, C, T, H, W) of '
            'clips, or vectors (N, C)')


def _that_count(output: Output) -> List[Tensor]:
    """Tensors of an output; a map without the class token beside it."""
    if isinstance(output, Tensor):
        return [output]
    if not isinstance(output, (list, tuple)):
        return []
    parts = [part for each in output for part in _that_count(each)]
    maps = [part for part in parts if part.ndim > 2]
    return maps or parts


def _averaged(part: Tensor, steps: int) -> Tensor:
    """``(N, C, T)`` to ``steps`` in time."""
    if part.shape[2] == steps:
        return part
    if part.shape[2] % steps:
        return nn.functional.adaptive_avg_pool1d(part, steps)
    return part.unflatten(2, (steps, -1)).mean(3)
