"""VideoMAE's network with adapters in its blocks: AdaTAD."""
from functools import partial
from typing import Any, List, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import ModuleList
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from .temporal_adapter import (
    TemporalAdapter,
    TokenGrid,
    blocks_with_adapters,
)
from .window_vit import WindowVisionTransformer

#: Hidden width of an adapter beside the network, over the network's.
SIDE_RATIO = 0.125


@MODELS.register_module()
class AdapterVisionTransformer(WindowVisionTransformer):
    """AdaTAD (https://arxiv.org/abs/2311.17241), Sec. 3: a
    :class:`TemporalAdapter` at the end of blocks, and all else is frozen
    (``trained='adapters'`` of :class:`WindowEncoder`).

    Args:
        adapter_index: Blocks that have an adapter; all by default. Those
            before the first are never differentiated.
        adapter: Arguments of :class:`TemporalAdapter`.
        with_cp: Compute blocks once more in the backward pass, instead of
            keeping in memory what they compute in between.
        **kwargs: See :class:`WindowVisionTransformer`.

    Raises:
        SettingError: If there is no such block.
    """

    def __init__(self,
                 *args,
                 adapter_index: Optional[Sequence[int]] = None,
                 adapter: Optional[dict] = None,
                 with_cp: bool = False,
                 **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.with_cp = with_cp
        for index in blocks_with_adapters(len(self.blocks), adapter_index):
            self.blocks[index].add_module('adapter', TemporalAdapter(
                self.embed_dims, **(adapter or {})))

    def forward(self, frames: Tensor) -> Tensor:
        """Windows ``(B, 3, T, H, W)`` of whole clips to maps ``(B, C, T', h,
        w)``, which are normalized only with ``use_mean_pooling=False``."""
        x, grid = self.embed(frames), self.token_grid(frames)
        for block in self.blocks:
            run = partial(_adapted, block, grid=grid)
            if self.with_cp and torch.is_grad_enabled() and (
                    x.requires_grad or hasattr(block, 'adapter')):
                x = checkpoint(run, x, use_reentrant=False)
            else:
                x = run(x)
        return self.as_maps(self.norm(x), frames)


@MODELS.register_module()
class SideAdapterVisionTransformer(WindowVisionTransformer):
    """AdaTAD-dagger: adapters beside a network that is never differentiated.

    What listed blocks give is read by an adapter each; the output is that of
    the last of them and what all adapters add. None sees what another adds.

    Args:
        adapter_index: Blocks that an adapter reads; by default the upper half,
            as in the paper.
        adapter: Arguments of :class:`TemporalAdapter`; ``ratio`` is 1/8 by
            default, as in the paper.
        with_cp: Compute adapters once more in the backward pass.
        **kwargs: See :class:`WindowVisionTransformer`.

    Raises:
        SettingError: If there is no such block.
    """

    def __init__(self,
                 *args,
                 adapter_index: Optional[Sequence[int]] = None,
                 adapter: Optional[dict] = None,
                 with_cp: bool = False,
                 **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.norm, self.fc_norm = nn.Identity(), None  # nothing is normalized
        self.with_cp = with_cp
        number = len(self.blocks)
        self.adapter_index = blocks_with_adapters(
            number, range(number // 2, number) if adapter_index is None
            else adapter_index)
        self.adapters = ModuleList(
            TemporalAdapter(self.embed_dims, **{
                'ratio': SIDE_RATIO, **(adapter or {})})
            for _ in self.adapter_index)

    def train(self, mode: bool = True) -> 'SideAdapterVisionTransformer':
        """All but the adapters stays in evaluation mode."""
        super().train(mode)
        for name, part in self.named_children():
            if name != 'adapters':
                part.eval()
        return self

    def forward(self, frames: Tensor) -> Tensor:
        """Windows ``(B, 3, T, H, W)`` of whole clips to maps ``(B, C, T', h,
        w)``, which are not normalized."""
        read, grid = self._read(frames), self.token_grid(frames)
        out = read[-1]
        for tokens, adapter in zip(read, self.adapters):
            if self.with_cp and torch.is_grad_enabled():
                out = out + checkpoint(adapter, tokens, grid,
                                       use_reentrant=False)
            else:
                out = out + adapter(tokens, grid)
        return self.as_maps(out, frames)

    @torch.no_grad()
    def _read(self, frames: Tensor) -> List[Tensor]:
        """Tokens that each adapter reads."""
        x, read = self.embed(frames), []
        last = self.adapter_index[-1]
        for index, block in enumerate(self.blocks[:last + 1]):
            x = block(x)
            if index in self.adapter_index:
                read.append(x)
        return read


def _adapted(block: Any, x: Tensor, grid: TokenGrid) -> Tensor:
    """A block, and its adapter if it has one."""
    x = block(x)
    if hasattr(block, 'adapter'):
        x = x + block.adapter(x, grid)
    return x
