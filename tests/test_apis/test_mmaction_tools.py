"""What MMAction2's own tools are told before they run."""
import pytest

from mmbapg.apis.mmaction_tools import (
    check_training_options,
    config_of_command,
    run_mmaction_tool,
)
from tests import runs, tiny

SAYS = 'auto_scale_lr = dict(enable=False, base_batch_size=4)'


@pytest.mark.parametrize('extra', [
    '', 'auto_scale_lr = dict(enable=False)', 'auto_scale_lr = None'])
@pytest.mark.parametrize('option', ['--auto-scale-lr', '--auto'])
def test_a_learning_rate_of_no_batch_size(folder, extra, option):
    """MMAction2 ends in an AttributeError."""
    config = str(tiny.localizer_config(folder, extra=extra))
    with pytest.raises(SystemExit, match='found no auto_scale_lr.*expected '
                       'auto_scale_lr = dict.enable=False, base_batch_size=N'
                       ) as caught:
        check_training_options([config, '--seed', '3', option])
    assert str(caught.value).startswith(config)


@pytest.mark.parametrize('extra,options', [
    (SAYS, ['--auto-scale-lr']), ('', []), ('', ['--amp', '--resume', 'auto']),
    ('', ['--cfg-options', 'model.head.num_classes=2'])])
def test_everything_else_passes(folder, extra, options):
    config = str(tiny.localizer_config(folder, extra=extra))
    assert check_training_options([config, *options]) is None


def test_the_learning_rate_is_scaled_before_it_warms_up(folder):
    """Batches of 2 where 4 are usual: half of 1e-3, at its height."""
    runner = runs.build(
        tiny.localizer_config(folder, extra=SAYS, epochs=1),
        param_scheduler=[dict(type='WarmupCosineLR', warmup=5,
                              convert_to_iter_based=True)],
        **{'auto_scale_lr.enable': True, 'train_cfg.val_interval': 9})
    runner.train()
    rates = [row['lr'] for row in runs.scalars(folder / 'work_dirs/tiny')
             if 'lr' in row]
    assert max(rates) == pytest.approx(5e-4)


NAME = 'actionformer/actionformer_1xb2-35e_thumos14-i3d.py'


def test_configs_of_ours_by_name():
    assert config_of_command(f'mmbapg::{NAME}')._cfg_dict == (
        config_of_command(str(tiny.CONFIGS / NAME))._cfg_dict)


@pytest.mark.parametrize('name', [
    'configs/actionformer/actionformer_1xb2-35e_thumos-i3d.py',
    'mmbapg::actionformer/actionformer_1xb2_35e_thumos14-i3d.py'])
def test_a_name_that_is_nearly_right(name, monkeypatch):
    monkeypatch.setattr('sys.argv', ['train.py', '--work-dir', 'w', name])
    with pytest.raises(SystemExit) as caught:
        run_mmaction_tool('train')
    assert str(caught.value) == (
        f'error: {name}: no such config; the nearest of ours is '
        f'{tiny.CONFIGS / NAME}')


@pytest.mark.parametrize('option,message', [
    ('model.head.post_processor.nms.method=sotf',
     "post_processor.nms.method is 'sotf', expected one of hard, linear, "),
    ('model.head.num_clases=3',
     "AnchorFreeHead in ActionFormer: found the field 'num_clases', expected "
     'some of '),
    ('train_dataloader.num_worker=1',
     "DataLoader in EpochBasedTrainLoop: found the field 'num_worker', "
     'expected some of '),
    ('train_cfg.max_epoch=1',
     "Loop: found the field 'max_epoch', expected some of "),
    ('train_dataloader.dataset.missing_features=skp',
     "missing_features is 'skp', expected one of error, skip"),
    ('val_evaluator.0.convention=mine',
     "convention is 'mine', expected one of "),
    ('model.max_seq_len=4',
     'feature steps, expected at most max_seq_len=4 in training')])
def test_a_wrong_setting_ends_in_a_sentence(option, message, folder,
                                            monkeypatch):
    """Wherever it is met: in a part, in its fields, in data, in training."""
    config = tiny.localizer_config(folder)
    monkeypatch.setattr('sys.argv', [
        'train.py', str(config), '--cfg-options', option])
    with pytest.raises(SystemExit) as caught:
        run_mmaction_tool('train')
    said = str(caught.value)
    assert said.startswith('error: ') and '\n' not in said
    assert message in said


def test_a_wrong_setting_in_testing(folder, monkeypatch):
    """Before weights are asked for."""
    config = tiny.localizer_config(
        folder, extra="model['head']['loss_reg'] = dict(type='DIoU')")
    monkeypatch.setattr('sys.argv', ['test.py', str(config), 'none.pth'])
    with pytest.raises(SystemExit) as caught:
        run_mmaction_tool('test')
    assert str(caught.value).startswith(
        "error: AnchorFreeHead in ActionFormer: found type 'DIoU', expected a "
        "name that is registered among the kind 'model'")


def test_a_name_that_is_far_off():
    with pytest.raises(SystemExit, match='q.py: no such config$'):
        config_of_command('q.py')


def test_a_copy_elsewhere_without_its_bases(tmp_path):
    copy = tmp_path / 'mine.py'
    copy.write_text((tiny.CONFIGS / NAME).read_text())
    with pytest.raises(SystemExit, match='default_runtime.py.*: no such base; '
                       'a copy outside of configs/ names our bases as '
                       'mmbapg::_base_/') as caught:
        config_of_command(str(copy))
    assert str(caught.value).startswith(f'error: {copy}')
    copy.write_text(copy.read_text().replace('../_base_', 'mmbapg::_base_'))
    assert config_of_command(str(copy)).model.type == 'ActionFormer'
