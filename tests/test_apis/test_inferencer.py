"""Videos that cannot be read, devices, and links, with an untrained host."""
import json
import os
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.apis import (
    InferenceError,
    SomeVideosFailed,
    TemporalLocalizationInferencer,
)
from mmbapg.config import add_bapg, add_clip_features
from mmbapg.datasets.video_reader import VideoError, VideoReader
from mmbapg.engine.device import DeviceUnavailable, check_device
from mmbapg.experiments import rendered
from mmbapg.files import link_or_copy
from tests import tiny
from tests.pretended_gpu import PretendedGPU, on_gpu

pytest.importorskip('efficientnet_lite_pytorch')


@pytest.fixture(scope='module')
def host(tmp_path_factory):
    """Config and checkpoint of a host that learned nothing."""
    folder = tmp_path_factory.mktemp('host')
    base = tiny.CONFIGS / 'features/efficientnetlite0_1x1x1-4fps_fir-rgb'
    (folder / 'extract.py').write_text(
        f"_base_ = '{base}.py'\n"
        'clip_features = dict(num_workers=0, sample_fps=0.5)\n')
    config = tiny.localizer_config(folder, extra=f'''
video_input = dict(extractor='{folder}/extract.py')
model.update(backbone=dict(model['backbone'], in_channels=1280))
test_dataloader['dataset']['pipeline'][0] = dict(type='LoadFeatures')
''')
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(config).model)
    torch.save(dict(state_dict=model.state_dict(), meta=dict(
        dataset_meta=dict(classes=rendered.CLASSES[:2]))),
        folder / 'host.pth')
    return config, folder / 'host.pth'


@pytest.fixture(scope='module')
def infer(host):
    return TemporalLocalizationInferencer(*host, device='cpu')


@pytest.fixture
def good(videos):
    return sorted((videos / 'videos').glob('*.mp4'))[:2]


def same(found, expected):
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected):
        assert ours['video'] == theirs['video']
        for kind in set(theirs) & {'detections', 'proposals'}:
            assert len(ours[kind]) == len(theirs[kind]) > 0
            for field in ('segment', 'score'):
                torch.testing.assert_close(
                    torch.tensor([row[field] for row in ours[kind]]),
                    torch.tensor([row[field] for row in theirs[kind]]),
                    atol=1e-4, rtol=0)


def test_a_folder_in_batches_with_models_that_are_kept(infer, videos, good,
                                                       monkeypatch):
    expected = infer(good)
    monkeypatch.setattr(MODELS, 'build', None)
    monkeypatch.setattr(torch, 'load', None)
    frames = []
    extractor = infer.pipeline.encoders['extractor'].model
    gather = extractor._gather
    monkeypatch.setattr(extractor, '_gather', lambda inputs, sample: (
        frames.append(len(inputs)) or gather(inputs, sample)))
    found = infer(videos / 'videos', batch_size=2, chunk_size=4)
    same(found[:2], expected)
    assert len(found) == 3 and sorted(frames) == [2, 2, 2, 4, 4, 4]
    assert infer.cfg.get('bapg') is None and not infer.has_bapg


def test_on_a_gpu(host, infer, good):
    expected = infer(good[0])
    with PretendedGPU():
        there = TemporalLocalizationInferencer(*host)
        models = there.model, there.pipeline.encoders['extractor'].model
        assert all(on_gpu(weight) for model in models
                   for weight in model.parameters())
        same(there(good[0]), expected)


def test_an_encoder_of_frames_as_in_the_paper(host, good, tmp_path):
    """Here the network that makes the features embeds, too."""
    extractor = Config.fromfile(host[0]).video_input.extractor
    cfg = Config.fromfile(tiny.bapg_config(tmp_path, extra=f'''
video_input = dict(extractor='{extractor}', encoder='{extractor}')
model.update(backbone=dict(model['backbone'], in_channels=1280))
test_dataloader['dataset']['pipeline'][0] = dict(type='LoadFeatures')
'''))
    for name, model in (('bapg', add_bapg(cfg).model),
                        ('encoder', add_clip_features(
                            Config.fromfile(extractor)).model)):
        torch.save(dict(state_dict=MODELS.build(model).state_dict(), meta=dict(
            dataset_meta=dict(classes=rendered.CLASSES[:2]))),
            tmp_path / f'{name}.pth')
    given = cfg, tmp_path / 'bapg.pth', tmp_path / 'encoder.pth', 'cpu'
    found, = TemporalLocalizationInferencer(*given)(good[0])
    assert found['proposals'] and max(
        row['segment'][1] for row in found['proposals']) == found['duration']
    with pytest.raises(InferenceError, match='extract.py: found an encoder of '
                       "frames, expected input_format='video'"):
        TemporalLocalizationInferencer(*given, input_format='feature')


@pytest.mark.parametrize('given', [dict(feature='a.npy', duration=1.0), 3])
def test_what_is_no_path(infer, given):
    with pytest.raises(InferenceError, match='expected the path of a video '
                       ".input_format='feature' takes stored features"):
        infer([given])


def test_broken_videos_do_not_stop_the_others(infer, good, tmp_path):
    text, empty = tmp_path / 'text.mp4', tmp_path / 'empty.mp4'
    cut, short = tmp_path / 'cut.mp4', tmp_path / 'gone.mp4'
    text.write_text('no video')
    empty.write_bytes(b'')
    cut.write_bytes(good[0].read_bytes()[:20000])
    broken = [text, empty, cut, short, tmp_path]
    with pytest.raises(SomeVideosFailed) as caught:
        infer([text, good[0], empty, cut, good[1], short, tmp_path],
              tmp_path / 'out')
    message = str(caught.value)
    assert message.startswith('5 of 7 videos were not localized: ')
    assert set(caught.value.failures) == set(broken)
    assert all(f'{path}: ' in message for path in broken)
    assert [row['video'] for row in caught.value.results] == list(
        map(str, good))
    content = json.loads((tmp_path / 'out/detections.json').read_text())
    assert content['results'] == caught.value.results
    assert (tmp_path / 'out' / f'{good[1].stem}.png').is_file()


def test_a_video_that_breaks_off_while_it_is_decoded(infer, good,
                                                     monkeypatch):
    read = VideoReader.frames_at

    def frames_at(self, times, *soon):
        if Path(self.path).resolve() == good[0]:
            raise VideoError(f'{self.path}: frames 2 to 9 do not decode')
        return read(self, times, *soon)

    monkeypatch.setattr(VideoReader, 'frames_at', frames_at)
    with pytest.raises(SomeVideosFailed) as caught:
        infer(good)
    assert str(caught.value) == (
        '1 of 2 videos were not localized: '
        f'{good[0]}: frames 2 to 9 do not decode')
    assert [row['name'] for row in caught.value.results] == [good[1].stem]
    with pytest.raises(VideoError, match='rendered_00.mp4: frames 2 to 9'):
        infer(good[0])


def test_work_does_not_begin_if_results_would_be_lost(infer, good, tmp_path,
                                                      monkeypatch):
    (tmp_path / 'detections.json').write_text(json.dumps(
        dict(results=[dict(video=str(good[0]))])))
    monkeypatch.setattr(infer, '_localize', None)
    with pytest.raises(InferenceError, match='found results of .* already'):
        infer(good, tmp_path)


def test_weights_of_the_encoder_that_are_not_there(host, tmp_path):
    cfg = Config.fromfile(host[0])
    cfg.video_input.extractor = str(tmp_path / 'none.py')
    with pytest.raises(FileNotFoundError, match='none.py'):
        TemporalLocalizationInferencer(cfg, host[1])


def test_devices(host):
    assert check_device('cpu') == 'cpu'
    assert check_device('auto') == check_device(None)
    if not torch.cuda.is_available():
        with pytest.raises(DeviceUnavailable, match='device cuda: PyTorch '
                           'finds none here, expected one of auto, cpu'):
            TemporalLocalizationInferencer(*host, device='cuda')
    with pytest.raises(DeviceUnavailable, match='device tpu'):
        check_device('tpu')


def test_one_of_several_gpus(monkeypatch):
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    monkeypatch.setattr(torch.cuda, 'device_count', lambda: 2)
    assert [check_device(name) for name in ('cuda', 'cuda:1')] == [
        'cuda', 'cuda:1']
    for name in ('cuda:2', 'cuda:x', 'cuda:-1', 'cpu:1'):
        with pytest.raises(DeviceUnavailable, match=f'device {name}: '):
            check_device(name)


@pytest.mark.parametrize('missing', [
    (), ('symlink', ), ('symlink', 'link')])
def test_files_are_copied_where_links_are_not_allowed(tmp_path, monkeypatch,
                                                      missing):
    def not_allowed(*args):
        raise OSError('a required privilege is not held by the client')

    for name in missing:
        monkeypatch.setattr(os, name, not_allowed)
    (tmp_path / 'a.mp4').write_bytes(b'video')
    link_or_copy(tmp_path / 'a.mp4', tmp_path / 'b.mp4')
    assert (tmp_path / 'b.mp4').read_bytes() == b'video'
    assert (tmp_path / 'b.mp4').is_symlink() == (not missing)
    with pytest.raises(OSError):
        link_or_copy(tmp_path / 'none' / 'c', tmp_path / 'none' / 'd')
