"""A local copy of VTS becomes features; what is wrong with it is named."""
import json

import numpy as np
import pytest

from mmbapg.datasets import AnnotationError, FeatureFileError
from mmbapg.datasets.annotations import classes_of, load_annotations
from mmbapg.datasets.sources import vts
from mmbapg.datasets.sources.fetching import SourceUnreachable

SAMPLES = 62  # 15 steps, and two samples that fill none


def write_copy(folder, changed=None, **fields):
    """Made-up samples of a session in each fold; of the second one, changed
    samples and fields."""
    database = {}
    (folder / 'features').mkdir(parents=True, exist_ok=True)
    for fold in vts.FOLDS:
        samples = np.random.default_rng(fold).standard_normal(
            (SAMPLES, vts.CHANNELS))
        entry = dict(
            subset='training', fold=fold, surgeon=f'P{fold}', fps=15,
            duration=SAMPLES / 15,
            annotations=[dict(label='lay the knot', segment=[0.5, 1.5]),
                         dict(label='needle passing', segment=[1.5, 4.0])])
        if fold == 1:
            samples = samples if changed is None else changed
            entry = {key: value for key, value in {**entry, **fields}.items()
                     if value is not None}
        np.save(folder / f'features/session{fold}.npy', samples)
        database[f'session{fold}'] = entry
    (folder / 'annotations.json').write_text(
        json.dumps(dict(database=database)))
    return folder


def test_features_and_annotations(tmp_path):
    source = write_copy(tmp_path / 'copy')
    out = vts.use_local_copy(source, tmp_path / 'out')
    features = np.load(out / 'features/session2.npy')
    samples = np.load(source / 'features/session2.npy')
    assert features.shape == (15, 108) and features.dtype == np.float32
    np.testing.assert_allclose(features[14], np.concatenate(
        [samples[56:60].mean(axis=0), samples[56:60].std(axis=0)]), rtol=1e-5)
    # all five, though two are shown
    assert classes_of(out / 'annotations.json') == vts.ACTIONS
    video = load_annotations(out / 'annotations.json')['session3']
    assert video.labels == ('lay the knot', 'needle passing')
    assert video.segments.tolist() == [[0.5, 1.5], [1.5, 4.0]]
    assert (video.fields['fold'], video.fields['surgeon']) == (3, 'P3')
    assert list(vts.counts(out)) == [
        f'fold {fold}: 1 streams, 0.1 min, 2 actions' for fold in vts.FOLDS]


@pytest.mark.parametrize('samples,message', [
    (np.zeros((SAMPLES, 36)), 'found 62 samples of 36 channels, expected 4 or '
     'more of 54'),
    (np.zeros((3, 54)), 'found 3 samples of 54 channels'),
    (np.full((SAMPLES, 54), np.nan), 'found NaN or infinity in 62 of 62'),
    (np.zeros((2 * SAMPLES, 54)), r'found 124 samples, 8\.27 s at '
     r'15 Hz, expected the 4\.13 s of .*annotations\.json'),
    (np.array(['a']), 'found features of type')])
def test_other_samples_are_refused(tmp_path, samples, message):
    """Before anything is written, as what follows."""
    source = write_copy(tmp_path / 'copy', samples)
    with pytest.raises(FeatureFileError, match=f'session1.*{message}'):
        vts.use_local_copy(source, tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


@pytest.mark.parametrize('fields,message', [
    (dict(fold=None), 'found no field fold, expected one to divide'),
    (dict(fold=4), 'field fold: found 4, expected one of 0, 1, 2, 3'),
    (dict(fold=[1]), r'field fold: found \[1\], expected'),
    (dict(surgeon=None), 'found no field surgeon'),
    (dict(fps=30), 'field fps: found 30.*, expected 15'),
    (dict(fps=None), 'field fps: found None, expected 15'),
    (dict(annotations=[dict(label='rest', segment=[0, 1])]),
     "field label: found 'rest', expected one of cut the suture, "),
    (dict(annotations=None), 'expected a list to train and test')])
def test_other_annotations_are_refused(tmp_path, fields, message):
    source = write_copy(tmp_path / 'copy', **fields)
    with pytest.raises(AnnotationError, match=message) as error:
        vts.use_local_copy(source, tmp_path / 'out')
    assert 'annotations.json: ' in str(error.value)
    assert 'session1' in str(error.value)
    assert not (tmp_path / 'out').exists()


def test_what_is_no_copy_is_refused(tmp_path):
    with pytest.raises(SourceUnreachable, match='found no annotations.json '
                       'beside a folder features, expected both'):
        vts.use_local_copy(tmp_path, tmp_path / 'out')
    source = write_copy(tmp_path / 'copy')
    with pytest.raises(SourceUnreachable, match='whose samples features would '
                       'replace; expected another'):
        vts.use_local_copy(source, source / '../copy')
    (source / 'features/session2.npy').unlink()
    with pytest.raises(FeatureFileError, match='session2.npy: no such'):
        vts.use_local_copy(source, tmp_path / 'out')
