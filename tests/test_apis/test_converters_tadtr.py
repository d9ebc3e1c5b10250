"""What the converter of TadTR refuses; the numbers are in the golden tests."""
import argparse

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.apis.converters import CONVERTERS, ConversionError
from tests import golden, official_tadtr, tiny

STEM = 'tadtr_thumos14_i3d'
BRANCH = 'segment_embed.2.layers.1.weight'
COPY = f'transformer.decoder.{BRANCH}'


def write(path, edit=None, **options):
    official_tadtr.write_official_checkpoint(golden.load(STEM), path, edit,
                                             **options)
    return path


def refusal(tmp_path, edit=None, path=None):
    path = path or write(tmp_path / 'official.pth', edit)
    with pytest.raises(ConversionError) as caught:
        CONVERTERS['tadtr'](path, tmp_path / 'ours.pth')
    assert not (tmp_path / 'ours.pth').exists()
    assert not list(tmp_path.glob('*partial*'))
    return str(caught.value)


def test_every_weight_is_accounted_for(tmp_path, logged):
    config = CONVERTERS['tadtr'](write(tmp_path / 'official.pth'),
                                 tmp_path / 'ours.pth')
    text = logged()
    assert '198 of 198 weights mapped, none left over, none missing' in text
    assert '24 of 222 weights' in text and 'copies' in text
    content = torch.load(tmp_path / 'ours.pth')
    assert len(content['state_dict']) == 198
    assert content['meta']['model'] == config


def test_the_inferred_model_is_that_of_the_config(tmp_path):
    inferred = CONVERTERS['tadtr'](write(tmp_path / 'official.pth'),
                                   tmp_path / 'ours.pth')
    ours = Config.fromfile(
        tiny.CONFIGS / 'tadtr/tadtr_1xb16-16e_thumos14-i3d.py').model
    for name, value in inferred.items():
        if not isinstance(value, dict):
            assert ours[name] == value, name
            continue
        for field, part in value.items():
            assert ours[name][field] == part, (name, field)
    # and with the config named, its settings are those of the file
    named = CONVERTERS['tadtr'](tmp_path / 'official.pth',
                                tmp_path / 'named.pth', ours.to_dict())
    assert named['head']['post_processor']['list_repeats'] is True
    model = MODELS.build(named)
    model.load_state_dict(torch.load(tmp_path / 'named.pth')['state_dict'])


def test_files_of_older_packages(tmp_path):
    """NumPy 1 calls its modules by other names, and torch < 1.6 wrote no zip
    files."""
    write(tmp_path / 'old.pth', _use_new_zipfile_serialization=False)
    binary = (tmp_path / 'old.pth').read_bytes()
    assert b'numpy._core.multiarray' in binary
    (tmp_path / 'old.pth').write_bytes(
        binary.replace(b'numpy._core.multiarray', b'numpy.core.multiarray'))
    CONVERTERS['tadtr'](tmp_path / 'old.pth', tmp_path / 'ours.pth')
    assert len(torch.load(tmp_path / 'ours.pth')['state_dict']) == 198


def test_a_missing_key(tmp_path):
    message = refusal(tmp_path, lambda weights: weights.pop(
        'transformer.encoder.layers.1.norm2.bias'))
    assert '1 keys are missing (first encoder.layers.1.ffn_norm.bias)' in (
        message)
    message = refusal(tmp_path,
                      lambda weights: weights.pop('query_embed.weight'))
    assert "key 'query_embed.weight' is missing" in message


def test_an_unknown_key(tmp_path):
    message = refusal(tmp_path, lambda weights: weights.update(
        {'segment_embed.0.layers.3.weight': torch.zeros(2, 2),
         'transformer.decoder.segment_embed.0.layers.3.weight':
         torch.zeros(2, 2)}))
    assert '1 unknown keys, first segment_embed.0.layers.3.weight' in message


def test_another_shape(tmp_path):
    message = refusal(tmp_path, lambda weights: weights.update(
        {'input_proj.0.1.weight': torch.zeros(7)}))
    assert ('input_proj.0.1.weight has shape (7,), expected (256,) from the '
            'rest of the file') in message


@pytest.mark.parametrize('gone', [BRANCH, COPY])
def test_one_of_two_that_are_tied_is_missing(tmp_path, gone):
    message = refusal(tmp_path, lambda weights: weights.pop(gone))
    assert f'1 keys are missing (first {gone})' in message


def test_tied_weights_that_differ(tmp_path):
    message = refusal(tmp_path, lambda weights: weights.update(
        {COPY: weights[BRANCH] + 1e-6}))
    assert f'{COPY} differs from {BRANCH}' in message


def test_converted_before(tmp_path):
    CONVERTERS['tadtr'](write(tmp_path / 'official.pth'),
                        tmp_path / 'first.pth')
    assert 'converted before' in refusal(tmp_path, path=tmp_path / 'first.pth')


def test_files_without_weights(tmp_path):
    torch.save(dict(epoch=3, args=argparse.Namespace(lr=1)),
               tmp_path / 'empty.pth')
    assert 'holds no weights, expected a dict with model' in refusal(
        tmp_path, path=tmp_path / 'empty.pth')
    assert 'no such file' in refusal(tmp_path, path=tmp_path / 'gone.pth')


def test_nothing_pickled_is_executed(tmp_path):
    """Neither in the weights nor in the settings beside them."""
    import os

    class Evil:

        def __reduce__(self):
            return os.mkdir, (str(tmp_path / 'executed'), )

    for content in (dict(model=Evil()),
                    dict(model={}, args=argparse.Namespace(cfg=Evil()))):
        torch.save(content, tmp_path / 'evil.pth')
        assert 'safely' in refusal(tmp_path, path=tmp_path / 'evil.pth')
    assert not (tmp_path / 'executed').exists()


def test_the_stand_ins_are_gone_afterwards(tmp_path):
    """Other files are read as strictly as before."""
    before = set(torch.serialization.get_safe_globals())
    CONVERTERS['tadtr'](write(tmp_path / 'official.pth'),
                        tmp_path / 'ours.pth')
    assert set(torch.serialization.get_safe_globals()) == before
    with pytest.raises(Exception, match='argparse.Namespace'):
        torch.load(tmp_path / 'official.pth', weights_only=True)
