"""Parameters and floating point operations of a localizer, part by part."""
from typing import Dict, NamedTuple, Optional

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from rich.table import Table
from torch import nn
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from mmbapg.config import add_bapg
from mmbapg.config.bapg import complete_clustering
from mmbapg.models.localizers.contract import (
    feature_channels,
    sees_frames,
    training_length,
)

from .blank_videos import blank_frames, blank_sample

#: Levels of submodules that are counted on their own; BAPG adds one.
DEPTH = 2


class Complexity(NamedTuple):
    """Counts for one video.

    Attributes:
        length: Steps of the video's features, before the network pads them.
        parameters: Name of a submodule -> learned numbers; ``''`` is the
            whole.
        flops: The same -> floating point operations.
    """
    length: int
    parameters: Dict[str, int]
    flops: Dict[str, int]


def complexity(cfg: Config, length: Optional[int] = None) -> Complexity:
    """Count a localizer, with BAPG if its config has it.

    A multiplication with an addition is two operations, as in the papers'
    figures. Counted are convolutions, matrix products and attention, the
    latter as it is computed: windowed attention meets keys outside its window
    too, which the blocks bring along. Element-wise operations, pooling,
    interpolation, NMS and the change-point search are not counted.

    Args:
        cfg: Of a localizer; of one that sees frames, the video network is
            counted, too.
        length: Steps of the features; by default as in training.

    Raises:
        ContractError: If ``length`` is needed and not given.
    """
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    length = length or training_length(cfg.model)
    sample = blank_sample(length, complete_clustering(
        cfg.bapg, cfg.model) if 'bapg' in cfg else None)
    inputs = (blank_frames(cfg, length) if sees_frames(cfg.model) else
              torch.zeros(feature_channels(cfg.model), length))
    # torch's counter fails on parameters that are passed to submodules
    model = MODELS.build(add_bapg(cfg).model).eval().requires_grad_(False)
    depth = DEPTH + ('bapg' in cfg) + sees_frames(cfg.model)
    names = [name for name, _ in model.named_modules()
             if name.count('.') < depth]
    counter = FlopCounterMode(display=False, custom_mapping=_formulas())
    # the fast path of nn.MultiheadAttention is one operation that hides many
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with torch.no_grad(), counter:
            model([inputs], [sample], mode='tensor')
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    return Complexity(
        length,
        {name: _num_parameters(model.get_submodule(name)) for name in names},
        {name: _flops(model, name, counter.get_flop_counts())
         for name in names})


def complexity_table(title: str, counts: Complexity) -> Table:
    """Counts as a table; parts without either are left out."""
    table = Table(title=f'{title}: one video of {counts.length} steps')
    table.add_column('part')
    table.add_column('parameters', justify='right')
    table.add_column('GFLOP (2 x MAC)', justify='right')
    for name, number in counts.parameters.items():
        flops = counts.flops[name]
        if number or flops:
            *parents, part = name.split('.')
            indent = '  ' * (len(parents) + 1) if name else ''
            table.add_row(indent + (part or 'all'), f'{number:,}',
                          f'{flops / 1e9:.3f}')
    return table


def _num_parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _flops(model: nn.Module, name: str, counts: dict) -> int:
    """Of a submodule; one that is never called is the sum of its children.

    Args:
        model: That was counted.
        name: Of the submodule; ``''`` is the model.
        counts: Of torch's counter, whose names begin with the model's class.
    """
    key = '.'.join(filter(None, (type(model).__name__, name)))
    if key in counts:
        return sum(counts[key].values())
    return sum(_flops(model, '.'.join(filter(None, (name, child))), counts)
               for child, _ in model.get_submodule(name).named_children())


def _formulas() -> dict:
    """Formulas that torch's counter lacks: attention on the CPU."""
    attention = getattr(torch.ops.aten,
                        '_scaled_dot_product_flash_attention_for_cpu', None)
    if attention is None:
        return {}

    def flops(query_shape, key_shape, value_shape, *args, out_shape=None,
              **kwargs) -> int:
        return sdpa_flop_count(query_shape, key_shape, value_shape)

    return {attention: flops}
