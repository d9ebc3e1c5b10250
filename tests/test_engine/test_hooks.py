import json
from pathlib import Path

import pytest
import torch
from mmengine.runner import CheckpointLoader

from tests import runs, tiny

STANDARDIZED = f'''
model.update(data_preprocessor=dict(type='FeatureStandardizer',
                                    channels={tiny.CHANNELS}))
default_hooks.update(statistics=dict(type='FeatureStatisticsHook'))
'''


def test_statistics_of_the_training_set_are_in_the_checkpoint(folder):
    config = tiny.localizer_config(folder, extra=STANDARDIZED)
    runner = runs.build(config)
    runner.train()
    standardizer = runner.model.data_preprocessor
    assert int(standardizer.num_steps) > 300
    data = runner.train_dataloader.dataset
    data.set_epoch(0, -1)
    steps = torch.cat([data[index]['inputs'] for index in range(len(data))],
                      dim=1)
    torch.testing.assert_close(standardizer.mean, steps.mean(dim=1),
                               rtol=0, atol=0.1)
    saved = CheckpointLoader.load_checkpoint(
        str(folder / 'work_dirs/tiny/epoch_2.pth'))['state_dict']
    assert torch.equal(saved['data_preprocessor.mean'], standardizer.mean)


def test_standardized_features_have_mean_0_and_deviation_1(folder):
    runner = runs.build(tiny.localizer_config(folder, extra=STANDARDIZED))
    runner.train()
    batch = next(iter(runner.test_dataloader))
    features = runner.model.data_preprocessor(batch)['inputs'][0]
    assert features.mean().abs() < 0.3 and 0.6 < features.std() < 1.4


def test_statistics_that_came_with_a_checkpoint_stay(folder):
    config = tiny.localizer_config(folder, extra=STANDARDIZED)
    first = runs.build(config)
    first.train()
    path = folder / 'changed.pth'
    checkpoint = CheckpointLoader.load_checkpoint(
        str(folder / 'work_dirs/tiny/epoch_2.pth'))
    checkpoint['state_dict']['data_preprocessor.mean'] += 1
    torch.save(checkpoint, path)
    again = runs.build(config, load_from=path)
    again.train()
    torch.testing.assert_close(
        again.model.data_preprocessor.mean,
        first.model.data_preprocessor.mean + 1)


def test_a_progress_bar_counts_what_runs(folder, capsys):
    hook = "custom_hooks.append(dict(type='ProgressBarHook', description='x'))"
    runner = runs.build(tiny.localizer_config(folder, extra=hook))
    runner.train()
    assert '6/6' in capsys.readouterr().out
    runner.test()
    assert '3/3' in capsys.readouterr().out


def test_two_runs_of_one_seed_are_one(folder):
    losses = []
    for name in ('a.py', 'b.py'):
        config = tiny.bapg_config(folder, name)
        runs.build(config).train()
        losses.append([row['loss'] for row in runs.scalars(
            folder / 'work_dirs' / config.stem) if 'loss' in row])
    assert losses[0] == losses[1] and len(losses[0]) == 6


@pytest.mark.parametrize('out_dir, place', [
    (None, 'vis_data/vis_image'), ('mine', 'mine')])
def test_pictures_are_written_and_the_log_says_where(folder, caplog, out_dir,
                                                     place):
    """With MMEngine's usual backend; names may hold folders."""
    names = ('video6', '\u8996\u983b 1', 'cam 1/video8')
    path = folder / 'annotations.json'
    text = path.read_text()
    for old, new in zip(('video6', 'video7', 'video8'), names):
        text = text.replace(f'"{old}"', json.dumps(new))
        source = folder / 'features' / f'{old}.npy'
        target = folder / 'features' / f'{new}.npy'
        target.parent.mkdir(exist_ok=True)
        source.rename(target)
    path.write_text(text)
    runner = runs.build(tiny.localizer_config(folder), **{
        'default_hooks.visualization.enable': True,
        'default_hooks.visualization.out_dir': out_dir})
    runner.logger.addHandler(caplog.handler)
    runner.test()
    pictures = Path(runner.log_dir) / place
    assert f'3 pictures: {pictures}' in caplog.text
    assert sorted(pictures.rglob('*.png')) == sorted(
        pictures / 'timeline' / f'{name}.png' for name in names)


def test_pictures_of_every_validation_stay(folder):
    runner = runs.build(tiny.localizer_config(folder), **{
        'train_cfg.val_interval': 1,
        'default_hooks.visualization.enable': True,
        'default_hooks.visualization.interval': 3})
    runner.train()
    pictures = Path(runner.log_dir) / 'vis_data/vis_image/timeline'
    assert sorted(path.name for path in pictures.iterdir()) == [
        'video6_1.png', 'video6_2.png']
