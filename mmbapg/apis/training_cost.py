"""What a training step of a localizer that sees frames takes: memory and time,
for each choice of what is trained."""
import copy
import time
import weakref
from typing import Any, Dict, List, NamedTuple, Optional

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData
from rich.table import Table
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from mmbapg.config import add_bapg
from mmbapg.config.bapg import complete_clustering
from mmbapg.models.localizers.contract import training_length

from .blank_videos import blank_frames, blank_sample

#: Choices that are measured beside that of the config.
CHOICES = ('nothing', 'everything')


class Cost(NamedTuple):
    """Of a training step.

    Attributes:
        trained: What of the video network is trained.
        parameters: How many of its parameters.
        memory: Bytes that tensors take at most, beside the weights.
        seconds: Of losses and gradients.
    """
    trained: str
    parameters: int
    memory: int
    seconds: float


class PeakMemory(TorchDispatchMode):
    """Counts the bytes of all tensors that are made in it, on any device, and
    remembers the most that lived at once."""

    def __init__(self) -> None:
        super().__init__()
        self.living = self.peak = 0
        self._known: Dict[int, Any] = {}

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for each in tree_leaves(made):
            if isinstance(each, torch.Tensor):
                self._count(each.untyped_storage())
        return made

    def _count(self, storage: torch.UntypedStorage) -> None:
        key, size = storage._cdata, storage.nbytes()
        if key in self._known:
            return

        def gone(_) -> None:
            self.living -= size
            del self._known[key]

        self._known[key] = weakref.ref(storage, gone)
        self.living += size
        self.peak = max(self.peak, self.living)


def training_costs(cfg: Config, device: str = 'cpu',
                   batch_size: Optional[int] = None) -> List[Cost]:
    """Measure a step on made-up windows: with what the config trains, then
    with nothing and everything of the video network.

    Args:
        cfg: Of an :class:`EndToEndLocalizer`.
        device: Where.
        batch_size: Windows; by default those of the config.
    """
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    own = cfg.model.video_backbone.get('trained', 'nothing')
    number = batch_size or cfg.train_dataloader.batch_size
    return [_cost(cfg, choice, device, number) for choice in (
        own, *(each for each in CHOICES if each != own))]


def cost_table(title: str, costs: List[Cost]) -> Table:
    """Costs as a table."""
    table = Table(title=f'{title}: a training step')
    table.add_column('trained of the video network')
    for name in ('parameters', 'memory (MB)', 'seconds'):
        table.add_column(name, justify='right')
    for cost in costs:
        table.add_row(cost.trained, f'{cost.parameters:,}',
                      f'{cost.memory / 1e6:,.0f}', f'{cost.seconds:.2f}')
    return table


def _cost(cfg: Config, trained: Any, device: str, number: int) -> Cost:
    cfg = copy.deepcopy(cfg)
    cfg.model.video_backbone.update(trained=trained)
    length = training_length(cfg.model)
    clustering = complete_clustering(
        cfg.bapg, cfg.model) if 'bapg' in cfg else None
    model = MODELS.build(add_bapg(cfg).model).to(device).train()
    samples = [blank_sample(length, clustering, InstanceData(
        segments=torch.tensor([[0.1, 0.6]]) * length,
        labels=torch.zeros(1, dtype=torch.int64))) for _ in range(number)]
    data = dict(inputs=[blank_frames(cfg, length)] * number,
                data_samples=samples)
    data = model.data_preprocessor(data, True)

    def step() -> None:
        losses = model(data['inputs'], data['data_samples'], mode='loss')
        model.parse_losses(losses)[0].backward()
        model.zero_grad()

    with PeakMemory() as memory:
        step()
    begin = time.perf_counter()
    step()
    if device.startswith('cuda'):
        torch.cuda.synchronize()
    seconds = time.perf_counter() - begin
    learned = sum(each.numel() for each in model.video_backbone.parameters()
                  if each.requires_grad)
    name = trained if isinstance(trained, str) else ', '.join(trained)
    return Cost(name, learned, memory.peak, seconds)
