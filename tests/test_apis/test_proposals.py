"""Proposals of no class: found, written, read, scored, and named."""
import json

import numpy as np
import pytest
import torch
from mmaction.registry import METRICS, MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmbapg.evaluation.submission import read_submission
from tests import hosts, runs, tiny
from tests.inferencers import inferencer, inputs
from tests.test_apis.conftest import save


@pytest.fixture(scope='module', params=['GTAD', 'BSNPlusPlus'])
def trained(request, tmp_path_factory):
    """Folder of tiny features, and the name of a config that is trained."""
    init_default_scope('mmaction')
    folder = tiny.write_features(tmp_path_factory.mktemp('proposals'))
    path = hosts.write_config(request.param, folder)
    cfg = Config.fromfile(path)
    torch.manual_seed(0)
    save(MODELS.build(cfg.model), path.with_suffix('.pth'))
    return folder, path.stem


def test_the_inferencer_names_no_class(trained):
    folder, name = trained
    found = inferencer(folder, name)(inputs(folder, 6, 7))
    for video in found:
        assert {row['label'] for row in video['detections']} == {'proposal'}
        start, end = np.array([
            row['segment'] for row in video['detections']]).T
        assert (start < end).all() and end.max() <= video['duration']


def test_written_read_and_scored(trained):
    """Recall from the file is the recall that the test reports."""
    folder, name = trained
    file = folder / f'{name}.json'
    runner = runs.build(
        folder / f'{name}.py', load_from=folder / f'{name}.pth',
        test_evaluator=dict(
            type='ProposalRecallMetric', num_proposals=(10, 50),
            out_file=str(file)))
    tested = runner.test()
    assert 0 < tested['AR@10'] <= tested['AR@50'] <= 1 and tested['AUC'] > 0
    assert json.loads(file.read_text())['results']
    found = read_submission(str(file), ['proposal'])
    metric = METRICS.build(dict(
        type='ProposalRecallMetric', num_proposals=(10, 50)))
    dataset = runner.test_dataloader.dataset
    for index in range(len(dataset)):
        sample = dataset[index]['data_samples']
        rows = found[sample.video_name]
        metric.process(dict(data_samples=[sample]), [dict(pred_instances=dict(
            segments=torch.as_tensor(rows.segments),
            scores=torch.as_tensor(rows.scores)))])
    again = metric.evaluate(len(dataset))
    for field in ('AR@10', 'AR@50', 'AUC'):
        assert again[field] == pytest.approx(tested[field], rel=1e-6)
