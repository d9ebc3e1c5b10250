"""Data, model and checkpoint that do not belong together."""
import json
from pathlib import Path

import pytest

from mmbapg.datasets.annotations import AnnotationError
from mmbapg.engine.checks.classes import DatasetMismatch
from tests import runs, tiny


def refusal(call):
    with pytest.raises(DatasetMismatch) as caught:
        call()
    return str(caught.value)


ITERATIONS = dict(type='IterBasedTrainLoop', max_iters=3, _delete_=True)
COSINE = dict(type='CosineAnnealingLR', convert_to_iter_based=True)


@pytest.mark.parametrize('config,found,options', [
    (tiny.encoder_config, 128, {}),
    (tiny.encoder_config, 128, dict(param_scheduler=COSINE)),
    (tiny.localizer_config, 6, {}),
    (tiny.localizer_config, 6, dict(param_scheduler=[dict(
        type='WarmupCosineLR', warmup=5, convert_to_iter_based=True)])),
    (tiny.localizer_config, 6, dict(train_cfg=ITERATIONS))])
def test_fewer_samples_than_a_batch(folder, config, found, options):
    """Before schedulers, which cannot say more than ``epoch_length``."""
    runner = runs.build(config(folder), **options,
                        **{'train_dataloader.batch_size': 1000})
    message = refusal(runner.train)
    assert message.startswith(
        f'{folder}/annotations.json: found {found} training samples, expected '
        'at least one batch of 1000 (drop_last')
    assert ('choose a smaller train_dataloader.batch_size, or a sampler by '
            'which samples come again: SmallSetSampler, or HardNegative'
            ) in message


def test_one_video_of_a_benchmark_config(folder, monkeypatch):
    """On two ranks; a set that does not come again."""
    content = json.loads((folder / 'annotations.json').read_text())
    for number, video in enumerate(content['database'].values()):
        if number:
            video['subset'] = 'validation'
    (folder / 'annotations.json').write_text(json.dumps(content))
    runner = runs.build(tiny.localizer_config(folder))
    monkeypatch.setattr(
        'mmbapg.engine.checks.classes.get_world_size', lambda: 2)
    assert ('found 1 training samples on each of 2 ranks, expected at least '
            'one batch of 2') in refusal(runner.train)


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


def unlabel(folder, how, names):
    """Videos without a field ``annotations``, or with an empty one."""
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    for name in names:
        if how == 'empty':
            content['database'][name]['annotations'] = []
        else:
            del content['database'][name]['annotations']
    path.write_text(json.dumps(content))


VALIDATION = ('video6', 'video7', 'video8')


@pytest.mark.parametrize('how, names, message', [
    ('empty', VALIDATION, 'validation set: found no annotated instance in '
     'its 3 videos, expected some to measure on: choose another subset, or'),
    ('absent', VALIDATION, 'found no annotations of 3 videos: video6, '
     'video7, video8, expected them of all: choose another subset, or train '
     'without validation (val_dataloader = '),
    ('absent', VALIDATION[:1], 'found no annotations of 1 video: video6'),
])
def test_validation_without_labels(folder, how, names, message):
    unlabel(folder, how, names)
    runner = runs.build(tiny.localizer_config(folder))
    assert message in refusal(runner.train)
    assert not list(folder.glob('work_dirs/*/*.pth'))


@pytest.mark.parametrize('make_config', [
    tiny.localizer_config, tiny.encoder_config])
def test_training_without_labels(folder, make_config):
    unlabel(folder, 'absent', ['video1'])
    with pytest.raises(AnnotationError, match='field annotations: found '
                       'nothing in 1 video: video1, expected a list to train'):
        runs.build(make_config(folder)).train()


@pytest.mark.parametrize('how', ['empty', 'absent'])
def test_testing_without_labels_writes_detections(folder, how, caplog):
    unlabel(folder, how, VALIDATION)
    runner = runs.build(tiny.localizer_config(folder))
    runner.logger.addHandler(caplog.handler)
    assert runner.test() == {}
    path = Path(runner.log_dir) / 'detections.json'
    results = json.loads(path.read_text())['results']
    assert set(results) == set(VALIDATION)
    assert results['video6'][0]['label'] in tiny.CLASSES
    assert f'detections of 3 videos: {path}' in caplog.text
    assert 'no instance is annotated in 3 videos' in caplog.text


def test_testing_where_labels_are_missing_of_some(folder, caplog):
    unlabel(folder, 'absent', VALIDATION[:1])
    runner = runs.build(tiny.localizer_config(folder))
    runner.logger.addHandler(caplog.handler)
    assert 'mAP' in runner.test()
    assert 'mAP: not judged' in caplog.text
    assert '1 video: video6' in caplog.text


def test_class_names_of_new_videos_come_from_the_checkpoint(folder):
    """A file that shows and lists no class."""
    config = tiny.localizer_config(folder, epochs=1)
    runs.build(config).train()
    content = json.loads((folder / 'annotations.json').read_text())
    new = {name: dict(duration=content['database'][name]['duration'], fps=16)
           for name in VALIDATION}
    path = folder / 'new.json'
    path.write_text(json.dumps(dict(database=new)))
    runner = runs.build(
        config, load_from=folder / 'work_dirs/tiny/epoch_1.pth', **{
            'test_dataloader.dataset.ann_file': str(path),
            'test_dataloader.dataset.subset': None,
            'test_evaluator': [dict(type='TemporalLocalizationMetric',
                                    out_file=str(folder / 'found.json'))]})
    assert runner.test() == {}
    results = json.loads((folder / 'found.json').read_text())['results']
    assert results['video7'][0]['label'] in tiny.CLASSES


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
