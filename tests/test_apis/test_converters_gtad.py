"""What the converter of G-TAD's checkpoints infers and refuses; the golden
weights are in tests/test_models/test_gtad_golden.py."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.apis.converters import ConversionError, convert_gtad
from tests import hosts

#: Width of the network and of the features, and of the map's layers.
CHANNELS, WIDTH, MAP, HIDDEN = 32, 8, 6, 4


def block(name):
    """Weights of a block of theirs."""
    shapes = {'tconvs.0': (32, CHANNELS, 1), 'tconvs.2': (32, 1, 3),
              'tconvs.4': (CHANNELS, 32, 1),
              'sconvs.0': (32, 2 * CHANNELS, 1, 1), 'sconvs.2': (32, 1, 1, 1),
              'sconvs.4': (CHANNELS, 32, 1, 1)}
    return {f'{name}.{layer}': shape for layer, shape in shapes.items()}


def weights(bins=32, kernel=3):
    """A small network as the reference names it."""
    shapes = {
        'backbone1.0': (CHANNELS, WIDTH // 4, 3), **block('backbone1.2'),
        **block('regu_s.0'), 'regu_s.1': (1, CHANNELS, 1),
        **block('regu_e.0'), 'regu_e.1': (1, CHANNELS, 1),
        **block('backbone2.0'), 'localization.0': (MAP, bins * CHANNELS, 1, 1),
        'localization.2': (HIDDEN, MAP, 1, 1),
        'localization.4': (HIDDEN, HIDDEN, kernel, kernel),
        'localization.6': (HIDDEN, HIDDEN, kernel, kernel),
        'localization.8': (2, HIDDEN, 1, 1)}
    torch.manual_seed(0)
    made = {}
    for name, shape in shapes.items():
        made[f'module.{name}.weight'] = torch.randn(shape)
        made[f'module.{name}.bias'] = torch.randn(shape[0])
    return made


def converted(tmp_path, content, *args):
    torch.save(dict(epoch=9, state_dict=content), tmp_path / 'theirs.pth')
    return convert_gtad(tmp_path / 'theirs.pth', tmp_path / 'ours.pth', *args)


@pytest.mark.parametrize('bins,kernel,steps,durations,split', [
    (32, 3, 256, 64, (16, 16)), (36, 1, 100, 100, (32, 4))])
def test_both_branches_are_told_by_their_weights(tmp_path, bins, kernel,
                                                 steps, durations, split):
    content = weights(bins, kernel)
    cfg = converted(tmp_path, content)
    head = cfg['head']
    assert (cfg['window_size'], head['num_durations'], head['kernel_size'],
            head['bins'], head['context_bins']) == (
                steps, durations, kernel, *split)
    assert (cfg['in_channels'], head['map_channels'],
            head['hidden_channels']) == (WIDTH, MAP, HIDDEN)
    # which losses and tests, too
    of_thumos14 = kernel == 3
    processor = head['post_processor']
    assert (cfg['ignored_rest'], head['loss_reg'].get('loss_weight'),
            head['loss_cls']['added'], head['decoder']['selection'],
            processor['nms_in_windows'], processor['too_long']) == (
                (51, None, 10, 'all', True, 60) if of_thumos14 else
                (0, 10, 0, 'peaks', False, None))
    model = MODELS.build(cfg)
    assert model.finds_proposals
    stored = torch.load(tmp_path / 'ours.pth')['state_dict']
    model.load_state_dict(stored, strict=True)
    for theirs, ours in (
            ('localization.0.weight', model.head.map_in.weight),
            ('backbone2.0.sconvs.4.bias',
             model.backbone.block.semantic[4].bias),
            ('backbone1.2.tconvs.2.weight',
             model.backbone.base_block.temporal[2].weight),
            ('regu_e.1.bias', model.head.end_out.bias),
            ('localization.6.weight', model.head.map_layers[5].weight)):
        assert torch.equal(content[f'module.{theirs}'], ours)


@pytest.mark.parametrize('change,message', [
    (dict(bins=24),
     r'found 24 bins of a proposal, expected one of \[32, 36\]'),
    (dict(kernel=5), r'found 5 steps of a kernel on the map, expected one of'),
])
def test_what_no_branch_has(tmp_path, change, message):
    with pytest.raises(ConversionError, match=message):
        converted(tmp_path, weights(**change))
    assert not (tmp_path / 'ours.pth').exists()


def test_weights_of_another_branch_than_the_configs(tmp_path):
    cfg = Config.fromfile(
        hosts.config_for('GTAD', 'activitynet13-cuhk')).model.to_dict()
    cfg.update(in_channels=WIDTH)
    cfg['backbone'].update(channels=CHANNELS, block=dict(hidden_channels=32))
    cfg['head'].update(map_channels=MAP, hidden_channels=HIDDEN,
                       block=dict(hidden_channels=32))
    with pytest.raises(ConversionError, match=(
            r'localization.0.weight has shape \(6, 1024, 1, 1\), expected '
            r'\(6, 1152, 1, 1\) from the config')):
        converted(tmp_path, weights(), cfg)
    assert converted(tmp_path, weights(36, 1), cfg) is cfg


@pytest.mark.parametrize('edit,message', [
    (lambda content: content.pop('module.regu_s.1.bias'),
     'keys are missing .first head.start_out.bias'),
    (lambda content: content.pop('module.localization.4.weight'),
     "key 'localization.4.weight' is missing"),
    (lambda content: content.update({'module.regu_x.bias': torch.ones(1)}),
     'unknown keys, first regu_x.bias'),
    (lambda content: content.update(
        {'module.regu_e.1.weight': torch.ones(1, 5, 1)}),
     r'regu_e.1.weight has shape \(1, 5, 1\)')])
def test_what_does_not_fit(tmp_path, edit, message):
    content = weights()
    edit(content)
    with pytest.raises(ConversionError, match=message):
        converted(tmp_path, content)
