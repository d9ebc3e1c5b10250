"""A folder that localizes without PyTorch."""
import json
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Sequence, Union

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmbapg.config.bapg import add_bapg
from mmbapg.files import replace_file

from ..loaded_localizer import load_weights
from .networks import ExportedNetwork, ExportError, network_of
from .onnx_forms import OnnxForms
from .settings import settings_of

#: The newest that PyTorch's exporter writes by its own count.
OPSET = 18
#: Where the settings are in ``metadata_props`` of the network.
METADATA_KEY = 'localizer'
#: How far outputs may be from PyTorch's, as a share of what is above 1.
TOLERANCE = 1e-4

HERE = Path(__file__).parent


def export_localizer(cfg: Config, checkpoint: Union[str, Path],
                     folder: Union[str, Path]) -> float:
    """Write a localizer as ONNX, with post-processing in NumPy beside it.

    The folder then has ``model.onnx``, whose ``metadata_props`` hold all
    settings, ``settings.json``, the same for people, and ``predict.py`` with
    the package ``onnx_localizer``, which need onnxruntime and NumPy alone.

    Args:
        cfg: Of the localizer; with BAPG, its field ``bapg``.
        checkpoint: Its weights.
        folder: New or empty.

    Returns:
        Largest :func:`difference` between onnxruntime and PyTorch, on random
        features of several lengths.

    Raises:
        ExportError: If something cannot be exported, or onnxruntime finds
            something else.
        InferenceError: If the weights are another model's.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f'{folder}: found something there, expected a new '
                          'or an empty folder')
    require_packages()
    host_cfg = cfg.model
    cfg = add_bapg(cfg)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(cfg.model)
    meta = load_weights(model, str(checkpoint), strict=True)
    network = network_of(model, host_cfg)
    settings = settings_of(
        network, cfg, (meta.get('dataset_meta') or {}).get('classes'))
    encoded = to_onnx(network, settings)
    error = difference(network, encoded)
    if not error <= TOLERANCE:
        raise ExportError(
            f'{checkpoint}: found outputs of onnxruntime that are {error:g} '
            f'from those of PyTorch, expected at most {TOLERANCE:g}')
    write_folder(folder, encoded, settings)
    return error


def require_packages() -> None:
    """Refuse to begin without what writes and reads ONNX."""
    for name in ('onnx', 'onnxruntime'):
        try:
            __import__(name)
        except ImportError:
            raise ExportError(f'found no {name}, expected it: pip install '
                              "'mmbapg[export]'") from None


def to_onnx(network: ExportedNetwork, settings: dict) -> bytes:
    """The network with its settings.

    Traced, by the exporter that needs a second where the newer one, which
    proves that all lengths work, needs a minute; that they do is compared.
    """
    import onnx
    with tempfile.TemporaryDirectory(prefix='mmbapg-') as place:
        path = Path(place, 'model.onnx')
        fast = torch.backends.mha.get_fastpath_enabled()
        torch.backends.mha.set_fastpath_enabled(False)
        try:
            with warnings.catch_warnings(), torch.no_grad(), OnnxForms():
                warnings.simplefilter('ignore')
                torch.onnx.export(
                    network, network.example(network.lengths[0]), str(path),
                    dynamo=False, opset_version=OPSET,
                    input_names=network.inputs,
                    output_names=list(network.outputs),
                    dynamic_axes=network.free)
        finally:
            torch.backends.mha.set_fastpath_enabled(fast)
        model = onnx.load(path)
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, json.dumps(settings)
    onnx.checker.check_model(model)
    return model.SerializeToString()


@torch.no_grad()
def difference(network: ExportedNetwork, encoded: bytes) -> float:
    """Largest difference to PyTorch, over several lengths; of numbers above 1,
    which distances in steps may be, as a share of them."""
    import onnxruntime
    session = onnxruntime.InferenceSession(
        encoded, providers=['CPUExecutionProvider'])
    named = {entry.name for entry in session.get_inputs()}
    largest = [0.0]
    for batch, length in examples_of(network):
        inputs = network.example(length, batch)
        found = session.run(list(network.outputs), {
            name: value.numpy()
            for name, value in zip(network.inputs, inputs) if name in named})
        largest += [float((np.abs(ours - theirs) /
                           np.abs(theirs).clip(1)).max())
                    for ours, theirs in zip(found, (
                        each.numpy() for each in network(*inputs)))]
    return float(np.max(largest))


def examples_of(network: ExportedNetwork) -> Sequence[tuple]:
    """Batch sizes and lengths to compare at."""
    lengths = list(network.lengths)
    if 'windows' in network.free.get('features', {}).values():
        return [(3, lengths[0]), (1, lengths[0])]
    return [(1, length) for length in lengths]


def write_folder(folder: Path, encoded: bytes, settings: dict) -> None:
    """Put all in its place, the network last."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / 'onnx_localizer', folder / 'onnx_localizer',
                    ignore=shutil.ignore_patterns('__pycache__'))
    shutil.copyfile(HERE / 'predict.py', folder / 'predict.py')
    text = json.dumps(settings, indent=1).encode()
    replace_file(folder / 'settings.json', lambda file: file.write(text))
    replace_file(folder / 'model.onnx', lambda file: file.write(encoded))
