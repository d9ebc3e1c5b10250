"""Weights that a recognizer was trained to, for a network that begins with
them."""
import re
from typing import List, Mapping, Tuple

from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from mmbapg.errors import UserError

from .freezing import ADAPTER

#: Names of VideoMAE's own releases, and MMAction2's.
VIDEOMAE: List[Tuple[str, str]] = [
    (r'patch_embed\.proj\.', 'patch_embed.projection.'),
    (r'(blocks\.\d+\.mlp)\.fc1\.', r'\1.layers.0.0.'),
    (r'(blocks\.\d+\.mlp)\.fc2\.', r'\1.layers.1.'),
]
PLACES = ('state_dict', 'module', 'model')


class PretrainedWeightsError(UserError, ValueError):
    """Weights to begin with are not those of the network; the message says
    which and why."""


def load_pretrained(video: nn.Module, path: str) -> None:
    """Load a recognizer's weights, and say what was loaded.

    Adapters keep their own beginning, and what the recognizer has beside its
    backbone is left out. The table of positions is the same for all networks
    of a size, so that files without it will do.

    Args:
        video: With the network as ``backbone``.
        path: Checkpoint of MMAction2's recognizer, or of VideoMAE's own code.
            A file or a URL.

    Raises:
        PretrainedWeightsError: If the file is missing, or leaves weights of
            the network unset, or has them in another shape.
    """
    where = f'pretrained: {path}'
    try:
        content = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    except FileNotFoundError:
        raise PretrainedWeightsError(
            f'{where}: no such file, expected the checkpoint that the video '
            'network begins with (pretrained=None begins at random)'
        ) from None
    found = _named_as_ours(content)
    own = {name: value for name, value in video.state_dict().items()
           if name.startswith('backbone.')}
    fits = {name: value for name, value in found.items() if name in own}
    kind = type(video.backbone).__name__
    for name, value in fits.items():
        if value.shape != own[name].shape:
            raise PretrainedWeightsError(
                f'{where}: found {name} of shape {tuple(value.shape)}, '
                f'expected {tuple(own[name].shape)}: these are weights of '
                f'another size of {kind}, or for another resolution or length '
                'of clips')
    added = {name for name in own if ADAPTER in name}
    missing = sorted(own.keys() - found.keys() - added - {
        'backbone.pos_embed'})
    if missing:
        raise PretrainedWeightsError(
            f'{where}: found {len(fits)} of the {len(own) - len(added)} '
            f'weights of {kind}, expected all: {len(missing)} are missing '
            f'(first {missing[0]}); is it the checkpoint of another model?')
    video.load_state_dict(fits, strict=False)
    surplus = sorted(found.keys() - own.keys())
    print_log(
        f'{path}: loaded {len(fits)} weights of {kind}; {len(added)} of '
        f'adapters begin anew; {len(surplus)} are not used'
        f'{f" ({surplus[0]} ...)" if surplus else ""}', 'current')


def _named_as_ours(content: Mapping) -> Mapping[str, Tensor]:
    """Weights of a checkpoint, those of a backbone as ``backbone.``."""
    for place in PLACES:
        if isinstance(content.get(place), Mapping):
            content = content[place]
            break
    weights = {str(name).removeprefix('module.'): value
               for name, value in content.items()
               if isinstance(value, Tensor)}
    if any(name.startswith('backbone.') for name in weights):
        return weights
    for pattern, ours in VIDEOMAE:
        weights = {re.sub(f'^{pattern}', ours, name): value
                   for name, value in weights.items()}
    return {f'backbone.{name}': value for name, value in weights.items()}
