"""Parameters and floating point operations of a localizer, part by part."""
from typing import Dict, NamedTuple, Optional

import torch
from mmaction.registry import MODELS, TRANSFORMS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData
from rich.table import Table
from torch import nn
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from mmbapg.config.bapg import feature_channels
from mmbapg.engine import add_bapg
from mmbapg.ops import TemporalGrid

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


class ComplexityError(ValueError):
    """What a model needs to be counted cannot be told from its config."""


def complexity(cfg: Config, length: Optional[int] = None) -> Complexity:
    """Count a localizer, with BAPG if its config has it.

    A multiplication with an addition is two operations, as in the papers'
    figures. Counted are convolutions, matrix products and attention, the
    latter as it is computed: windowed attention meets keys outside its window
    too, which the blocks bring along. Element-wise operations, pooling,
    interpolation, NMS and the change-point search are not counted.

    Args:
        cfg: Of a localizer.
        length: Steps of the features; by default as in training.

    Raises:
        ComplexityError: If ``length`` is needed and not given.
    """
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    length = length or _training_length(cfg.model)
    sample = _blank_sample(cfg, length)
    features = torch.zeros(feature_channels(cfg.model), length)
    # torch's counter fails on parameters that are passed to submodules
    model = MODELS.build(add_bapg(cfg).model).eval().requires_grad_(False)
    depth = DEPTH + ('bapg' in cfg)
    names = [name for name, _ in model.named_modules()
             if name.count('.') < depth]
    counter = FlopCounterMode(display=False, custom_mapping=_formulas())
    # the fast path of nn.MultiheadAttention is one operation that hides many
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with torch.no_grad(), counter:
            model([features], [sample], mode='tensor')
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


def _training_length(model: dict) -> int:
    for name in ('max_seq_len', 'window_size', 'temporal_dim'):
        if model.get(name):
            return model[name]
    raise ComplexityError(
        f'model {model.get("type")}: found none of max_seq_len, window_size '
        'and temporal_dim, expected one of them or --length')


def _blank_sample(cfg: Config, length: int) -> ActionDataSample:
    """What a localizer may ask of a video; regions are evenly spaced."""
    sample = ActionDataSample(metainfo=dict(
        video_name='blank', duration=float(length),
        grid=TemporalGrid.of_interval(1.0)))
    sample.gt_instances = InstanceData(
        segments=torch.zeros(0, 2, dtype=torch.float64),
        labels=torch.zeros(0, dtype=torch.int64))
    if 'bapg' in cfg:
        clustering = TRANSFORMS.build(cfg.bapg.clustering)
        numbers = ([clustering.max_auto] if clustering.numbers == 'auto' else
                   clustering.numbers)
        edges = [torch.linspace(0, length, number + 2) for number in numbers]
        sample.regions = InstanceData(
            steps=torch.cat([torch.stack([each[:-1], each[1:]], dim=1)
                             for each in edges]),
            segmentation=torch.repeat_interleave(
                torch.arange(len(numbers)),
                torch.tensor([number + 1 for number in numbers])))
        sample.boundary_strength = torch.zeros(clustering.num_strengths,
                                               length)
    return sample


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
