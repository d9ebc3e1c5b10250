"""What check_dataset says of a dataset, and that training says the same."""
import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.runner import Runner

from mmbapg.apis.dataset_check import check_config, check_dataset
from mmbapg.engine import PreflightHook
from tests import tiny
from tests.dataset_faults import (
    CASES,
    LOAD,
    dump,
    edited,
    feature,
    in_folders,
    instance,
    of_video,
    one_file,
    renamed,
    same,
    without,
    without_subsets,
)


def config_of(folder, options, load):
    cfg = Config.fromfile(tiny.localizer_config(folder, epochs=1))
    for name in ('train', 'val', 'test'):
        dataset = cfg[f'{name}_dataloader'].dataset
        dataset.update(options)
        dataset.data_root = str(folder)
        dataset.serialize_data = False  # slow, to share it among workers
        if 'data_prefix' not in options:
            dataset.data_prefix = dict(feature='features')
        dataset.pipeline[0] = dict(LOAD, **load)
    cfg.train_dataloader.batch_size = 1
    return cfg


def refusal_of_training(cfg):
    """What training ends with, without the model, if it does not go on."""
    try:
        loaders = [Runner.build_dataloader(cfg[f'{name}_dataloader'], seed=0)
                   for name in ('train', 'val')]
        PreflightHook().before_train(SimpleNamespace(
            train_dataloader=loaders[0], val_dataloader=loaders[1],
            val_loop=True, model=SimpleNamespace(
                head=SimpleNamespace(num_classes=2))))
        for loader in loaders:
            assert len(list(loader))
    except Exception as error:  # whatever training ends with
        return str(error)
    return None


@pytest.mark.parametrize('case', CASES)
def test_check_and_training_agree(tmp_path, case):
    change, options, load, expected = CASES[case]
    tiny.write_features(tmp_path, 2, 1)
    change(tmp_path)
    cfg = config_of(tmp_path, options, load)
    report = check_config(cfg)
    refusal = refusal_of_training(cfg)
    if expected is None:
        assert refusal is None and report.errors == []
        return
    assert refusal is not None and expected in refusal
    found = [error for error in report.errors if expected in error]
    assert found, report.errors
    # the same sentence, but for the class that the registry adds
    assert any(refusal.split(' (and ')[0].endswith(error) or
               error in refusal for error in found)


def report_of(folder, place='features', **options):
    report = check_dataset(str(folder / 'annotations.json'),
                           place and str(folder / place), **options)
    return report.errors, report.warnings, report.facts


@pytest.mark.parametrize('change,place,options,named', [
    (same, 'features', {}, None),
    (lambda f: renamed(f, '{}.pkl', dump), 'features', {}, None),
    (lambda f: renamed(f, 'v_{}.npy'), 'features', {}, 'v_{}.npy'),
    (lambda f: renamed(f, '{}_rgb.npy'), 'features', {}, '{}_rgb.npy'),
    (lambda f: renamed(f, 'v_{}_x.npz', lambda path, array: np.savez(
        path, feats=array)), 'features', {}, 'v_{}_x.npz'),
    (lambda f: renamed(f, 'a{}.npy'), 'features',
     dict(filename_tmpl='a{}.npy'), 'a{}.npy'),
    (one_file, 'all.hdf5', {}, None),
    (lambda f: one_file(f, 'v_'), 'all.hdf5', {}, 'v_{}'),
    (one_file, '', dict(filename_tmpl='all.hdf5/{}'), 'all.hdf5/{}'),
    (in_folders, 'features', {}, None)])
def test_documented_forms_without_a_config(tmp_path, change, place, options,
                                           named):
    tiny.write_features(tmp_path, 2, 1)
    change(tmp_path)
    errors, warnings, facts = report_of(tmp_path, place or '.', stride=4,
                                        window=4, **options)
    assert errors == [] and warnings == []
    assert '12 channels' in facts
    assert [fact.split(' ')[-1] for fact in facts if 'files are named' in fact
            ] == ([named] if named else [])


def test_arrays_of_which_none_is_named(tmp_path):
    tiny.write_features(tmp_path, 2, 1)
    renamed(tmp_path, '{}.npz', lambda path, array: np.savez(
        path, rgb=array, flow=array[:, :3]))
    errors, (warning, ), facts = report_of(tmp_path, stride=4, window=4)
    assert not errors and 'arrays rgb, flow, of which rgb was read' in warning
    errors, warnings, facts = report_of(tmp_path, stride=4, window=4,
                                        key=['rgb', 'flow'])
    assert not errors and not warnings and '15 channels' in facts


def test_rescaled_features(tmp_path):
    tiny.write_features(tmp_path, 2, 1)
    for index in range(3):
        feature(f'video{index}', lambda array: array[:40])(tmp_path)
    assert report_of(tmp_path, stride=0)[:2] == ([], [])
    assert 'is fps, stride or window wrong?' in report_of(
        tmp_path, stride=4, window=4)[0][0]
    assert 'durations not compared: give --stride' in report_of(tmp_path)[1][0]


def test_short_videos_with_long_windows(tmp_path):
    """The last window ends with the video; no step begins after it."""
    np.save(tmp_path / 'a.npy', np.ones((8, 4), np.float32))
    (tmp_path / 'annotations.json').write_text(json.dumps(dict(database=dict(
        a=dict(duration=5.0, fps=25, subset='all', annotations=[
            dict(label='x', segment=[1, 2])])))))
    assert report_of(tmp_path, '.', stride=8, window=64)[:2] == ([], [])
    assert report_of(tmp_path, '.', stride=16, window=16)[:2] == ([], [])
    assert report_of(tmp_path, '.', stride=32, window=32)[0]


def test_missing_and_surplus_files(tmp_path):
    tiny.write_features(tmp_path, 3, 1)
    without('video1')(tmp_path)
    feature('video2', lambda array: array * np.nan)(tmp_path)
    np.save(tmp_path / 'features/more.npy', np.ones((4, 3)))
    errors, warnings, _ = report_of(tmp_path, stride=4, window=4)
    # the others are read all the same
    assert len(errors) == 2 and 'for 1 video: video1; expected' in errors[0]
    assert 'video2.npy: found NaN' in errors[1]
    assert '1 video: more not in' in warnings[0]
    assert report_of(tmp_path, 'nowhere')[0] == [
        f'{tmp_path / "nowhere"}: no such folder']


def test_unlabelled_subsets(tmp_path):
    """They can be tested; a file of nothing else cannot train."""
    tiny.write_features(tmp_path, 2, 2)

    def unlabel(*names):
        edited(tmp_path, lambda content: [
            content['database'][name].pop('annotations') for name in names])
        return report_of(tmp_path, stride=4, window=4)

    errors, (warning, ), _ = unlabel('video2', 'video3')
    assert not errors and 'no annotations of 2 videos: video2, video3 in ' in (
        warning)
    errors, _, _ = unlabel('video0', 'video1')
    assert len(errors) == 1 and 'expected a list to train on' in errors[0]


def test_no_field_tells_training_videos(tmp_path):
    tiny.write_features(tmp_path, 2, 1)
    edited(tmp_path, without_subsets)
    errors, (warning, ), facts = report_of(tmp_path, stride=4, window=4)
    assert not errors and 'found no field that tells training' in warning


def test_labels_that_differ_in_case(tmp_path):
    tiny.write_features(tmp_path, 2, 1)
    instance('video0', label='Jump')(tmp_path)
    errors, warnings, _ = report_of(tmp_path, None)
    assert not errors
    assert "labels ['Jump', 'jump'] differ only in case" in warnings[-1]


def test_videos_of_mixed_suffixes(videos, tmp_path):
    """As downloads come; a second file of a name is an error."""
    shutil.copytree(videos, tmp_path, dirs_exist_ok=True)
    place = tmp_path / 'videos'
    (place / 'rendered_01.mp4').rename(place / 'rendered_01.mkv')
    (place / 'rendered_02.mp4').rename(place / 'rendered_02.WEBM')
    assert report_of(tmp_path, 'videos')[:2] == ([], [])
    of_video('rendered_00', duration=12.9)(tmp_path)
    of_video('rendered_01', duration=30.0)(tmp_path)
    of_video('rendered_02', fps=10)(tmp_path)
    (error, ), warnings, _ = report_of(tmp_path, 'videos')
    assert 'rendered_01.mkv: found 12.00 s of video, expected a frame' in error
    assert 'expected 12.90 s as the annotation says' in warnings[0]
    assert 'expected 10 as the annotation says' in warnings[1]
    shutil.copy(place / 'rendered_00.mp4', place / 'rendered_00.avi')
    (error, ), _, _ = report_of(tmp_path, 'videos')
    assert 'found rendered_00.avi and rendered_00.mp4, expected one' in error


def test_what_the_parts_of_a_config_must_agree_on(folder):
    def check(config, **changes):
        cfg = Config.fromfile(config)
        cfg.merge_from_dict(changes)
        return check_config(cfg).errors

    config = tiny.bapg_config(folder)
    assert check(config) == []
    assert check(tiny.encoder_config(folder)) == []
    assert 'expected 3, the num_classes of the head' in check(
        config, **{'model.head.num_classes': 3})[0]
    assert 'expected at least one batch of 99' in check(
        config, **{'train_dataloader.batch_size': 99})[0]
    assert 'validation set: found the classes roll, jump' in check(
        config, **{'val_dataloader.dataset.metainfo': dict(
            classes=['roll', 'jump'])})[0]
    (folder / 'embeddings/video1.npz').unlink()
    error, = check(config)
    assert '1 of 9 videos have no embeddings' in error and 'video1' in error
    assert 'bapg.neck: found type' in check(
        config, **{'bapg.neck': dict(type='None')})[0]


def test_features_of_an_encoder_that_end_early(folder):
    feature('video3', lambda array: array[:-20])(folder)
    config = tiny.encoder_config(folder)
    error, = check_config(Config.fromfile(config)).errors
    assert "video3.npy: found" in error and "short_features='hold'" in error


def test_files_are_not_looked_at_before_annotations_can_be_read(folder):
    of_video('video0', duration=-1)(folder)
    (error, ), warnings, _ = report_of(folder, stride=4)
    assert 'video video0, field duration: found -1' in error
    assert 'mend the annotations first' in warnings[-1]


def test_a_template_that_fits_nothing(folder):
    assert "filename_tmpl is 'all.npy', expected {}" in report_of(
        folder, stride=4, filename_tmpl='all.npy')[0][0]
    assert 'no feature file w_{}.npy in' in report_of(
        folder, stride=4, filename_tmpl='w_{}.npy')[0][0]
