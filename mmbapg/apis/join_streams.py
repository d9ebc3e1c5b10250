"""Checkpoints of networks that were trained one by one, as that of one."""
from pathlib import Path
from typing import Dict, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from mmbapg.errors import UserError
from mmbapg.files import replace_file
from mmbapg.models.localizers.weights import weights_of


class StreamsError(UserError, ValueError):
    """Checkpoints are not those of the streams; the message says why."""


def join_streams(config: str, checkpoints: Sequence[str], out: str) -> None:
    """Write the checkpoint of a :class:`mmbapg.models.TwoStreamAFSD`.

    Args:
        config: Of the joined model.
        checkpoints: One for each of its streams, in their order.
        out: File to write.

    Raises:
        StreamsError: If there are too few or too many checkpoints, or one is
            of another network than its stream.
    """
    model = MODELS.build(Config.fromfile(config).model)
    streams = getattr(model, 'streams', None)
    if streams is None:
        raise StreamsError(f'{config}: found {type(model).__name__}, expected '
                           'a model of several streams')
    if len(checkpoints) != len(streams):
        raise StreamsError(
            f'found {len(checkpoints)} checkpoints, expected {len(streams)}: '
            f'{", ".join(streams)}')
    joined: Dict[str, Tensor] = {}
    for (name, stream), path in zip(streams.items(), checkpoints):
        weights = weights_of(CheckpointLoader.load_checkpoint(
            path, map_location='cpu'))
        _refuse_another(name, stream, path, weights)
        joined.update({f'streams.{name}.{key}': value
                       for key, value in weights.items()})
    content = dict(
        meta=dict(joined_from=[Path(path).name for path in checkpoints]),
        state_dict=joined)
    replace_file(out, lambda file: torch.save(content, file))


def _refuse_another(name: str, stream: nn.Module, path: str,
                    weights) -> None:
    own = stream.state_dict()
    odd = sorted(own.keys() ^ weights.keys())
    odd += [key for key in own if key in weights and
            own[key].shape != weights[key].shape]
    if odd:
        raise StreamsError(
            f'{path}: found weights of another network than the stream {name} '
            f'of the config ({len(odd)} are missing, surplus or of another '
            f'shape, first {odd[0]}), expected its own; are the checkpoints '
            'in the order of the streams?')
