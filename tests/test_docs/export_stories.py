"""What runs the blocks of the page on exports."""
import sys

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.datasets.transforms.formatting import PackProposals
from tests import tiny
from tests.documentation import commands


def export(block, checkout, patch):
    """A host that is small, with weights that were drawn."""
    folder = checkout.folder
    tiny.write_features(folder)
    tiny.localizer_config(folder, 'CONFIG.py')
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(folder / 'CONFIG.py').model)
    torch.save(dict(state_dict=model.state_dict(), meta=dict(
        dataset_meta=dict(classes=tiny.CLASSES))), folder / 'CHECKPOINT.pth')
    install, words = commands(block, folder)
    assert install == ['pip', 'install', 'mmbapg[export]']
    assert 'exported: outputs differ' in checkout.run(words)


def predict(block, checkout, patch):
    """From the folder alone."""
    install, words = commands(block, checkout.folder)
    assert install[2:] == ['onnxruntime', 'numpy']
    np.save(checkout.folder / 'FEATURES.npy',
            np.load(checkout.folder / 'features/video0.npy'))
    patch.syspath_prepend(str(checkout.folder / 'exported'))
    assert '"segment"' in checkout.run(words)


def predict_in_python(block, checkout, patch):
    patch.chdir(checkout.folder)
    patch.syspath_prepend(str(checkout.folder / 'exported'))
    names = dict(features=np.load('FEATURES.npy'))
    exec(block.text, names)
    sys.modules.pop('onnx_localizer')
    assert set(names['found'][0]) == {'segment', 'label', 'score'}


def save_evidence(block, checkout, patch):
    """Of a data sample with the fields that it names."""
    from mmaction.structures import ActionDataSample
    assert PackProposals.__doc__ and all(
        f'``{name}``' in PackProposals.__doc__
        for name in ('boundary_strength', 'class_evidence'))
    patch.chdir(checkout.folder)
    sample = ActionDataSample()
    sample.boundary_strength = torch.zeros(2, 5)
    sample.class_evidence = torch.zeros(3, 5)
    exec(block.text, dict(np=np, features=np.zeros((5, 4)),
                          dataset=[dict(data_samples=sample)]))
    assert np.load('video.npz')['class_evidence'].shape == (3, 5)


STORIES = {'docs/exporting.md': [
    export, predict, predict_in_python, save_evidence]}
