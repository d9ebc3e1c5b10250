"""VideoMAE's network on windows that are longer than its clips."""
from typing import Optional

import torch
import torch.nn.functional as F
from mmaction.models.backbones.vit_mae import Block, VisionTransformer
from mmengine.model import ModuleList
from torch import Tensor

from mmbapg.errors import CheckpointMismatchError, SettingError

from .fused_attention import FusedAttention
from .temporal_adapter import TokenGrid


class WindowBlock(Block):
    """A block of MMAction2's network with fused attention.

    Args:
        embed_dims, num_heads, **kwargs: See MMAction2's ``Block``.
    """

    def __init__(self, embed_dims: int, num_heads: int, qkv_bias: bool = True,
                 qk_scale: Optional[float] = None, drop_rate: float = 0.0,
                 attn_drop_rate: float = 0.0, **kwargs) -> None:
        attention: dict = dict(
            num_heads=num_heads, qkv_bias=qkv_bias, qk_scale=qk_scale,
            attn_drop_rate=attn_drop_rate, drop_rate=drop_rate)
        super().__init__(embed_dims, **attention, **kwargs)
        self.attn = FusedAttention(embed_dims, **attention)


class WindowVisionTransformer(VisionTransformer):
    """MMAction2's ``VisionTransformer`` that takes windows of several clips.

    Attention sees one clip of ``num_frames`` frames. Clips stand window by
    window, so that what sees a window (an adapter) never mixes two of them.
    Weights have MMAction2's names.

    Args:
        img_size, patch_size, embed_dims, num_frames, tubelet_size: See
            MMAction2. Images of other sizes stretch the table of positions;
            pixels beyond the last whole patch are left out.
        depth: Number of blocks.
        drop_path_rate: Of the last block; it grows over the depth.
        **kwargs: See MMAction2.
    """

    #: It takes any number of whole clips at once.
    sees_windows = True
    #: Settings of the blocks alone.
    OF_BLOCKS = ('num_heads', 'mlp_ratio', 'qkv_bias', 'qk_scale', 'drop_rate',
                 'attn_drop_rate', 'norm_cfg', 'init_values')

    def __init__(self,
                 img_size: int = 224,
                 patch_size: int = 16,
                 embed_dims: int = 768,
                 num_frames: int = 16,
                 tubelet_size: int = 2,
                 depth: int = 12,
                 drop_path_rate: float = 0.0,
                 **kwargs) -> None:
        super().__init__(
            img_size=img_size, patch_size=patch_size, embed_dims=embed_dims,
            num_frames=num_frames, tubelet_size=tubelet_size, depth=0,
            return_feat_map=True, **kwargs)
        self.num_frames = num_frames
        settings = dict(num_heads=12, **kwargs) if (
            'num_heads' not in kwargs) else kwargs
        settings = {name: settings[name] for name in self.OF_BLOCKS
                    if name in settings}
        rates = torch.linspace(0, drop_path_rate, depth, device='cpu')
        self.blocks = ModuleList(
            WindowBlock(embed_dims, drop_path_rate=rate, **settings)
            for rate in rates.tolist())
        self._register_load_state_dict_pre_hook(self._check_positions)

    def embed(self, frames: Tensor) -> Tensor:
        """Tokens with their positions.

        Args:
            frames: ``(B, 3, T, H, W)``; ``T`` is a multiple of ``num_frames``.

        Returns:
            ``(B * T / num_frames, N, C)``.
        """
        number, _, length = frames.shape[:3]
        if length % self.num_frames:
            raise SettingError(
                f'found windows of {length} frames, expected a multiple of '
                f'the {self.num_frames} of a clip')
        clips = frames.unflatten(2, (-1, self.num_frames)).transpose(
            1, 2).flatten(0, 1)
        tokens = self.patch_embed(clips)[0]
        return self.pos_drop(tokens + self._positions(frames))

    def token_grid(self, frames: Tensor) -> TokenGrid:
        """Of windows ``(B, 3, T, H, W)``."""
        tubelet = self.patch_embed.projection.stride[0]
        steps = frames.shape[2] // self.num_frames * (
            self.num_frames // tubelet)
        height, width = (size // self.patch_size for size in frames.shape[3:])
        return len(frames), steps, height * width

    def as_maps(self, tokens: Tensor, frames: Tensor) -> Tensor:
        """Tokens of windows as ``(B, C, T', h, w)`` maps."""
        windows, steps, _ = self.token_grid(frames)
        height, width = (size // self.patch_size for size in frames.shape[3:])
        maps = tokens.reshape(windows, steps, height, width, -1)
        return maps.permute(0, 4, 1, 2, 3)

    def _positions(self, frames: Tensor) -> Tensor:
        """``(1, N, C)``: the table, stretched to the size of the images."""
        size = tuple(each // self.patch_size for each in frames.shape[3:])
        if size == self.grid_size:
            return self.pos_embed
        table = self.pos_embed.unflatten(1, (-1, *self.grid_size))[0]
        table = F.interpolate(table.permute(0, 3, 1, 2), size, mode='bicubic',
                              align_corners=False)
        return table.permute(0, 2, 3, 1).flatten(0, 2)[None]

    def _check_positions(self, state_dict, prefix, *_) -> None:
        """Refuse a checkpoint of another size or length of clips."""
        found = state_dict.get(f'{prefix}pos_embed')
        if found is not None and found.shape != self.pos_embed.shape:
            steps = len(self.pos_embed[0]) // (
                self.grid_size[0] * self.grid_size[1])
            raise CheckpointMismatchError(
                f'{prefix}pos_embed: found positions for {found.shape[1]} '
                f'tokens of {found.shape[2]} channels in the checkpoint, '
                f'expected {self.pos_embed.shape[1]} of {self.embed_dims}: '
                f'{self.grid_size[0]} x {self.grid_size[1]} places at {steps} '
                'times; it was trained with another img_size, patch_size, '
                'num_frames or embed_dims')
