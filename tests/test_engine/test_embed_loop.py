"""Stage 2: whole files, kept when finished, replaced when outdated."""
import json

import numpy as np
import pytest

from mmbapg.datasets.embedding_files import read_embeddings, read_provenance
from mmbapg.datasets.feature_files import FeatureFileError
from tests import runs, tiny


@pytest.fixture
def config(folder):
    for path in (folder / 'embeddings').glob('*.npz'):
        path.unlink()
    return tiny.encoder_config(folder)


def stamps(folder):
    return {path.name: path.stat().st_mtime_ns
            for path in (folder / 'embeddings').glob('*.npz')}


def test_one_file_for_each_video(folder, config):
    assert runs.build(config).test() == dict(embedded=9, kept=0)
    content = read_embeddings(folder / 'embeddings/video0.npz')
    steps = len(np.load(folder / 'features/video0.npy'))
    assert content.embeddings.shape == (steps, 8)
    np.testing.assert_allclose(content.times,
                               (np.arange(steps) + 0.5) * tiny.INTERVAL)
    assert content.provenance.interval == tiny.INTERVAL
    assert content.provenance.checkpoint == 'untrained'


def test_finished_videos_are_kept_and_missing_ones_made(folder, config):
    runs.build(config, **{'randomness.seed': 0}).test()
    before = stamps(folder)
    (folder / 'embeddings/video4.npz').unlink()
    assert runs.build(config).test() == dict(embedded=1, kept=8)
    after = stamps(folder)
    assert {name for name in after if after[name] != before[name]} == {
        'video4.npz'}


def test_half_written_files_do_not_count(folder, config):
    runs.build(config).test()
    path = folder / 'embeddings/video2.npz'
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(FeatureFileError, match='not an embeddings file'):
        read_embeddings(path)
    assert runs.build(config).test() == dict(embedded=1, kept=8)


def test_another_encoder_replaces_them(folder, config):
    runs.build(config).test()
    runner = runs.build(config)
    runner.train()
    checkpoint = folder / 'work_dirs/encoder/epoch_2.pth'
    again = runs.build(config, load_from=checkpoint)
    assert again.test() == dict(embedded=9, kept=0)
    provenance = read_provenance(folder / 'embeddings/video0.npz')
    trained_on = runner.train_dataloader.dataset.metainfo
    assert provenance.boundary_rate == trained_on['boundary_rate'] > 0
    assert provenance.mean_duration == trained_on['mean_duration'] > 0
    assert provenance.checkpoint not in ('untrained', '')
    assert provenance.training_videos == tuple(
        f'video{index}' for index in range(6))


def test_another_interval_has_another_provenance(folder, config):
    runs.build(config).test()
    before = read_provenance(folder / 'embeddings/video0.npz')
    runs.build(config, **{'test_dataloader.dataset.interval': 0.5}).test()
    after = read_provenance(folder / 'embeddings/video0.npz')
    assert before.config != after.config and after.interval == 0.5


def test_a_source_that_was_replaced_is_embedded_again(folder, config):
    runs.build(config).test()
    path = folder / 'features/video1.npy'
    np.save(path, np.load(path).repeat(2, axis=1)[:, ::2].astype(np.float64))
    assert runs.build(config).test() == dict(embedded=1, kept=8)


def test_chunks_give_what_whole_videos_give(folder, config):
    runs.build(config).test()
    whole = read_embeddings(folder / 'embeddings/video0.npz').embeddings
    runs.build(config, **{
        'test_dataloader.dataset.chunk_size': 7,
        'test_cfg.out_dir': str(folder / 'chunks')}).test()
    parts = read_embeddings(folder / 'chunks/video0.npz').embeddings
    np.testing.assert_allclose(parts, whole, rtol=1e-5, atol=1e-6)


def test_features_of_a_frame_every_quarter_of_a_second(videos, tmp_path):
    """Raw video in, clip features out, that a localizer reads."""
    pytest.importorskip('efficientnet_lite_pytorch')
    from mmengine.config import Config

    from mmbapg.config import add_clip_features, find_config, relocated
    from mmbapg.datasets import LoadFeatures
    from mmbapg.engine.runner.progress_runs import run
    with pytest.warns(DeprecationWarning, match='the old name goes'):
        path = find_config(
            'similarity/extract_efficientnetlite0_fir-rgb-0.25s.py')
    cfg = add_clip_features(Config.fromfile(path))
    cfg = Config(relocated(cfg._cfg_dict, {'data/fir/': f'{videos}/'}))
    cfg.test_cfg.out_dir = str(tmp_path / 'features')
    assert run(cfg, tmp_path / 'logs', 'test').test()['embedded'] == 3
    loaded = LoadFeatures(channels=1280).transform(dict(
        feature_paths=[str(tmp_path / 'features/rendered_00.npz')],
        video_name='rendered_00', fps=25))
    assert loaded['features'].shape == (48, 1280)
    assert loaded['grid'].to_seconds(0.0) == pytest.approx(0.125)


def test_fir_features_are_those_of_its_frames(videos, tmp_path):
    """As the encoder of frames sees them, which made them before."""
    pytest.importorskip('efficientnet_lite_pytorch')
    from mmengine.config import Config

    from mmbapg.config import add_clip_features, find_config, relocated
    from mmbapg.engine.runner.progress_runs import run
    few = tmp_path / 'few.json'
    few.write_text(json.dumps(dict(database=dict(rendered_01=dict(
        duration=3.0, annotations=[])))))
    found = []
    for name in ('features/efficientnetlite0_1x1x1-4fps_fir-rgb.py',
                 'similarity/similarity_efficientnetlite0_1xb112-20e_'
                 'fir-rgb-0.25s.py'):
        cfg = Config.fromfile(find_config(name))
        if 'clip_features' not in cfg:
            cfg.model.update(head=None)
            cfg.model.backbone.frozen = True
        cfg = add_clip_features(cfg)
        cfg = Config(relocated(cfg._cfg_dict, {'data/fir/': f'{videos}/'}))
        cfg.test_cfg.out_dir = str(tmp_path / str(len(found)))
        cfg.test_dataloader.update(num_workers=0, persistent_workers=False)
        cfg.test_dataloader.dataset.ann_file = str(few)
        run(cfg, tmp_path / 'logs', 'test').test()
        found.append(read_embeddings(
            tmp_path / str(len(found)) / 'rendered_01.npz'))
    ours, before = found
    np.testing.assert_allclose(ours.embeddings, before.embeddings, rtol=1e-5,
                               atol=1e-5)
    np.testing.assert_allclose(ours.times, before.times)
