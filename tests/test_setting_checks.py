"""Settings that cannot be are refused where they are given."""
import re

import pytest
from mmaction.registry import MODELS, TASK_UTILS, TRANSFORMS

from mmbapg.datasets import SlidingWindowDataset
from mmbapg.datasets.boundaries.settings import settings_for
from mmbapg.errors import SettingError
from mmbapg.models.backbones.pyramid import per_level
from mmbapg.setting_checks import expect_fields
from tests import hosts

CLUSTERING = dict(type='TemporalSimilarityClustering', embeddings='none')
RELATIONS = dict(type='RelationMapHead', in_channels=4, num_steps=8,
                 num_durations=4)
SAMPLER = dict(type='ScaleBalancedSampler')


@pytest.mark.parametrize('registry,cfg,message', [
    (TASK_UTILS, dict(type='SegmentPostProcessor', nms=dict(method='sotf')),
     "post_processor.nms.method is 'sotf', expected one of hard, linear, "
     'gaussian, nms, None'),
    (TASK_UTILS, dict(type='SegmentPostProcessor', nms=dict(sigam=1)),
     "post_processor.nms: found 'sigam', expected the fields method, "),
    (TRANSFORMS, dict(CLUSTERING, num_change_points=5),
     'num_change_points is 5, expected numbers such as (5, 10, 15, 20)'),
    (TRANSFORMS, dict(CLUSTERING, num_change_points=(0, )),
     'num_change_points is (0,), expected numbers'),
    (TRANSFORMS, dict(CLUSTERING, num_change_points=()),
     'num_change_points is (), expected numbers'),
    (TRANSFORMS, dict(CLUSTERING, min_size=0),
     'min_size is 0, expected at least 1'),
    (TRANSFORMS, dict(type='SampleEveryFrame', stride=0),
     'stride is 0, expected a multiple of frames_per_step=1, above 0'),
    (TRANSFORMS, dict(type='SampleClips', clip_len=15, stride=4),
     'SampleClips: clip_len is 15, expected an even number'),
    (MODELS, dict(RELATIONS, relation=dict(chanels=4)),
     "relation: found 'chanels', expected the fields sequence_channels, "),
    (MODELS, dict(RELATIONS, relation=dict(relations=['position', 'time'])),
     "relations is 'time', expected one of position, channel"),
    (MODELS, dict(RELATIONS, boundaries=dict(chanels=4)),
     "boundaries: found 'chanels', expected the fields "),
    (MODELS, dict(RELATIONS, consistency_weight=1.0),
     'consistency_weight is 1.0 without train_backward, expected 0'),
    (TASK_UTILS, dict(SAMPLER, low=0.8),
     'low is 0.8 and high 0.7, expected low not to be above high'),
    (TASK_UTILS, dict(SAMPLER, edges=(0.7, 0.3)),
     'edges is (0.7, 0.3), expected shares that ascend'),
    (TASK_UTILS, dict(SAMPLER, share=0),
     'share is 0, limit 0.15 and decay 0.0, expected a share'),
    (MODELS, dict(type='ConvTransformerBackbone', in_channels=4, channels=4,
                  arch=(2, 5)),
     'arch is (2, 5), expected three numbers')])
def test_refused_when_it_is_built(registry, cfg, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        registry.build(cfg)


@pytest.mark.parametrize('name,settings,message', [
    ('TadTR', dict(window_overlap=1.0),
     'window_size, window_overlap: windows of 32 steps that overlap by 1.0, '
     'expected at least one step from each to the next'),
    ('TadTR', dict(window_size=0), 'windows of 0 steps that overlap by ')])
def test_windows_of_localizers(name, settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        MODELS.build(dict(hosts.small_model(name, 4, 32, 2), **settings))


def test_windows_of_datasets():
    with pytest.raises(SettingError, match='window_size, overlap: windows of '
                       '8 steps that overlap by 0.95'):
        SlidingWindowDataset(window_size=8, overlap=0.95)


def test_fields_of_made_up_clips():
    with pytest.raises(SettingError, match="synthesis: found 'speed', expected"
                       ' the fields .*speeds'):
        settings_for(dict(speed=(2, )))


def test_a_list_of_another_length():
    with pytest.raises(SettingError, match=r'window lists 2 sizes, but arch '
                       r'\(2, 2, 5\) has 6 pyramid levels'):
        per_level([9, 9], (2, 2, 5), 'window')


def test_fields_that_come_from_elsewhere():
    def act(data, size, way='fast', **others):
        """Takes anything."""
    expect_fields('act', dict(size=1, colour=2), act, 'data')
    with pytest.raises(SettingError, match="act: found no 'size', expected "
                       'the fields size, way$'):
        expect_fields('act', dict(way=1), act, 'data')
