"""What runs the blocks of the page on exports."""
import sys

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

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
    features = np.load(checkout.folder / 'features/video0.npy')
    np.save(checkout.folder / 'FEATURES.npy',  # of 120 s
            np.resize(features, (120 * 16 // 4, features.shape[1])))
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
    """Of a localizer with BAPG, whose files of features hold more."""
    patch.chdir(checkout.folder)
    features = tiny.write_features(checkout.folder, 1, 2) / 'features'
    tiny.write_video_embeddings(checkout.folder)
    tiny.bapg_config(checkout.folder, 'CONFIG.py')
    place = checkout.folder / 'data/mine/features'
    place.mkdir(parents=True, exist_ok=True)
    for path in features.glob('video?.npy'):
        np.savez(place / f'{path.stem}.npz', features=np.load(path), more=1)
    exec(block.text, {})
    for name in ('video1', 'video2'):
        found = np.load(f'{name}.npz')
        assert set(found) == {'features', 'more', 'boundary_strength',
                              'class_evidence'}
        assert found['boundary_strength'].shape[1] == len(found['features'])


STORIES = {'docs/exporting.md': [
    export, predict, predict_in_python, save_evidence]}
