"""What a person does who has videos, annotations and a recognizer, and wants
segments of another video: by our tools, with a tiny recognizer."""
import json
import os
import signal
import time

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.config import add_clip_features
from mmbapg.datasets.embedding_files import read_embeddings
from tests import clip_videos, recognizers, runs, tiny
from tests.test_tools.conftest import tool as tool

NAMES = [f'v{index}' for index in range(4)]


@pytest.fixture
def mine(tmp_path):
    """Videos of 3 s, a recognizer of MMAction2 and its checkpoint."""
    folder = clip_videos.write_constant(tmp_path / 'mine', NAMES, count=75)
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    for index, video in enumerate(content['database'].values()):
        video.update(subset='training' if index < 3 else 'validation',
                     annotations=[dict(label=tiny.CLASSES[index % 2],
                                       segment=[0.8, 1.9])])
    path.write_text(json.dumps(content))
    name, model, _ = recognizers.ZOO['videomae']
    (folder / 'extract.py').write_text(f'''
_base_ = ['mmaction::recognition/{name}.py',
          '{tiny.CONFIGS}/_base_/clip_features.py']
model = {model}
test_dataloader = dict(dataset=dict(pipeline=[
    dict(type='Resize', scale=(-1, 64)),
    dict(type='ThreeCrop', crop_size=64)]))
clip_features = dict(clip_len=16, stride=2, data_root='{folder}',
                     num_workers=1)
''')
    torch.manual_seed(0)
    recognizer = MODELS.build(Config.fromfile(folder / 'extract.py').model)
    torch.save(dict(state_dict=recognizer.state_dict(), meta={}),
               folder / 'recognizer.pth')
    return folder


def localizer(folder):
    """A small ActionFormer that reads the grid from the files."""
    return tiny.localizer_config(folder, 'localizer.py', epochs=1, extra=f'''
video_input = dict(extractor='{folder}/extract.py',
                   extractor_checkpoint='{folder}/recognizer.pth')
model.update(backbone=dict(model['backbone'], in_channels=24))
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader['dataset']['pipeline'][0] = dict(type='LoadFeatures')
    loader['dataset']['filename_tmpl'] = '{{}}.npz'
''')


def test_from_videos_to_segments_of_a_new_one(mine, tool, tmp_path,
                                              monkeypatch):
    monkeypatch.chdir(tmp_path)
    extract, weights = mine / 'extract.py', mine / 'recognizer.pth'
    logs = '--work-dir', tmp_path / 'logs'
    _, ending = tool('extract_features.py', extract, *logs)
    assert 'found no weights, expected a checkpoint' in ending
    _, ending = tool('extract_features.py', extract, weights, *logs)
    assert ending is None
    content = read_embeddings(mine / 'features/v0.npz')
    assert content.embeddings.shape == ((75 - 16) // 2 + 1, 24)
    assert content.provenance.checkpoint not in ('', 'untrained')

    config = localizer(mine)
    output, ending = tool('check_dataset.py', '--config', config)
    assert not ending and '24 channels' in output
    _, ending = tool('train.py', config, '--work-dir', tmp_path / 'work')
    assert ending is None
    clip_videos.write_constant(tmp_path / 'new', ['unseen'], count=80)
    video = tmp_path / 'new/videos/unseen.mp4'
    output, ending = tool('localize.py', video, '--config', config,
                          '--checkpoint', tmp_path / 'work/epoch_1.pth',
                          '--device', 'cpu')
    assert ending is None and f'{video}: ' in output
    result, = json.loads(
        (tmp_path / 'localized/detections.json').read_text())['results']
    assert result['duration'] == pytest.approx(3.2) and result['detections']
    assert (tmp_path / 'localized/unseen.png').is_file()

    # what the inferencer reads is what extraction writes
    short = tmp_path / 'new/videos/short.mp4'
    clip_videos.write(short, 'libx264', count=9, size=clip_videos.SIZE)
    _, ending = tool('localize.py', short, '--config', config,
                     '--checkpoint', tmp_path / 'work/epoch_1.pth',
                     '--device', 'cpu')
    assert (f'{short}' in ending and
            'expected at least one clip of 16' in ending)


def test_a_draft_by_the_recognizers_features(mine, tool, tmp_path):
    """The encoder's weights do not matter here, and are as they begin."""
    encoder = tiny.encoder_config(mine, extra="""
model.update(backbone=dict(model['backbone'], in_channels=24))
test_dataloader['dataset']['pipeline'][0] = dict(type='SampleFeatures')
""")
    torch.save(dict(state_dict=MODELS.build(
        Config.fromfile(encoder).model).state_dict(), meta={}),
        mine / 'encoder.pth')
    words = ['segment.py', mine / 'videos/v0.mp4', '--encoder', encoder,
             '--checkpoint', mine / 'encoder.pth', '--extractor',
             mine / 'extract.py', '--number', '2', '--device', 'cpu',
             '--out-dir', tmp_path / 'segmented']
    _, ending = tool(*words)
    assert 'or --extractor-checkpoint of segment.py' in ending
    output, ending = tool(*words, '--extractor-checkpoint',
                          mine / 'recognizer.pth')
    assert ending is None and 'v0.mp4: 3 segments' in output


def test_weights_of_the_recognizer_that_are_not_there(mine, tool):
    config = localizer(mine)
    (mine / 'recognizer.pth').unlink()
    _, ending = tool('localize.py', mine / 'videos/v0.mp4', '--config',
                     config, '--checkpoint', config, '--device', 'cpu')
    assert ending == (f'error: {mine}/recognizer.pth: no such file, expected '
                      'the weights of the extractor')


def test_its_config_makes_what_the_recognizer_is(mine):
    cfg = add_clip_features(Config.fromfile(mine / 'extract.py'))
    steps = [step.type for step in cfg.test_dataloader.dataset.pipeline]
    assert steps == ['LoadVideoFrames', 'Resize', 'CenterCrop', 'FormatShape',
                     'PackFrames']


#: Runs the tool with a network that takes its time.
SLOWLY = '''
import runpy, sys, time
sys.argv[0] = {program!r}
from mmbapg.models import ClipFeatureExtractor
forward = ClipFeatureExtractor.forward
def slow(self, *args, **kwargs):
    time.sleep(0.3)
    return forward(self, *args, **kwargs)
ClipFeatureExtractor.forward = slow
runpy.run_path(sys.argv[0], run_name='__main__')
'''


def test_killed_in_the_middle_of_a_video(mine, tool, tmp_path):
    """What is there is whole and kept; the rest is as if never killed."""
    out, whole = tmp_path / 'out', tmp_path / 'whole'
    words = [mine / 'extract.py', mine / 'recognizer.pth', '--work-dir',
             tmp_path / 'logs', '--cfg-options', 'clip_features.chunk_size=16',
             'clip_features.batch_size=1', 'clip_features.num_workers=0']
    program = tmp_path / 'slowly.py'
    program.write_text(SLOWLY.format(
        program=str(tiny.ROOT / 'tools/extract_features.py')))
    process = runs.start(program, *words, f'clip_features.out_dir={out}')
    deadline = time.time() + 120
    while not list(out.glob('*.npz')):
        assert process.exitcode is None, 'it ended before it was killed'
        assert time.time() < deadline, 'no file was written in time'
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.join()
    kept = {path: path.stat().st_mtime_ns for path in out.glob('*.npz')}
    assert 0 < len(kept) < len(NAMES)
    for place in (out, whole):
        _, ending = tool('extract_features.py', *words,
                         f'clip_features.out_dir={place}')
        assert ending is None
    assert all(path.stat().st_mtime_ns == stamp
               for path, stamp in kept.items())
    for name in NAMES:
        found, expected = (read_embeddings(place / f'{name}.npz').embeddings
                           for place in (out, whole))
        np.testing.assert_array_equal(found, expected)
