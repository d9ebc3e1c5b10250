"""What the inferencer on stored features refuses, before work starts where
that can be."""
import re

import cv2
import numpy as np
import pytest

from mmbapg.apis import (
    InferenceError,
    SomeVideosFailed,
    TemporalLocalizationInferencer,
)
from mmbapg.datasets.video_reader import VideoError
from mmbapg.visualization import popup
from tests import tiny
from tests.inferencers import inferencer, inputs


def write(folder, name, content=b''):
    (folder / name).write_bytes(content)
    return folder / name


REFUSED = dict(
    a_path=(lambda data, there: 'a.npy', {}, "found 'a.npy', expected dict"),
    no_duration=(lambda data, there: dict(feature='a.npy'), {},
                 'duration=SECONDS'),
    negative=(lambda data, there: dict(feature='a.npy', duration=-1.0), {},
              'duration=SECONDS'),
    unknown=(lambda data, there: dict(feature='a', duration=1.0, start=2), {},
             "'start': 2}, expected dict"),
    kinds=(lambda data, there: [*inputs(data, 3), dict(
        feature=['a', 'b'], duration=1.0)], {},
        'a: found 2 feature files, expected 1 as for .*video3.npy'),
    twice=(lambda data, there: inputs(data, 3, 3), {}, 'second video named'),
    batch=(lambda data, there: inputs(data, 3), dict(batch_size=0),
           'batch_size: found 0, expected a positive whole number'),
    chunk=(lambda data, there: inputs(data, 3), dict(chunk_size=2.5),
           'chunk_size: found 2.5'),
    suffix=(lambda data, there: inputs(data, 3), dict(
        pred_out_file='x.pkl'), 'found x.pkl, expected the name of a JSON'),
    existing=(lambda data, there: inputs(data, 3), dict(
        pred_out_file=tiny.ROOT / 'tests/data/thumos14_few.json'),
        'thumos14_few.json: found a file, expected none'))


@pytest.mark.parametrize('name', REFUSED)
def test_refused_before_work(data, infer, tmp_path, name, monkeypatch):
    monkeypatch.setattr(infer, '_localize', None)
    make, settings, message = REFUSED[name]
    with pytest.raises(InferenceError, match=message):
        infer(make(data, tmp_path), **settings)


def test_unknown_arguments_are_refused(infer):
    with pytest.raises(ValueError, match="unknown argument {'colour'}"):
        infer([], colour='red')


BROKEN = dict(
    missing=(lambda folder, given: dict(given, feature=folder / 'none.npy'),
             'none.npy: no such feature file'),
    empty=(lambda folder, given: dict(
        given, feature=write(folder, 'empty.npy')), 'empty.npy: '),
    another_length=(lambda folder, given: dict(given, duration=500.0),
                    'video3.npy.* expected'),
    no_fps=(lambda folder, given: dict(
        feature=given['feature'], duration=given['duration']),
        'video .*video3.npy, field fps: found nothing'))


def test_the_host_alone_looks_at_durations_too(data):
    given, = inputs(data, 3)
    with pytest.raises(VideoError, match='^features cover 0.04 of the '
                       'annotated .*; found in 1 video: .*/video3.npy$'):
        inferencer(data, 'host')(dict(given, duration=500.0))


@pytest.mark.parametrize('name', BROKEN)
def test_features_that_cannot_be_used(data, infer, tmp_path, name):
    make, message = BROKEN[name]
    good, given = inputs(data, 4, 3)
    with pytest.raises(VideoError, match=message) as caught:
        infer(make(tmp_path, given))
    assert not re.search('mmbapg-|source0', str(caught.value))
    with pytest.raises(SomeVideosFailed, match='1 of 2 videos.*' + message):
        infer([make(tmp_path, given), good])


NOT_BUILT = dict(
    format=(lambda data, there: dict(input_format='frames'),
            "found 'frames', expected one of video, feature"),
    nothing=(lambda data, there: dict(model=None, weights=None),
             'found neither a config nor weights'),
    no_weights=(lambda data, there: dict(weights=None),
                'bapg.py: found no weights for it'),
    no_config=(lambda data, there: dict(model=None),
               'bapg.pth: found no config in the checkpoint'),
    folder=(lambda data, there: dict(model=there),
            'found 0 configs .*expected the one that training leaves'),
    encoder=(lambda data, there: dict(encoder_checkpoint=there / 'none.pth'),
             'none.pth: no such file, expected the weights of the encoder'),
    foreign=(lambda data, there: dict(
        encoder_checkpoint=data / 'bapg.pth'),
        'bapg.pth: found weights of a host with BAPG, expected'))


@pytest.mark.parametrize('name', NOT_BUILT)
def test_what_cannot_be_built(data, tmp_path, name):
    make, message = NOT_BUILT[name]
    settings = dict(dict(model=data / 'bapg.py', weights=data / 'bapg.pth',
                         input_format='feature'), **make(data, tmp_path))
    with pytest.raises(InferenceError, match=message):
        TemporalLocalizationInferencer(**settings)


def test_windows_need_a_display(data, infer, monkeypatch):
    for name in ('DISPLAY', 'WAYLAND_DISPLAY'):
        monkeypatch.delenv(name, raising=False)
    with monkeypatch.context() as patch:
        patch.setattr(popup.sys, 'platform', 'linux')
        patch.setattr(infer, '_localize', None)
        with pytest.raises(popup.NoDisplay, match='found no display to open a '
                           'window on .neither DISPLAY'):
            infer(inputs(data, 3), show=True)
    shown = []
    monkeypatch.setattr(popup, 'require_display', lambda: None)
    monkeypatch.setattr(cv2, 'destroyAllWindows', lambda: None)
    monkeypatch.setattr(popup.mmcv, 'imshow', lambda *args: shown.append(args))
    found = infer(inputs(data, 3), show=True, wait_time=0.5)
    (image, title, wait), = shown
    assert (title, wait) == ('video3', 500)
    np.testing.assert_array_equal(image[..., ::-1], found['visualization'][0])
