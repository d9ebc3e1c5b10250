"""Tables of the paper: what they say, and running rows on a tiny dataset."""
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.runner import Runner

from mmbapg.apis.encoding import Encoding
from mmbapg.config.places import find_config, relocated
from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.experiments import stand_in
from mmbapg.experiments.paper_tables import (
    ENCODERS,
    OURS,
    TABLES,
    PaperTable,
    Row,
    RowRunner,
    compared,
    run_table,
)
from mmbapg.ops import TemporalGrid
from tests import runs, tiny

ROWS = [(number, row) for number, table in TABLES.items()
        for row in table.rows]


@pytest.mark.parametrize('number,row', [
    each for each in ROWS if each[0] != 2 and each[1].paper])
def test_figures_average(number, row):
    """The paper's own mean tells whether its figures are copied right."""
    assert np.mean(row.paper[:-1]) == pytest.approx(row.paper[-1], abs=0.011)


def test_rows_of_one_config_have_the_same_figures():
    """Tables I, III and IV share rows, but for the embeddings' rate."""
    for config in {row.config for _, row in ROWS}:
        assert len({row.paper for _, row in ROWS if row.config == config}) == 1


@pytest.mark.parametrize('number,row', ROWS)
def test_configs_say_what_the_rows_say(number, row):
    cfg = Config.fromfile(find_config(row.config))
    assert ('bapg' in cfg) == ('BAPG' in row.name)
    thresholds = cfg.test_evaluator.get('iou_thresholds',
                                        [0.3, 0.4, 0.5, 0.6, 0.7])
    assert set(TABLES[number].iou_thresholds) <= set(thresholds)
    clustering = cfg.get('bapg', {}).get('clustering', {})
    if number == 3 and clustering:
        assert clustering.interval == float(row.name.split()[-1])
    if number in (3, 4) and clustering:
        points = 10 if number == 3 else int(row.name.split()[-1])
        assert tuple(clustering.num_change_points) == (points, )
    if number == 4 and clustering:
        assert clustering.interval == 1.0


@pytest.mark.parametrize('number,row', ROWS)
def test_rows_of_the_paper_are_the_papers_method(number, row):
    """Its neck, numbers of change points and sampling; ours has rows of its
    own, which are named so and have no figures of the paper."""
    cfg = Config.fromfile(find_config(row.config))
    if 'bapg' not in cfg:
        return
    settings = (cfg.bapg.neck.type, cfg.bapg.clustering.interval,
                cfg.bapg.clustering.num_change_points)
    if row.name == OURS:
        assert settings[0] == 'EvidenceFusionNeck'
        assert settings[2] == 'by rate'
        assert not row.paper and "mmbapg's" in row.name
    else:
        assert settings[0] == 'ProposalFusionNeck' and row.paper
        assert number > 2 or settings[1:] == (0.1, (10, ))


def test_table_1_is_the_row_of_table_3():
    """By which the paper tells the sampling of Table I."""
    rows = [row for row in TABLES[1].rows if 'actionformer' in row.config]
    assert rows[1] == Row('+ BAPG', TABLES[3].rows[1].config,
                          TABLES[3].rows[1].paper)
    assert TABLES[3].rows[2].config == TABLES[4].rows[1].config
    assert [row.name for row in rows] == ['ActionFormer', '+ BAPG', OURS]


def test_encoders_make_what_rows_read():
    made = {}
    for name in ENCODERS:
        cfg = Config.fromfile(find_config(name))
        dataset = cfg.test_dataloader.dataset
        made.setdefault((cfg.test_cfg.out_dir, dataset.interval), []).append(
            list(dataset.data_prefix))
    for _, row in ROWS:
        cfg = Config.fromfile(find_config(row.config))
        if 'bapg' in cfg:
            clustering = cfg.bapg.clustering
            frames = [] if row.name == OURS or (
                'pgcn' in clustering.embeddings) else [['video']]
            assert made[clustering.embeddings, clustering.interval] == [
                *frames, ['feature']]


@pytest.mark.parametrize('name,interval', [
    ('thumos14-i3d-1s', 1.0), ('thumos14-i3d-0.1s', 0.1),
    ('activitynet13-tsp', 1.0)])
def test_encoders_on_stored_features(name, interval, tmp_path):
    """Stages 1 and 2 on generated features of a few real videos; the last
    one's end early."""
    cfg = Config.fromfile(find_config(
        f'similarity/similarity_temporal_1xb224-80e_{name}.py'))
    cfg = Config(relocated(cfg._cfg_dict, {'data/': f'{tmp_path}/'}))
    few = json.loads((tiny.ROOT / 'tests/data/thumos14_few.json').read_text())
    subset = cfg.train_dataloader.dataset.subset
    for entry in few['database'].values():
        entry['subset'] = dict(Validation=subset, Test='validation')[
            entry['subset']]
    ann_file = Path(cfg.train_dataloader.dataset.ann_file)
    ann_file.parent.mkdir(parents=True)
    ann_file.write_text(json.dumps(few))
    videos = [video for video in load_annotations(ann_file).values()
              if video.duration < 40]
    for part in ('train', 'test'):
        loader = cfg[f'{part}_dataloader']
        loader.update(num_workers=0, persistent_workers=False)
        loader.dataset.where = dict(video=[video.name for video in videos])
    dataset = cfg.train_dataloader.dataset
    load = dataset.pipeline[0]
    for video in videos:
        grid = TemporalGrid(load.stride, load.window,
                            load.get('fps') or video.fps)
        features = stand_in.plant_features(video, grid, load.channels)
        if load.get('short_features') == 'hold' and video is videos[-1]:
            features = features[:-10]
        stand_in.write_features(
            Path(dataset.data_prefix.feature) / dataset.filename_tmpl.format(
                video.name), features)
    cfg.merge_from_dict({'train_dataloader.batch_size': 32,
                         'train_cfg.max_epochs': 2,
                         'default_hooks.checkpoint.interval': 2})
    encoding = Encoding(tmp_path / 'encoder')
    encoding.embed(cfg, encoding.train(cfg, 'all'), 'all')
    for video in videos:
        content = read_embeddings(
            str(Path(cfg.test_cfg.out_dir) / f'{video.name}.npz'))
        assert content.provenance.interval == interval
        assert content.embeddings.shape == (
            int(video.duration / interval + 0.5), 64)


@pytest.fixture
def table(folder):
    """A table of two rows; stages 1 and 2 have not run."""
    shutil.rmtree(folder / 'embeddings')
    host = str(tiny.localizer_config(folder))
    fused = str(tiny.bapg_config(folder))
    return PaperTable('Table 0', 'tools/data/tiny/README.md', (0.3, 0.5), (
        Row('host', host, (50.0, 40.0, 45.0)),
        Row('+ BAPG', fused, (51.0, 41.0, 46.0))))


@pytest.fixture
def runner(folder):
    return RowRunner(folder / 'rows', folder, [str(tiny.encoder_config(
        folder))])


def test_all_stages_and_the_table(table, runner, folder, capsys):
    assert run_table(table, runner, [0, 1])
    assert len(list((folder / 'embeddings').glob('*.npz'))) == 9
    shown = ' '.join(capsys.readouterr().out.split())
    assert 'runs seeds 0, 1' in shown and 'over 2 seeds' in shown
    assert shown.count(', embedded by encoder') == 1
    figures = [runner.finished(row, seed)['mAP@0.5']
               for row in table.rows[:1] for seed in (0, 1)]
    mean, deviation = 100 * np.mean(figures), 100 * np.std(figures, ddof=1)
    assert f'{mean:.2f} ± {deviation:.2f} | 40.00' in shown


def test_finished_rows_are_kept(table, runner, monkeypatch, capsys):
    assert run_table(table, runner, [0])
    first = capsys.readouterr().out
    monkeypatch.setattr(Runner, 'from_cfg', None)
    assert run_table(table, runner, [0])
    second = capsys.readouterr().out
    assert '1 of 1 seeds finished' in second
    assert first[first.index('Table 0'):] == second[second.index('Table 0'):]


def test_interrupted_between_training_and_test(table, runner, folder,
                                               monkeypatch):
    host = PaperTable(table.title, table.guide, table.iou_thresholds,
                      table.rows[:1])
    with monkeypatch.context() as patch:
        patch.setattr(Runner, 'test', None)
        with pytest.raises(TypeError):
            run_table(host, runner, [0])
    checkpoint = folder / 'rows/tiny/seed0/epoch_2.pth'
    written = checkpoint.stat().st_mtime_ns
    assert run_table(host, runner, [0])
    assert checkpoint.stat().st_mtime_ns == written


def test_interrupted_stage_2_goes_on(table, runner, folder, monkeypatch):
    cfg = runner.config(table.rows[1].config)
    with monkeypatch.context() as patch:
        patch.setattr('mmbapg.engine.loops.embed_loop.write_embeddings', None)
        with pytest.raises(TypeError):
            runner.embed(cfg)
    (folder / 'embeddings').mkdir(exist_ok=True)
    (folder / 'embeddings' / 'video0.npz').write_bytes(b'half')
    runner.embed(cfg)
    assert len(list((folder / 'embeddings').glob('*.npz'))) == 9
    marker = json.loads((folder / 'rows/encoder/finished.json').read_text())
    assert marker['embeddings'] == str(folder / 'embeddings')


def test_missing_data(table, runner, folder, capsys):
    """A row that lacks data keeps no other from running."""
    (folder / 'features').rename(folder / 'elsewhere')
    assert not run_table(table, runner, [0])
    shown = ' '.join(capsys.readouterr().out.split())
    assert f'cannot run, missing: features {folder}/features' in shown
    assert '(see tools/data/tiny/README.md)' in shown
    assert (f'embeddings {folder}/embeddings, or features {folder}/features '
            'to make them') in shown
    assert '- | 50.00' in shown
    (folder / 'elsewhere').rename(folder / 'features')
    runner.encoders = []
    assert not run_table(table, runner, [0])
    shown = ' '.join(capsys.readouterr().out.split())
    assert 'or an encoder to make them' in shown
    assert runner.finished(table.rows[0], 0) is not None
    assert runner.finished(table.rows[1], 0) is None


def test_dry_run_writes_nothing(table, runner, folder, capsys):
    assert not run_table(table, runner, [0, 3], dry_run=True)
    assert 'would run seeds 0, 3' in capsys.readouterr().out
    assert not (folder / 'rows').exists()
    assert not (folder / 'embeddings').exists()


def test_one_seed_has_no_deviation():
    metrics = {f'mAP@{each}': 0.5 for each in (0.3, 0.4, 0.5, 0.6, 0.7)}
    shown = compared(TABLES[1], [[dict(metrics, mAP=0.25)]] + [[]] * 8)
    assert list(shown.columns[6].cells)[:3] == ['25.00 | 56.69', '- | 57.36',
                                                '- | -']
    assert list(shown.columns[0].cells)[2] == "+ BAPG, mmbapg's default"
    assert 'deviation' not in shown.title


def test_command(tmp_path):
    done = runs.run(sys.executable, tiny.ROOT / 'tools/paper_tables.py',
                    '--table', '3', '--dry-run', '--data-root', tmp_path,
                    '--work-dir', tmp_path / 'rows')
    shown = ' '.join(done.stdout.split())
    assert f'annotations {tmp_path}/thumos/annotations/thumos14.json' in shown
    assert 'see tools/data/thumos14/README.md' in shown
    assert '- | 67.02' in shown
    done = runs.run(sys.executable, tiny.ROOT / 'tools/paper_tables.py',
                    '--table', '3', '--data-root', tmp_path, '--work-dir',
                    tmp_path / 'rows', check=False)
    assert done.returncode == 1
