"""Embeddings are looked at before the first iteration, all of them."""
import time
from dataclasses import replace

import numpy as np
import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import ConcatDataset, RepeatDataset

from mmbapg.datasets import FeatureFileError
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    read_embeddings,
    write_embeddings,
)
from mmbapg.engine import add_bapg
from mmbapg.engine.checks import embeddings as embedding_check
from tests import activitynet, runs, tiny
from tests.test_engine.test_bmn import BASE, MODEL


def refused(run):
    with pytest.raises(FeatureFileError) as caught:
        run()
    return str(caught.value)


def spoil(folder):
    """One missing, two damaged, one of another interval, one too long."""
    files = folder / 'embeddings'
    (files / 'video1.npz').unlink()
    (files / 'video2.npz').write_bytes(b'')
    (files / 'video3.npz').write_bytes(
        (files / 'video3.npz').read_bytes()[:500])
    content = read_embeddings(files / 'video4.npz')
    write_embeddings(files / 'video4.npz', content._replace(
        embeddings=content.embeddings.repeat(2, axis=0),
        times=content.times.repeat(2)))
    write_embeddings(files / 'video7.npz', read_embeddings(
        files / 'video7.npz')._replace(
            provenance=Provenance(0.125, 'tiny', 'untrained')))


def test_training_names_what_it_and_its_validation_need(folder):
    spoil(folder)
    runner = runs.build(tiny.bapg_config(folder), **{
        'bapg.clustering.interval': tiny.INTERVAL})
    message = refused(runner.train)
    assert '\n' not in message
    assert message.startswith(
        f'{folder}/embeddings: 5 of 9 videos have no embeddings that can be '
        'used: 1 missing (video1), 2 damaged (video2, video3), 1 made with '
        'another interval or checkpoint (video7), 1 of another length than '
        'the video (video4); run tools/extract_features.py CONFIG CHECKPOINT')
    assert f'{folder}/embeddings/video1.npz: no such' in message
    assert runner.iter == 0


@pytest.mark.parametrize('run', ['test', 'val'])
def test_testing_and_validating(folder, run):
    spoil(folder)
    runner = runs.build(tiny.bapg_config(folder))
    assert ': 1 of 3 videos have no embeddings' in refused(
        getattr(runner, run))


def test_many_are_counted_and_few_named(folder):
    for path in (folder / 'embeddings').iterdir():
        path.unlink()
    assert '9 missing (video0, video1, video2, ...);' in refused(
        runs.build(tiny.bapg_config(folder)).train)


def test_files_of_another_encoder_in_the_folder(folder):
    """Though the config asks for no interval and no checkpoint."""
    path = folder / 'embeddings/video3.npz'
    content = read_embeddings(path)
    write_embeddings(path, content._replace(
        embeddings=content.embeddings[::2], times=content.times[::2],
        provenance=Provenance(0.5, 'tiny', 'untrained')))
    path = folder / 'embeddings/video8.npz'
    content = read_embeddings(path)
    write_embeddings(path, content._replace(
        embeddings=content.embeddings[:, :5]))
    message = refused(runs.build(tiny.bapg_config(folder)).train)
    assert ('2 of 9 videos have no embeddings that can be used: 2 made with '
            'another interval or checkpoint (video3, video8)') in message
    assert ('video3.npz: found embeddings of width 12 every 0.5 s, expected '
            '12 every 0.25 s as in most files') in message


def test_mmactions_runtime_has_the_check_too(tmp_path):
    """Nothing of ours stands in the hooks of this config."""
    folder = activitynet.write(tmp_path)
    (folder / 'embeddings/v_video3.npz').unlink()
    path = activitynet.config(folder, BASE, MODEL, True)
    message = refused(runs.build(path).train)
    assert f'1 of {activitynet.VIDEOS} videos' in message
    assert '1 missing (v_video3)' in message


def test_so_has_a_pipeline_that_clusters_without_bapg(folder):
    (folder / 'embeddings/video8.npz').unlink()
    cfg = add_bapg(Config.fromfile(tiny.bapg_config(folder)))
    host = runs.build(tiny.localizer_config(folder), **{
        'test_dataloader.dataset.pipeline':
            cfg.test_dataloader.dataset.pipeline})
    assert '1 missing (video8)' in refused(host.test)


def test_transforms_in_wrappers(folder):
    (folder / 'embeddings/video8.npz').unlink()
    path = tiny.bapg_config(folder)
    pipeline = add_bapg(Config.fromfile(path)).test_dataloader.dataset.pipeline
    wrapped = [dict(type='RandomChoice', transforms=[pipeline])]
    host = runs.build(tiny.localizer_config(folder), **{
        'test_dataloader.dataset.pipeline': wrapped})
    assert '1 missing (video8)' in refused(host.test)


def loader(folder, wrap):
    cfg = add_bapg(Config.fromfile(tiny.bapg_config(folder)))
    data = DATASETS.build(cfg.train_dataloader.dataset)
    return type('Loader', (), dict(dataset=wrap(data)))


@pytest.mark.parametrize('wrap', [
    lambda data: RepeatDataset(data, 3),
    lambda data: ConcatDataset([data, data])])
def test_datasets_in_wrappers(folder, wrap):
    several = dict(a=loader(folder, wrap), b=loader(folder, wrap))
    embedding_check.check_embeddings([several, None])
    (folder / 'embeddings/video0.npz').unlink()
    assert ': 1 of 6 videos' in refused(
        lambda: embedding_check.check_embeddings([loader(folder, wrap)]))


def test_what_is_kept_is_not_read_again(folder, monkeypatch):
    """The second run looks at headers only, and is quick."""
    train = loader(folder, lambda data: data)
    for index in range(len(train.dataset)):
        train.dataset[index]
    monkeypatch.setattr(
        'mmbapg.datasets.transforms.clustering.read_checked', None)
    embedding_check.check_embeddings([train])


def test_thousands_of_videos_take_seconds_and_a_bar(tmp_path, monkeypatch,
                                                    capsys):
    number = 600
    content = Embeddings(np.ones((20, 8), np.float32), np.arange(20.0),
                         Provenance(1.0, 'tiny', 'untrained'))
    write_embeddings(tmp_path / '0.npz', content)
    for index in range(1, number):
        (tmp_path / f'{index}.npz').hardlink_to(tmp_path / '0.npz')
    from mmbapg.datasets import TemporalSimilarityClustering
    clustering = TemporalSimilarityClustering(str(tmp_path))
    data = type('Data', (), dict(
        pipeline=type('Compose', (), dict(transforms=[clustering])),
        __len__=lambda self: number,
        get_data_info=lambda self, index: dict(video_name=str(index),
                                               duration=20.0)))()
    start = time.process_time()
    embedding_check.check_embeddings([type('Loader', (), dict(dataset=data))])
    assert time.process_time() - start < number * 0.02
    assert 'Checking embeddings' in capsys.readouterr().out


def test_embeddings_that_tell_no_classes_are_said(folder):
    """The localizer then does without; other ones are refused."""
    runner = runs.build(tiny.bapg_config(folder))
    runner.train()
    assert 'embeddings: embeddings that tell no classes (video' in (
        runs.log_of(runner))
    path = folder / 'embeddings/video3.npz'
    content = read_embeddings(path)
    write_embeddings(path, content._replace(provenance=replace(
        content.provenance, class_channels=3)))
    assert ('video3.npz: found embeddings of width 12 every 0.25 s, 3 of them '
            'of classes, expected 12 every 0.25 s as in most files'
            ) in refused(runs.build(tiny.bapg_config(folder)).train)
