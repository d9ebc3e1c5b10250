"""What a run is told and does not go together, or begins with: one sentence,
or it is done as it was meant."""
import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from mmbapg.apis.dataset_check import check_config
from mmbapg.engine.runner.progress_runs import close, run
from mmbapg.errors import (
    UPSTREAM,
    CheckpointMismatchError,
    SettingError,
    faults_in_one_sentence,
)
from tests import hosts, runs, tiny


def test_a_training_begins_with_weights_for_other_classes(folder):
    """As people begin with a benchmark's; a test refuses them."""
    config = tiny.localizer_config(folder, epochs=1)
    other = runs.build(config, **{'model.head.num_classes': 5}).model
    path = folder / 'weights.pth'
    torch.save(dict(state_dict=other.state_dict(), meta={}), path)
    runner = runs.build(config, load_from=str(path), **{
        'optim_wrapper.optimizer.lr': 0.0, 'work_dir': str(folder / 'begun')})
    runner.train()
    found, begun = (dict(each.named_parameters())
                    for each in (runner.model, other))
    anew = {name for name, value in begun.items()
            if value.shape != found[name].shape}
    assert anew == {'head.cls_out.weight', 'head.cls_out.bias'}
    for name in begun.keys() - anew:
        torch.testing.assert_close(found[name], begun[name])
    with pytest.raises(CheckpointMismatchError, match=(
            'the checkpoint knows 5 classes')):
        runs.build(config, load_from=str(path)).test()


def test_windows_of_the_data_and_of_the_model(folder):
    config = hosts.write_config('TadTR', folder)
    size = Config.fromfile(config).model.window_size
    options = {'train_dataloader.dataset.window_size': size // 2}
    said = (f'train_dataloader: found windows of {size // 2} steps, expected '
            f'the {size} of window_size of the model')
    with pytest.raises(SettingError, match=said):
        runs.build(config, **options).train()
    cfg = Config.fromfile(config)
    assert not check_config(cfg).errors
    cfg.merge_from_dict(options)
    assert any(said in error for error in check_config(cfg).errors)


@pytest.mark.parametrize('error, said', [
    (AssertionError('``AmpOptimizerWrapper`` is only available training on '
                    'gpu, npu, mlu or musa'),
     'error: found no GPU, expected one for mixed precision'),
    (ValueError('persistent_workers option needs num_workers > 0'),
     'error: a dataloader: found persistent_workers=True beside '
     'num_workers=0, expected False')])
def test_settings_that_do_not_go_together(error, said):
    with pytest.raises(SystemExit, match=said), faults_in_one_sentence():
        raise error
    with pytest.raises(ValueError), faults_in_one_sentence():
        raise ValueError('another')


def test_words_that_are_known_are_those_of_upstream(folder):
    """Which may change with a new version."""
    config = tiny.localizer_config(folder)
    no_gpu, no_workers = UPSTREAM
    with pytest.raises(ValueError, match=no_workers):
        runs.build(config, **{
            'train_dataloader.persistent_workers': True,
            'train_dataloader.num_workers': 0}).train()
    if not torch.cuda.is_available():
        with pytest.raises(AssertionError, match=no_gpu):
            runs.build(config, **{
                'optim_wrapper.type': 'AmpOptimWrapper'}).train()


def test_runs_of_stages_keep_what_their_config_says(folder, monkeypatch):
    """Weights to begin with, and whether everything is deterministic."""
    cfg = Config.fromfile(tiny.localizer_config(folder))
    cfg.load_from = 'begin.pth'
    cfg.randomness = dict(seed=7, diff_rank_seed=True)
    seen = []
    from_cfg = Runner.from_cfg
    monkeypatch.setattr(Runner, 'from_cfg', lambda each: seen.append(
        each) or from_cfg(each))
    for checkpoint in (None, 'other.pth'):
        close(run(cfg, folder / 'work', 'A run', checkpoint, seed=3))
    assert [each.load_from for each in seen] == ['begin.pth', 'other.pth']
    assert seen[0].randomness == dict(seed=3, diff_rank_seed=True)
    # one that goes on does so from its own last epoch
    cfg.resume = True
    close(run(cfg, folder / 'work', 'A run'))
    (folder / 'work/last_checkpoint').write_text('epoch_1.pth')
    close(run(cfg, folder / 'work', 'A run'))
    assert [each.load_from for each in seen[2:]] == ['begin.pth', None]
