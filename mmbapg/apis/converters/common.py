"""What the converters of official checkpoints share."""
import re
from pathlib import Path
from typing import Callable, Dict, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmengine.logging import print_log
from torch import Tensor

from mmbapg.datasets.torch_files import load_tensors
from mmbapg.errors import UserError
from mmbapg.files import replace_file

StateDict = Dict[str, Tensor]
#: Pattern of a source key and its replacement.
Rules = Sequence[Tuple[str, str]]


class ConversionError(UserError, ValueError):
    """A checkpoint is not what the converter expects."""


#: Where official checkpoints hold the weights to evaluate, which are averaged
#: over training if any are.
PLACES = ('state_dict_ema', 'state_dict')


def load_reference_weights(path: str,
                           places: Sequence[str] = PLACES) -> StateDict:
    """Read the weights to evaluate from an official checkpoint.

    Nothing that is pickled in the file is executed.

    Args:
        path: The official file.
        places: Fields of the file that may hold them; the first that is there
            counts.

    Raises:
        ConversionError: If the file cannot be read or holds no weights.
    """
    try:
        content = load_tensors(path)
    except FileNotFoundError:
        raise ConversionError(f'{path}: no such file') from None
    except Exception as error:
        raise ConversionError(
            f'{path}: not a checkpoint that can be read safely '
            f'({error})') from error
    for name in places:
        if isinstance(content, dict) and name in content:
            content = content[name]
            break
    if not isinstance(content, dict) or not content or not all(
            isinstance(value, Tensor) for value in content.values()):
        raise ConversionError(
            f'{path}: holds no weights, expected a dict with {places[0]}')
    return {key.removeprefix('module.'): value
            for key, value in content.items()}


def rename(source: StateDict, rules: Rules) -> Dict[str, str]:
    """Map every source key to its new name.

    Raises:
        ConversionError: If no rule knows a key.
    """
    names, unknown = {}, []
    for key in source:
        for pattern, replacement in rules:
            new_key, count = re.subn(f'^{pattern}$', replacement, key)
            if count:
                names[key] = new_key
                break
        else:
            unknown.append(key)
    if unknown:
        raise ConversionError(
            f'{len(unknown)} unknown keys, first {unknown[0]}: is this an '
            'official checkpoint, and not one that was converted before?')
    return names


def drop_copies(source: StateDict, path: str,
                tied: Sequence[Tuple[str, str]]) -> StateDict:
    """Weights without those that are stored more than once.

    Args:
        source: All weights.
        path: For messages.
        tied: For each copy, the beginning of its names and of the original's.

    Raises:
        ConversionError: If a copy has no original or an original no copy, or
            if they differ.
    """
    kept = dict(source)
    for pair in tied:
        alias, original = pair
        names = sorted({key.removeprefix(prefix) for prefix in pair
                        for key in source if key.startswith(prefix)})
        missing = sorted({prefix + name for prefix in pair
                          for name in names} - source.keys())
        if missing:
            raise ConversionError(
                f'{path}: {len(missing)} keys are missing (first '
                f'{missing[0]}); expected every {original}* again as {alias}*')
        for name in names:
            if not torch.equal(source[original + name],
                               kept.pop(alias + name)):
                raise ConversionError(
                    f'{path}: {alias}{name} differs from {original}{name}, '
                    'expected a copy')
    if tied:
        print_log(f'{len(source) - len(kept)} of {len(source)} weights of '
                  f'{path} are copies of others: found equal, and left out',
                  'current')
    return kept


def convert(path: str,
            target: str,
            rules: Rules,
            infer_model: Callable[[StateDict], dict],
            model: Optional[dict] = None,
            source: Optional[StateDict] = None) -> dict:
    """Convert an official checkpoint.

    Args:
        path: The official file.
        target: Where to write ours.
        rules: Key mapping.
        infer_model: Gives the model config that fits the (source) weights.
        model: Model config to fit in the place of the inferred one.
        source: The weights, if they are not simply those of the file.

    Returns:
        The model config.

    Raises:
        ConversionError: If a key is unknown, missing, or has another shape
            than the rest of the file (or ``model``) implies. Nothing is
            written then.
    """
    if source is None:
        source = load_reference_weights(path)
    names = rename(source, rules)
    try:
        config = model or infer_model(source)
    except KeyError as error:
        raise ConversionError(f'{path}: key {error} is missing') from None
    expected = MODELS.build(config).state_dict()
    # The running loss normalizer is no weight; some official files lack it.
    required = {key for key in expected if not key.endswith('loss_normalizer')}
    missing = sorted(required - set(names.values()))
    surplus = sorted(set(names.values()) - expected.keys())
    if missing or surplus:
        raise ConversionError(
            f'{path}: {len(missing)} keys are missing{_first(missing)} and '
            f'{len(surplus)} are too many{_first(surplus)}, by our names')
    converted = {}
    for key, new_key in names.items():
        shape = expected[new_key].shape
        if source[key].squeeze().shape != expected[new_key].squeeze().shape:
            raise ConversionError(
                f'{path}: {key} has shape {tuple(source[key].shape)}, '
                f'expected {tuple(shape)} from the '
                f'{"config" if model else "rest of the file"}')
        converted[new_key] = source[key].reshape(shape).clone()
    checkpoint = dict(meta=dict(converted_from=Path(path).name, model=config),
                      state_dict=converted)
    replace_file(target, lambda file: torch.save(checkpoint, file))
    print_log(f'{len(converted)} of {len(source)} weights mapped, none left '
              f'over, none missing; written to {target}', 'current')
    return config


def count(source: StateDict, pattern: str) -> int:
    """Number of different indices in keys like ``stem.{index}.``."""
    found = {match.group(1) for match in (
        re.match(pattern, key) for key in source) if match}
    return len(found)


def _first(keys) -> str:
    return f' (first {keys[0]})' if keys else ''
