"""What the tests of the inferencer on stored features share."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.engine import add_bapg
from tests import runs, tiny
from tests.inferencers import inferencer


def save(model, path, **meta):
    torch.save(dict(state_dict=model.state_dict(), meta=dict(
        dataset_meta=dict(classes=tiny.CLASSES), **meta)), path)
    return path


@pytest.fixture(scope='session')
def data(tmp_path_factory):
    """Features, an encoder, and hosts without and with BAPG."""
    folder = tiny.write_features(tmp_path_factory.mktemp('features'))
    encoder = tiny.encoder_config(folder)
    torch.manual_seed(1)
    save(MODELS.build(Config.fromfile(encoder).model), folder / 'encoder.pth')
    extra = (f"video_input = dict(encoder='{encoder}', "
             f"encoder_checkpoint='{folder}/encoder.pth')")
    for write, name in ((tiny.localizer_config, 'host'),
                        (tiny.bapg_config, 'bapg')):
        cfg = Config.fromfile(write(folder, f'{name}.py', extra=extra))
        model = MODELS.build(add_bapg(cfg).model)
        if name == 'bapg':  # as training leaves it, not as it begins
            for weight in model.neck.parameters():
                torch.nn.init.normal_(weight, std=0.3)
        save(model, folder / f'{name}.pth')
    runs.build(encoder, load_from=folder / 'encoder.pth').test()
    return folder


@pytest.fixture(scope='session')
def infer(data):
    return inferencer(data)
