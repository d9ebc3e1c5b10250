"""Configs on benchmarks run and learn: a few real annotations of THUMOS14,
generated features, short sequences."""
import json
import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.config import Config

from mmbapg.config.places import find_config
from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.datasets.feature_files import read_features
from mmbapg.datasets.sources.thumos14 import UCF101_IDS
from mmbapg.datasets.transforms.video_scores import UntrimmedNetScores
from mmbapg.engine import add_bapg
from mmbapg.experiments import stand_in
from mmbapg.experiments.loss_probe_hook import LossProbeHook
from mmbapg.experiments.rehearsal import (
    Rehearsal,
    Rehearsed,
    benchmark_configs,
    rehearsal_table,
    rehearse,
)
from mmbapg.experiments.rehearsal_data import BENCHMARKS, write_data
from mmbapg.ops import TemporalGrid
from tests import runs, tiny

FEW = tiny.ROOT / 'tests/data/thumos14_few.json'
HOSTS = ('actionformer/actionformer{}_1xb2-35e_thumos14-i3d.py',
         'tridet/tridet{}_1xb2-40e_thumos14-i3d.py',
         'tadtr/tadtr{}_1xb16-16e_thumos14-i3d.py')
#: Steps to train on, of each; TadTR also tests on windows of so many.
LENGTHS = (64, 64, 128)


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    """Annotations where the configs look for them."""
    folder = tmp_path_factory.mktemp('data')
    (folder / 'thumos/annotations').mkdir(parents=True)
    shutil.copy(FEW, folder / 'thumos/annotations/thumos14.json')
    return folder


@pytest.mark.parametrize('host,length', zip(HOSTS, LENGTHS))
def test_thumos14(host, length, data, tmp_path):
    """20 iterations without and with BAPG: the loss falls, and the result
    finds something."""
    results = rehearse(
        [find_config(host.format(bapg)) for bapg in ('', '_bapg')],
        Rehearsal(tmp_path, data, videos=3, iterations=20, max_seq_len=length,
                  batch_size=2))
    for each in results:
        assert each.verdict == 'ok'
        assert each.annotations == 'real'
        assert len(each.losses) == 20
        assert each.loss_after < 0.9 * each.loss_before
        assert each.mAP > 0.01
    host, fused = results
    assert fused.parameters > host.parameters
    # the fusion neck changes nothing before training
    assert fused.loss_before == pytest.approx(host.loss_before, rel=1e-6)
    rows = json.loads((tmp_path / 'rehearsal.json').read_text())
    assert [row['mAP'] for row in rows] == [each.mAP for each in results]


def test_every_benchmark_has_configs():
    stems = [path.stem for path in benchmark_configs()]
    for name in BENCHMARKS:
        without = [stem for stem in stems
                   if name in stem and '_bapg' not in stem]
        assert without
        for stem in without:
            assert stem.replace('_1xb', '_bapg_1xb') in stems


@pytest.mark.parametrize('path', benchmark_configs(),
                         ids=lambda path: path.stem)
def test_every_config_gets_its_data(path, tmp_path, monkeypatch):
    """What is generated is what the datasets and transforms ask for."""
    for name in BENCHMARKS:
        monkeypatch.setitem(BENCHMARKS, name, (30, 60, 90))
    cfg = Rehearsal(tmp_path, batch_size=2).placed(Config.fromfile(path))
    if 'thumos14-tsn' in path.stem:  # its scores are of real videos
        with pytest.raises(ValueError, match="are for THUMOS14, found class"):
            write_data(cfg, tmp_path / 'data', tmp_path / 'nothing', 2)
        return
    assert write_data(cfg, tmp_path / 'data', tmp_path / 'nothing',
                      2) == 'generated'
    channels = cfg.model.get('in_channels') or cfg.model.backbone.in_channels
    number = cfg.model.head.num_classes
    cfg = add_bapg(cfg)
    for part in ('train', 'test'):
        dataset = DATASETS.build(cfg[f'{part}_dataloader'].dataset)
        assert len(dataset) >= 2
        sample = dataset[0]
        assert sample['inputs'].shape[0] == np.sum(channels)
        truth = sample['data_samples']
        assert len(truth.gt_instances.segments)
        assert ('proposals' in truth) == ('_bapg' in path.stem)
        classes = dataset.metainfo['classes']
        # one class for all actions: another classifier names them
        assert len(classes) == (200 if number == 1 else number)


def test_data_of_other_names_are_generated_too(tmp_path):
    """A new dataset, which the list of benchmarks does not have."""
    path = tmp_path / 'newcomer_1xb2-35e_unheard-of.py'
    path.write_text(f"_base_ = '{find_config(HOSTS[0].format(''))}'\n")
    cfg = Rehearsal(tmp_path, batch_size=2).placed(Config.fromfile(path))
    if 'thumos14-tsn' in path.stem:  # its scores are of real videos
        with pytest.raises(ValueError, match="are for THUMOS14, found class"):
            write_data(cfg, tmp_path / 'data', tmp_path / 'nothing', 2)
        return
    assert write_data(cfg, tmp_path / 'data', tmp_path / 'nothing',
                      2) == 'generated'
    videos = load_annotations(cfg.train_dataloader.dataset.ann_file).values()
    assert {video.fps for video in videos} == {30}
    assert all(30 <= video.duration <= 400 for video in videos)


def test_published_annotations_are_converted(tmp_path):
    """Those of THUMOS14 and MultiTHUMOS, by their usual names."""
    published = tmp_path / 'published'
    (published / 'thumos14').mkdir(parents=True)
    shutil.copy(FEW, published / 'thumos14/annotations.json')
    (published / 'multithumos').mkdir()
    (published / 'multithumos/multithumos.json').write_text(json.dumps({
        name: dict(duration=video.duration, subset=dict(
            Validation='training', Test='testing')[video.fields['subset']],
            actions=[[12, 1.0, 3.0], [24, 2.0, 5.0]])
        for name, video in load_annotations(FEW).items()}))
    for benchmark, number in (('thumos14', 20), ('multithumos', 65)):
        path = find_config('actionformer/actionformer_1xb2-35e_'
                           f'{benchmark}-i3d.py')
        cfg = Rehearsal(tmp_path).placed(Config.fromfile(path))
        assert write_data(cfg, tmp_path / 'data', published, 2) == 'real'
        dataset = DATASETS.build(cfg.train_dataloader.dataset)
        assert len(dataset.metainfo['classes']) == number
        assert set(dataset[0]['data_samples'].gt_instances.labels.tolist()
                   ) <= {0, 18, 11, 23}


def test_a_loss_that_does_not_fall_is_told(data, tmp_path):
    """By status 1; the loss as training logs it falls even so."""
    idle = tmp_path / 'idle_thumos14.py'
    idle.write_text(f"_base_ = '{find_config(HOSTS[2].format(''))}'\n"
                    'optim_wrapper = dict(optimizer=dict(lr=0.0))\n')
    done = runs.run(
        sys.executable, tiny.ROOT / 'tools/rehearse.py', idle,
        '--annotations', data, '--work-dir', tmp_path / 'work',
        '--iterations', '3', '--videos', '2', '--batch-size', '2',
        check=False)
    assert done.returncode == 1
    assert 'loss does not fall' in done.stdout
    row, = json.loads((tmp_path / 'work/rehearsal.json').read_text())
    assert row['loss_before'] == row['loss_after']
    assert row['losses'][2] != row['losses'][0]


def test_errors_are_told_and_the_rest_runs(data, tmp_path):
    broken = tmp_path / 'broken_thumos14.py'
    broken.write_text(f"_base_ = '{find_config(HOSTS[0].format(''))}'\n"
                      "model = dict(backbone=dict(in_channels=1024))\n")
    result, = rehearse([broken], Rehearsal(
        tmp_path / 'work', data, videos=2, iterations=2, max_seq_len=32))
    assert 'RuntimeError' in result.verdict and np.isnan(result.mAP)
    log = tmp_path / 'work/broken_thumos14/error.txt'
    assert 'Traceback' in log.read_text()


def test_table():
    fine = Rehearsed('a', 'real', 10, 0.5, 2.0, 1.0, mAP=0.5)
    none = Rehearsed('b', 'real', 10, 0.5, 2.0, 1.0)
    table = rehearsal_table([fine, none])
    assert list(table.columns[-1].cells) == ['ok', 'no mAP']
    assert list(table.columns[-2].cells) == ['50.0', 'nan']


def test_videos_are_chosen_by_class_and_spread_over_durations():
    videos = load_annotations(FEW)
    groups = [[video for video in videos.values()
               if video.fields['subset'] == subset]
              for subset in ('Validation', 'Test')]
    labels = stand_in.common_labels(groups, 2)
    assert labels == ['BaseballPitch', 'ThrowDiscus']
    for group in groups:
        chosen = stand_in.choose_videos(group, labels, 3)
        assert all(set(video.labels) <= set(labels) for video in chosen)
        durations = [video.duration for video in chosen]
        assert len(chosen) == 3 and durations == sorted(durations)
    assert len(stand_in.choose_videos(groups[1], labels, 99)) == len(groups[1])


@pytest.mark.parametrize('name,key', [
    ('v.npy', None), ('v.npz', None), ('v.npz', 'feats'), ('v.pt', None),
    ('v.pkl', ('slow_feature', 'fast_feature')), ('v.csv', None),
    ('test.h5/v', None)])
def test_features_as_the_datasets_read_them(tmp_path, name, key):
    video = load_annotations(FEW)['video_test_0000767']
    grid = TemporalGrid(4, 16, video.fps)
    features = stand_in.plant_features(video, grid, 64)
    stand_in.write_features(tmp_path / name, features, key)
    read = read_features(str(tmp_path / name), key, channels=64)
    assert (read == features).all()
    assert len(read) == (int(77.32 * 30) - 16) // 4 + 1
    inside = slice(*np.rint(grid.to_steps(video.segments[0])).astype(int))
    raised = read[inside].mean(axis=0) > 1
    assert raised.sum() == 4
    assert not (read[:20].mean(axis=0) > 1).any()


def test_embeddings_turn_at_boundaries(tmp_path):
    video = load_annotations(FEW)['video_test_0000767']
    stand_in.write_clear_embeddings(tmp_path / 'v.npz', video, 1.0)
    content = read_embeddings(str(tmp_path / 'v.npz'))
    assert len(content.times) == 77
    unit = torch.nn.functional.normalize(
        torch.from_numpy(content.embeddings), dim=1)
    similarity = (unit[1:] * unit[:-1]).sum(dim=1)
    assert sorted(similarity.argsort()[:2].tolist()) == [10, 11]


def test_scores_of_other_classes_are_not_kept(tmp_path):
    """They would be numbers in another order."""
    first, second = list(load_annotations(FEW).values())[:2]
    path = tmp_path / 'scores.json'
    classes = sorted({*first.labels, *second.labels})

    def videos_after(video, classes):
        stand_in.write_video_scores(path, [video], classes)
        return set(json.loads(path.read_text())['results'])

    assert videos_after(first, classes) == {first.name}
    assert videos_after(second, classes) == {first.name, second.name}
    assert videos_after(second, ['more', *classes]) == {second.name}


def test_scores_of_untrimmednet(tmp_path):
    """For G-TAD on THUMOS14: read as the benchmark's own."""
    video = load_annotations(FEW)['video_test_0000767']
    path, classes = tmp_path / 'uNet_test.npy', sorted(UCF101_IDS)
    stand_in.write_video_scores(path, [video], classes)
    scores = UntrimmedNetScores(str(path), classes).of(video.name)
    assert {classes[scores.argmax()]} == set(video.labels)


def test_embeddings_of_other_labels_have_another_provenance(tmp_path):
    """By which cached proposals are told."""
    video = load_annotations(FEW)['video_test_0000767']
    other = replace(video, labels=('Other', ) * len(video.labels))
    found = []
    for each in (video, video, other):
        stand_in.write_clear_embeddings(tmp_path / 'v.npz', each, 1.0)
        found.append(read_embeddings(str(tmp_path / 'v.npz')).provenance)
    assert found[0] == found[1] != found[2]


def test_probe_leaves_the_model_as_it_was(folder):
    runner = runs.build(tiny.localizer_config(folder))
    probe = LossProbeHook()
    state = {name: value.clone()
             for name, value in runner.model.state_dict().items()}
    probe.before_train(runner)
    probe.after_train(runner)
    assert probe.before == probe.after > 0
    for name, value in runner.model.state_dict().items():
        assert torch.equal(value, state[name])
