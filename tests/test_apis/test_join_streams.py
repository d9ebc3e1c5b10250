"""Checkpoints of RGB and of flow, joined."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.runner import load_checkpoint

from mmbapg.apis.join_streams import StreamsError, join_streams
from tests import small_afsd


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Config of both, and a checkpoint of each."""
    folder = tmp_path_factory.mktemp('streams')
    for name, channels in (('rgb', 3), ('flow', 2)):
        torch.manual_seed(channels)
        model = MODELS.build(small_afsd.model(in_channels=channels))
        torch.save(dict(epoch=1, state_dict=model.state_dict()),
                   folder / f'{name}.pth')
    for name, model in (('both', small_afsd.two_streams()),
                        ('one', small_afsd.model())):
        text = str(model).replace('inf', "float('inf')")
        (folder / f'{name}.py').write_text(f'model = {text}\n')
    return folder


def paths(folder, *names):
    return [str(folder / f'{name}.pth') for name in names]


@torch.no_grad()
def test_each_stream_has_its_own(folder, tmp_path):
    out = tmp_path / 'both.pth'
    join_streams(str(folder / 'both.py'), paths(folder, 'rgb', 'flow'), out)
    both = MODELS.build(small_afsd.two_streams()).eval()
    load_checkpoint(both, str(out), strict=True)
    frames = small_afsd.frames(64, channels=5)
    for name, channels, part in (('rgb', 3, frames[:3]),
                                 ('flow', 2, frames[3:])):
        alone = MODELS.build(small_afsd.model(in_channels=channels)).eval()
        load_checkpoint(alone, str(folder / f'{name}.pth'), strict=True)
        for ours, theirs in zip(both.streams[name]([part])[:5],
                                alone([part])[:5]):
            assert torch.equal(ours, theirs)


@pytest.mark.parametrize('config,names,message', [
    ('both', ('flow', 'rgb'), r'flow.pth: found weights of another network '
     r'than the stream rgb of the config \(1 are missing, surplus or of anoth'
     r'er shape, first backbone.Conv3d_1a_7x7.conv3d.weight\)'),
    ('both', ('rgb', ), 'found 1 checkpoints, expected 2: rgb, flow'),
    ('one', ('rgb', 'flow'), 'one.py: found AFSD, expected a model of several')
])
def test_refusals(folder, tmp_path, config, names, message):
    with pytest.raises(StreamsError, match=message):
        join_streams(str(folder / f'{config}.py'), paths(folder, *names),
                     str(tmp_path / 'out.pth'))
    assert not list(tmp_path.iterdir())
