"""A config's schedule, stretched or compressed to another length."""
import copy
from typing import Any, List, Optional

from mmengine.config import Config

from mmbapg.errors import UserError

#: Fields of a scheduler that count epochs.
EPOCHS = ('begin', 'end', 'T_max', 'warmup', 'milestones')


class ScheduleError(UserError, ValueError):
    """A schedule cannot be stretched; the message says why."""


def trained_for(cfg: Config, epochs: Optional[int]) -> Config:
    """A config that trains for so many epochs, as many as before by default.

    Args:
        cfg: Config; stays as it is.
        epochs: What counts epochs in its schedule is stretched to them.

    Raises:
        ScheduleError: If it does not train by epochs, or for none.
    """
    if 'max_epochs' not in cfg.get('train_cfg', {}):
        raise ScheduleError(
            f'{cfg.filename}: field train_cfg: found no max_epochs, expected '
            'a config that trains by epochs')
    if epochs is not None and epochs < 1:
        raise ScheduleError(f'found {epochs} epochs, expected at least 1')
    cfg = copy.deepcopy(cfg)
    if epochs is not None:
        share = epochs / cfg.train_cfg.max_epochs
        for scheduler in _schedulers(cfg.get('param_scheduler')):
            scheduler.update({
                key: _stretched(value, share, int(key != 'begin'))
                for key, value in scheduler.items()
                if key in EPOCHS and scheduler.get('by_epoch', True)})
        cfg.train_cfg.max_epochs = epochs
    return cfg


def _stretched(value: Any, share: float, least: int) -> Any:
    if isinstance(value, (list, tuple)):
        return [_stretched(each, share, least) for each in value]
    return max(round(value * share), least)


def _schedulers(node: Any) -> List[dict]:
    """One, a list of them, or those of several optimizers."""
    if node is None or 'type' in node:
        return [node] if node else []
    children = node.values() if isinstance(node, dict) else node
    return [found for child in children for found in _schedulers(child)]
