"""Every registered localizer keeps the contract, ours and MMAction2's; and a
model that does not is told what is wrong."""
import itertools

import pytest
import torch
from mmaction.models import localizers as of_mmaction2
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from torch import nn

from mmbapg.apis import check_localizer
from mmbapg.apis.converters import CONVERTERS
from mmbapg.apis.localizer_check import OF_ALL, OF_OURS
from mmbapg.models import ActionFormer
from mmbapg.models.localizers.base import BaseLocalizer
from mmbapg.models.localizers.contract import (
    ContractError,
    feature_channels,
    num_predicted_classes,
    training_length,
)
from tests import activitynet, hosts
from tests.test_engine import test_bmn
from tests.test_engine.test_mmaction_localizers import (
    PEM,
    tcanet_config,
    tem_config,
)

THEIRS = dict(
    BMN=test_bmn.config, TEM=tem_config, TCANet=tcanet_config,
    PEM=lambda folder, with_bapg: activitynet.config(
        folder, PEM, 'pem_hidden_dim=16', with_bapg))


OURS = {*hosts.HOSTS, *hosts.PARTS}


def registered(base, package):
    return {name for name, module in MODELS.module_dict.items()
            if isinstance(module, type) and issubclass(module, base)
            and module.__module__.startswith(package)}


#: Of frames, or of networks that are trained: their own tests put them
#: through the checks.
OTHERS = {'AFSD', 'TwoStreamAFSD', 'FusedMaps'}


def test_no_localizer_is_left_out():
    wrong = registered(BaseLocalizer, 'mmbapg') ^ OURS ^ OTHERS
    assert not wrong, (
        f'{sorted(wrong)}: expected every registered localizer, and no other, '
        'in tests/hosts.py')
    assert registered(nn.Module, of_mmaction2.__name__) == THEIRS.keys()


def test_every_host_has_a_converter():
    official = [name for name, host in hosts.HOSTS.items() if not host.folder]
    missing = {*map(hosts.method, official)} - {*CONVERTERS}
    assert not missing, f'{missing}: in tests/hosts.py, but has no converter'


@pytest.mark.parametrize('name', sorted(OURS))
def test_ours(name):
    held = check_localizer(hosts.small_model(name))
    assert len(held) == len(OF_ALL) + len(OF_OURS)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return activitynet.write(tmp_path_factory.mktemp('activitynet'))


@pytest.mark.parametrize('name', ['BMN', 'TEM', 'TCANet'])
def test_mmaction2s(folder, name):
    cfg = Config.fromfile(THEIRS[name](folder, False))
    training, testing = (
        (lambda pairs: tuple(zip(*pairs)))(
            [(each['inputs'], each['data_samples'])
             for each in (dataset[0], dataset[1])])
        for dataset in (DATASETS.build(cfg[f'{part}_dataloader'].dataset)
                        for part in ('train', 'test')))
    held = check_localizer(
        cfg.model, (list(training[0]), list(training[1])),
        (list(testing[0]), list(testing[1])))
    assert len(held) == len(OF_ALL)


def test_what_takes_no_sequence_says_so(folder):
    cfg = Config.fromfile(THEIRS['PEM'](folder, False))
    with pytest.raises(ContractError, match='model PEM: found none of'):
        check_localizer(cfg.model)


SECRETS = itertools.count(1)


class Smoothing(nn.Module):
    """A block with a kernel of three steps, of which some may be invalid."""

    def __init__(self, stride, careful):
        super().__init__()
        self.careful = careful
        self.conv = nn.Conv1d(16, 16, 3, stride, padding=1)

    def forward(self, x, mask):
        out_mask = mask[..., ::self.conv.stride[0]]
        if self.careful:
            return self.conv(x * mask) * out_mask, out_mask
        return self.conv(x), out_mask


def smooth(backbone, careful):
    """Such blocks in the place of all, and nothing else that sees padding."""
    backbone.position_table = None
    backbone.length_multiple = 4
    backbone.stem = nn.ModuleList([Smoothing(1, careful)])
    backbone.branch = nn.ModuleList(
        [Smoothing(2, careful), Smoothing(2, careful)])


class Careless(ActionFormer):
    """A localizer with one fault of choice."""

    def __init__(self, *args, fault='', **kwargs):
        super().__init__(*args, **kwargs)
        self.fault = fault
        self.register_buffer('seen', torch.zeros(()))
        if fault == 'ignores its mask':
            smooth(self.backbone, careful=False)
        if fault == 'forgets':
            self.secret = next(SECRETS)
        if fault == 'any classes':
            self._load_state_dict_pre_hooks.clear()

    def predict(self, inputs, data_samples):
        if self.fault == 'counts':
            self.seen += 1
        if self.fault == 'changes inputs':
            inputs[0].add_(1)
        if self.fault == 'mixes videos' and len(inputs) > 1:
            inputs = [inputs[0], inputs[0][:, :inputs[1].shape[1]]]
        found = super().predict(inputs, data_samples)
        for each in (sample.pred_instances for sample in found):
            if self.fault == 'grid steps':
                each.segments = each.segments * 4
            if self.fault == 'unsorted':
                each.scores = each.scores.flip(0)
            if self.fault == 'forgets':
                each.scores = each.scores * self.secret
            if self.fault == 'labels from 1':
                each.labels = each.labels + 1
            if self.fault == 'random':
                each.scores = each.scores * torch.rand(())
        return found

    def loss(self, inputs, data_samples):
        if self.fault == 'needs instances':
            assert all(len(each.gt_instances) for each in data_samples)
        losses = super().loss(inputs, data_samples)
        if self.fault == 'not finite':
            losses['loss_cls'] = losses['loss_cls'] / 0
        if self.fault == 'constant':
            losses = {name: loss * 0 for name, loss in losses.items()}
        return losses


FAULTS = {
    'counts': 'inputs or weights changed',
    'changes inputs': 'inputs or weights changed',
    'mixes videos': 'other detections in a batch',
    'ignores its mask': 'other detections in a batch of videos longer',
    'grid steps': 'segments from',
    'unsorted': 'scores that go up',
    'forgets': 'after loading its own weights',
    'labels from 1': 'labels beyond the number of classes',
    'random': 'other outputs in a second test',
    'not finite': 'a loss of',
    'constant': 'no weight with a gradient',
    'any classes': 'weights of another number of classes loaded',
}


@pytest.mark.parametrize('fault', FAULTS)
def test_a_fault_is_named(fault, monkeypatch):
    monkeypatch.setitem(MODELS.module_dict, 'Careless', Careless)
    cfg = dict(hosts.small_model('ActionFormer'), type='Careless', fault=fault)
    with pytest.raises(ContractError, match=FAULTS[fault]) as error:
        check_localizer(cfg)
    assert str(error.value).startswith('Careless: found')


class Careful(ActionFormer):
    """The same blocks, that do not."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        smooth(self.backbone, careful=True)


def test_blocks_that_read_their_masks_hold(monkeypatch):
    monkeypatch.setitem(MODELS.module_dict, 'Careful', Careful)
    cfg = dict(hosts.small_model('ActionFormer'), type='Careful')
    assert not MODELS.build(cfg).sees_padding
    check_localizer(cfg)


def test_an_exception_of_the_model_is_its_own(monkeypatch):
    monkeypatch.setitem(MODELS.module_dict, 'Careless', Careless)
    cfg = dict(hosts.small_model('ActionFormer'), type='Careless',
               fault='needs instances')
    with pytest.raises(AssertionError):
        check_localizer(cfg)


@pytest.mark.parametrize('cfg,width,length', [
    (dict(in_channels=7, window_size=3), 7, 3),
    (dict(backbone=dict(in_channels=8), max_seq_len=5), 8, 5),
    (dict(feat_dim=9, temporal_dim=6), 9, 6),
    (dict(window_size=3, localizer=dict(
        type='BAPG', localizer=dict(in_channels=6, max_seq_len=5))), 6, 3),
    (dict(type=BaseLocalizer, in_channels=(3, 4), max_seq_len=2), 7, 2)])
def test_what_configs_tell(cfg, width, length):
    assert feature_channels(cfg) == width
    assert training_length(cfg) == length
    for name in ('feature_channels', 'training_length'):
        with pytest.raises(ContractError, match='model None: found none of'):
            dict(feature_channels=feature_channels,
                 training_length=training_length)[name]({})


def test_number_of_classes_of_other_peoples_models():
    model, head = nn.Module(), nn.Module()
    assert num_predicted_classes(model) is None
    model.head, head.num_classes = head, 5
    assert num_predicted_classes(model) == 5
    head.num_predicted_classes = None  # named outside
    assert num_predicted_classes(model) is None
