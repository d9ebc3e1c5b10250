"""Weights and inputs of the golden numbers, made by a fixed rule."""
import json
import zlib
from pathlib import Path

import numpy as np
import torch

FOLDER = Path(__file__).parent / 'data' / 'golden'


def load(stem: str):
    """Arrays of a golden file."""
    return np.load(FOLDER / f'{stem}.npz', allow_pickle=False)


def load_json(name: str) -> dict:
    """Content of a golden JSON file."""
    return json.loads((FOLDER / name).read_text())


def noise(key: str, shape) -> np.ndarray:
    """Normal noise that depends on nothing but the key."""
    seed = zlib.crc32(key.encode()) & 0x7fffffff
    count = int(np.prod(shape)) if len(shape) else 1
    draws = np.random.RandomState(seed).standard_normal(count)
    return draws.astype(np.float32).astype(np.float64).reshape(shape)


def features(name: str, shape) -> torch.Tensor:
    """An input."""
    return torch.from_numpy(
        (0.5 * noise(f'input:{name}', shape)).astype(np.float32))


def weight(key: str, shape, kind: str) -> torch.Tensor:
    """An entry of the reference's state dict."""
    draws = noise(key, shape)
    if kind in ('norm_weight', 'scale_scalar'):
        value = 1 + 0.1 * draws
    elif kind in ('norm_bias', 'bias', 'bn_mean'):
        value = 0.05 * draws
    elif kind == 'bn_var':
        value = 1 + 0.1 * abs(draws)
    elif kind == 'bn_count':
        return torch.zeros(shape, dtype=torch.int64)
    elif kind == 'scale_channel':
        value = 0.3 + 0.1 * draws
    elif kind == 'embedding':
        value = draws
    elif kind == 'bias_cw0':
        value = 0.05 * draws
        value[1] -= 2
    elif kind.startswith('weight'):
        scale = float(kind[7:] or 1)
        value = draws * (scale * np.sqrt(2 / np.prod(shape[1:])))
    elif kind == 'cls_bias':
        value = -2 + 0.05 * draws
    elif kind == 'one_hot_shift':
        outputs, _, size = shape
        value = np.eye(size)[np.arange(outputs) % size].reshape(shape)
    elif kind == 'sinusoid':
        return sinusoid(*shape[1:])[None]
    elif kind.startswith('affine:'):
        offset, slope = map(float, kind.split(':')[1:])
        value = offset + slope * draws
    elif kind.startswith('fixed:'):
        value = np.full(shape, float(kind[6:]))
    else:
        raise KeyError(kind)
    return torch.from_numpy(np.asarray(value).astype(np.float32))


def sinusoid(number: int, channels: int) -> torch.Tensor:
    """VideoMAE's table of positions, ``(number, channels)``."""
    half = np.arange(channels) // 2 * 2 / channels
    angle = np.arange(number)[:, None] / np.power(10000, half)
    table = np.where(np.arange(channels) % 2, np.cos(angle), np.sin(angle))
    return torch.from_numpy(table.astype(np.float32))


def normalized_frames(name: str, length: int, height: int,
                      width: int) -> np.ndarray:
    """``(3, length, height, width)`` float64 in [-1, 1]."""
    slow = noise(f'input-slow:{name}', (3, length // 16))
    fast = noise(f'input:{name}', (3, length, height, width))
    mixed = 0.4 * fast + 0.5 * slow.repeat(16, axis=1)[..., None, None]
    return mixed.clip(-1, 1)


def frames(name: str, length: int, height: int, width: int) -> torch.Tensor:
    """``(3, length, height, width)`` uint8."""
    values = 127.5 + 127.5 * normalized_frames(name, length, height, width)
    return torch.from_numpy(np.rint(values).astype(np.uint8))


def shapes(golden, part: str = '') -> dict:
    """Reference key -> shape."""
    return {
        str(key): () if text == 'scalar' else tuple(
            map(int, str(text).split('x')))
        for key, text in zip(golden[f'{part}keys'], golden[f'{part}shapes'])
    }


def weights(golden, part: str = '', variety: str = '') -> dict:
    """The reference's state dict; tied entries are the same tensor.

    Args:
        golden: Arrays of a file.
        part, variety: Before and after the names of its arrays, where it has
            several state dicts.
    """
    kinds = dict(zip(map(str, golden[f'{part}keys']),
                     map(str, golden[f'{part}kinds{variety}'])))
    originals = {key: kind.removeprefix('alias:')
                 for key, kind in kinds.items() if kind.startswith('alias:')}
    entries = {key: weight(key, shape, kinds[key])
               for key, shape in shapes(golden, part).items()
               if key not in originals}
    return {key: entries[originals.get(key, key)] for key in kinds}


def write_official_checkpoint(golden, path: Path) -> None:
    """A checkpoint as the reference's training writes it."""
    averaged = {f'module.{key}': value
                for key, value in weights(golden).items()}
    # zeros that take no room in the file
    other = {key: torch.zeros(()).expand(value.shape)
             for key, value in averaged.items()}
    torch.save(dict(epoch=35, state_dict=other, state_dict_ema=averaged), path)
