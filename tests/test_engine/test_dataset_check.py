"""Data, model and checkpoint that do not belong together."""
import json

import pytest

from mmbapg.engine.hooks.dataset_check_hook import DatasetMismatch
from tests import runs, tiny


def refusal(call):
    with pytest.raises(DatasetMismatch) as caught:
        call()
    return str(caught.value)


def test_training_on_nothing(folder):
    runner = runs.build(tiny.encoder_config(folder),
                        **{'train_dataloader.batch_size': 1000})
    message = refusal(runner.train)
    assert 'training samples, expected at least one batch of 1000' in message
    assert 'repeats of HardNegativePairSampler' in message


def test_more_classes_than_the_head_knows(folder):
    runner = runs.build(tiny.localizer_config(folder),
                        **{'model.head.num_classes': 1})
    assert refusal(runner.train) == (
        'found 2 classes in the data (jump, roll), expected 1, the '
        'num_classes of the head')


def other_classes(folder):
    """A test file in which only one class occurs."""
    content = json.loads((folder / 'annotations.json').read_text())
    for video in content['database'].values():
        for instance in video['annotations']:
            instance['label'] = 'roll'
    path = folder / 'other.json'
    path.write_text(json.dumps(content))
    return {'val_dataloader.dataset.ann_file': str(path),
            'test_dataloader.dataset.ann_file': str(path)}


def test_validation_with_other_classes(folder):
    runner = runs.build(tiny.localizer_config(folder),
                        **other_classes(folder))
    message = refusal(runner.train)
    assert ('validation set: found the classes roll, expected jump, roll as '
            'in the training set; give both the same metainfo') in message


def test_a_checkpoint_of_other_classes(folder):
    config = tiny.localizer_config(folder, epochs=1)
    runs.build(config).train()
    names = dict(classes=['roll', 'jump'])
    runner = runs.build(
        config, load_from=folder / 'work_dirs/tiny/epoch_1.pth',
        **{'test_dataloader.dataset.metainfo': names})
    message = refusal(runner.test)
    assert ('test set: found the classes roll, jump, expected jump, roll as '
            'in the checkpoint') in message


def test_repeated_samples_are_drawn_anew(folder):
    """RepeatDataset shows a sample several times in an epoch."""
    from mmengine.config import Config
    cfg = Config.fromfile(tiny.localizer_config(folder, epochs=1))
    inner = dict(cfg.train_dataloader.dataset)
    runner = runs.build(tiny.localizer_config(folder, epochs=1), **{
        'train_dataloader.dataset': dict(
            _delete_=True, type='RepeatDataset', times=6, dataset=inner)})
    runner.train()
    data = runner.train_dataloader.dataset
    shapes = {tuple(data[2 + 6 * place]['inputs'].shape)
              for place in range(6)}
    assert len(shapes) > 1
