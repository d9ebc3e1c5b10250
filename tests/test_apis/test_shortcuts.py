"""How far each trace gets, on clips with traces and without."""
from functools import partial

import pytest
from mmengine.config import Config

from mmbapg.apis import shortcuts
from mmbapg.apis.shortcuts import TOGETHER, shortcut_probes
from mmbapg.datasets import TrimmedClipError
from mmbapg.ops.perceptron import fit_perceptron
from tests import boundary_sets, tiny


@pytest.fixture(autouse=True)
def fitted_soon(monkeypatch):
    """These traces are learned in fewer steps."""
    monkeypatch.setattr(shortcuts, 'fit_perceptron',
                        partial(fit_perceptron, steps=100))


@pytest.fixture
def config(folder):
    """Of pretraining on tiny features; fields of the synthesis are added."""

    def build(**synthesis):
        source = dict(
            type='UntrimmedFrameDataset', interval=tiny.INTERVAL,
            ann_file=f'{folder}/annotations.json',
            data_prefix=dict(feature=f'{folder}/features'))
        load = dict(type='SampleFeatures', stride=4, window=4,
                    channels=tiny.CHANNELS)
        data = dict(
            type='BoundaryClipDataset', unusable_clips='skip',
            synthesis=dict(dict(half_length=2, speeds=(0.5, )), **synthesis),
            pipeline=[dict(type='SynthesizeBoundary', load=load),
                      dict(type='PackBoundaryClip')])
        return Config(dict(
            train_dataloader=dict(dataset=dict(data, source=dict(
                source, subset='training'))),
            test_dataloader=dict(dataset=dict(
                data, test_mode=True, source=dict(
                    source, subset='validation')))))

    return build


def probes(cfg):
    return {each.name: each for each in shortcut_probes(cfg, 240)}


def test_repeated_frames_give_slower_clips_away(config):
    found = probes(config())
    assert set(found) == {'repeated frames', 'blended frames', 'seam',
                          'brightness', TOGETHER}
    repeated = found['repeated frames']
    assert repeated.of_kind['diff_speed'] == 1
    others = [share for kind, share in repeated.of_kind.items()
              if kind != 'diff_speed']
    assert sorted(others) == [0, 0, 1]  # one guess for all three
    assert repeated.interval[0] < repeated.accuracy < repeated.interval[1]
    assert repeated.clips <= 240
    assert found[TOGETHER].accuracy > repeated.accuracy


@pytest.mark.parametrize('between', [dict(between='blend'), dict(spacing=2)])
def test_without_repeated_frames_they_tell_nothing(config, between):
    repeated = probes(config(**between))['repeated frames']
    assert sorted(repeated.of_kind.values()) == [0, 0, 0, 1]


def test_the_same_clips_each_time(config):
    cfg = config()
    assert shortcut_probes(cfg, 32) == shortcut_probes(cfg, 32)


def test_frames_have_a_trace_of_compression(tmp_path):
    boundary_sets.write_clips(tmp_path)
    source = boundary_sets.source_of(tmp_path)
    data = dict(
        type='BoundaryClipDataset', interval=0.04, source=source,
        pipeline=[dict(type='SynthesizeBoundary', short_side=64,
                       load=dict(type='LoadVideoFrames')),
                  *boundary_sets.PACK])
    cfg = Config(dict(train_dataloader=dict(dataset=data),
                      test_dataloader=dict(dataset=data)))
    found = {each.name: each for each in shortcut_probes(cfg, 24)}
    assert found['compression'].clips == 24
    # as many of each kind
    assert sum(found['compression'].of_kind.values()) / 4 == pytest.approx(
        found['compression'].accuracy)


def test_other_data(config):
    cfg = config()
    cfg.test_dataloader.dataset.kinds = ('diff_speed', 'same_speed')
    with pytest.raises(TrimmedClipError, match=(
            'test_dataloader.dataset.kinds: found diff_speed, same_speed, '
            'expected diff_class, same_class, diff_speed, same_speed as in')):
        shortcut_probes(cfg)
    cfg.test_dataloader = None
    with pytest.raises(TrimmedClipError, match=(
            'config: test_dataloader.dataset: found None, expected '
            'BoundaryClipDataset, of boundary-sensitive pretraining')):
        shortcut_probes(cfg)
