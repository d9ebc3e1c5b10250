"""End-to-end localizers in what surrounds them: the inferencer, BAPG, checks
of data and weights, and counts."""
import json

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner.checkpoint import load_state_dict

from mmbapg.apis import InferenceError, TemporalLocalizationInferencer
from mmbapg.apis.complexity import complexity
from mmbapg.apis.dataset_check import check_config
from mmbapg.apis.training_cost import PeakMemory, cost_table, training_costs
from mmbapg.engine import add_bapg
from mmbapg.models.localizers.contract import ContractError
from mmbapg.models.localizers.weights import (
    ForeignWeightsError,
    refuse_foreign_weights,
)
from tests import runs, tiny, tiny_video


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Videos, their embeddings, and a localizer that was trained on them."""
    folder = tiny_video.write_videos(tmp_path_factory.mktemp('videos'))
    tiny_video.write_embeddings(folder)
    config = tiny_video.config(folder, standardized(), epochs=1, extra=MEASURE)
    runs.build(config).train()
    return folder


MEASURE = '''
default_hooks = dict(feature_statistics=dict(type='FeatureStatisticsHook'))
'''


def standardized(host='TriDet'):
    """With statistics of what the video network gives at the beginning."""
    model = tiny_video.model(host)
    model['localizer']['data_preprocessor'] = dict(
        type='FeatureStandardizer', channels=12)
    return model


def bapg_config(folder, name='fused.py', **kwargs):
    """The same with BAPG, by a field as everywhere."""
    return tiny_video.config(
        folder, standardized(), name=name, bases=['bapg/bapg.py'],
        extra=MEASURE + f"bapg = dict(clustering=dict(embeddings='{folder}"
        "/embeddings', num_change_points=(2, 4)))\n", **kwargs)


def weights_of(folder, name='end_to_end'):
    return folder / f'work_dirs/{name}/epoch_1.pth'


def test_statistics_are_those_of_the_first_features(folder):
    state = torch.load(weights_of(folder), weights_only=False)['state_dict']
    assert int(state['standardizer.num_steps']) == 2 * 16
    assert (state['standardizer.std'] > 1e-6).all()
    assert not any('localizer.data_preprocessor' in name for name in state)


def test_a_video_that_it_never_saw(folder, tmp_path):
    """From one file to detections, as a user asks."""
    infer = TemporalLocalizationInferencer(
        str(folder / 'end_to_end.py'), str(weights_of(folder)),
        device='cpu', show_progress=False)
    found, = infer(str(folder / 'videos/video_3.mp4'), out_dir=tmp_path)
    assert found['duration'] == pytest.approx(9.0)
    assert {each['label'] for each in found['detections']} <= {
        *tiny.CLASSES}
    assert found['detections'][0]['score'] > 0
    written = json.loads((tmp_path / 'detections.json').read_text())
    assert written['results']


def test_hours_of_frames_come_in_windows(folder, monkeypatch):
    """Of a long video, no more frames than a window's are decoded and seen at
    a time; what is found lies in the whole video."""
    infer = TemporalLocalizationInferencer(
        str(folder / 'end_to_end.py'), str(weights_of(folder)),
        device='cpu', show_progress=False, window_steps=24)
    seen, localize = [], type(infer.model)._found_in

    def watched(self, frames, sample):
        seen.append(frames.shape[1])
        return localize(self, frames, sample)

    monkeypatch.setattr(type(infer.model), '_found_in', watched)
    found, = infer(str(folder / 'videos/video_3.mp4'))
    assert seen == [24, 24]
    assert found['duration'] == pytest.approx(9.0)
    ends = [each['segment'][1] for each in found['detections']]
    assert 24 * tiny_video.INTERVAL < max(ends) <= 9.0


def test_it_takes_no_features(folder):
    with pytest.raises(InferenceError, match='found a localizer that sees '
                       "frames, expected input_format='video'"):
        TemporalLocalizationInferencer(
            str(folder / 'end_to_end.py'), str(weights_of(folder)),
            device='cpu', input_format='feature')


def test_bapg_is_behind_the_video_network(folder):
    """Its weights begin where those of the host alone are, and change
    nothing before training."""
    cfg = add_bapg(Config.fromfile(bapg_config(folder)))
    assert cfg.model.type == 'EndToEndLocalizer'
    assert cfg.model.localizer.type == 'BAPG'
    assert cfg.model.localizer.neck.in_channels == 12
    plain, fused = runs.outputs_of(
        (folder / 'end_to_end.py', folder / 'fused.py'), weights_of(folder))
    for one, other in zip(plain, fused, strict=True):
        assert torch.equal(one.pred_instances.scores,
                           other.pred_instances.scores)


@pytest.mark.parametrize('overlap', [0.5, None])
def test_bapg_trains_and_tests(folder, overlap):
    """Windows of a video see their part of its evidence."""
    path = bapg_config(folder, f'fused_{overlap}.py', epochs=1)
    runner = runs.build(path, **{'model.window_overlap': overlap})
    runner.train()
    neck = runner.model.localizer.neck.out_proj.weight
    assert neck.any() and neck.isfinite().all()


def test_weights_of_another_kind(folder):
    with_neck = MODELS.build(add_bapg(Config.fromfile(
        bapg_config(folder))).model)
    without = MODELS.build(standardized())
    with pytest.raises(ForeignWeightsError, match='found weights of a host '
                       'with BAPG, expected those of EndToEndLocalizer alone'):
        refuse_foreign_weights(without, with_neck.state_dict(), False)
    with pytest.raises(ForeignWeightsError, match='found weights of a host '
                       'without BAPG, expected those of TriDet with BAPG'):
        refuse_foreign_weights(with_neck, without.state_dict(), True)
    load_state_dict(with_neck, without.state_dict())  # to train


def test_counts_and_costs(folder):
    """Both parts are counted; to train everything takes the most memory."""
    cfg = Config.fromfile(folder / 'end_to_end.py')
    counts = complexity(cfg)
    parts = [counts.flops[name] for name in ('video_backbone', 'localizer')]
    assert sum(parts) == counts.flops[''] and all(parts)
    # 4 clips of 4 frames: patches of 2 x 16 x 16 at 2 x 2 places
    assert counts.flops['video_backbone.video.backbone'] >= (
        2 * 4 * 8 * 12 * 3 * 512)
    assert complexity(cfg, 8).flops['video_backbone'] == parts[0] / 2
    wide = dict(tiny_video.ADAPTERS, embed_dims=240, depth=6,
                adapter_index=[5])
    cfg.model = tiny_video.model('TriDet', wide)
    adapters, nothing, everything = training_costs(cfg, batch_size=1)
    assert nothing.parameters == 0 < adapters.parameters < (
        everything.parameters)
    assert nothing.memory < adapters.memory < everything.memory
    assert cost_table('tiny', [adapters]).row_count == 1


def test_the_peak_of_memory():
    """Two tensors that live at once, of three."""
    with PeakMemory() as memory:
        first = torch.zeros(1000)
        second = first + 1
        del first
        second.view(10, 100).t()  # no memory of its own
        third = torch.ones(500)
    assert memory.peak == 8000 and memory.living == 6000
    del second, third


def test_frames_of_no_size(folder):
    cfg = Config.fromfile(folder / 'end_to_end.py')
    cfg.test_dataloader.dataset.pipeline[1].each = []
    with pytest.raises(ContractError, match='found neither CenterCrop nor'):
        complexity(cfg)


def test_data_are_checked(folder, tmp_path):
    """Videos, their frame rates and lengths, and that a window is filled."""
    cfg = Config.fromfile(folder / 'end_to_end.py')
    report = check_config(cfg)
    assert not report.errors, report.errors
    content = json.loads((folder / 'annotations.json').read_text())
    content['database']['video_0'].update(duration=14.0, fps=25)
    (tmp_path / 'annotations.json').write_text(json.dumps(content))
    for part in ('train', 'val', 'test'):
        cfg[f'{part}_dataloader'].dataset.ann_file = str(
            tmp_path / 'annotations.json')
    report = check_config(cfg)
    assert any('video_0.mp4: found 10.00 s of video, expected a frame at' in
               error for error in report.errors), report.errors
    assert any('found 8.000 frames per second, expected 25' in text
               for text in report.warnings), report.warnings
    cfg = Config.fromfile(folder / 'end_to_end.py')
    cfg.model.video_backbone.frames_per_step = 2
    report = check_config(cfg)
    for loader in ('train_dataloader', 'test_dataloader'):
        assert any(f'{loader}: found 1 frames for a step in its pipeline, and '
                   '2 in the video_backbone' in text
                   for text in report.errors), report.errors
    cfg = Config.fromfile(folder / 'end_to_end.py')
    cfg.model.localizer.max_seq_len = 64
    report = check_config(cfg)
    assert any('4 of 4 videos are shorter than a window of 64 steps' in text
               for text in report.warnings), report.warnings
    cfg.model.short_windows = 'error'
    report = check_config(cfg)
    assert any('shorter than a window' in text for text in report.errors)
