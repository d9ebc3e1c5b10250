"""What can be done to the files of a small dataset, and what is then said."""
import json
import pickle
import shutil

import h5py
import numpy as np
import torch

from tests import tiny


def edited(folder, edit):
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


def of_video(name, **fields):
    return lambda folder: edited(
        folder, lambda content: content['database'][name].update(fields))


def instance(name, **fields):
    return lambda folder: edited(folder, lambda content: content['database'][
        name]['annotations'][0].update(fields))


def renamed(folder, new_name, write=None):
    """Feature files, and what they hold, in another form."""
    for path in sorted((folder / 'features').glob('*.npy')):
        target = folder / 'features' / new_name.format(path.stem)
        target.parent.mkdir(parents=True, exist_ok=True)
        if write is None:
            path.rename(target)
        else:
            write(target, np.load(path))
            path.unlink()


def dump(path, array):
    path.write_bytes(pickle.dumps(array))


def one_file(folder, prefix=''):
    with h5py.File(folder / 'all.hdf5', 'w') as file:
        for path in (folder / 'features').glob('*.npy'):
            file[prefix + path.stem] = np.load(path)
    shutil.rmtree(folder / 'features')


def in_folders(folder):
    edited(folder, lambda content: content.update(database={
        f'cam 1/{name}': video
        for name, video in content['database'].items()}))
    renamed(folder, 'cam 1/{}.npy')


def in_folders_of_subsets(folder):
    for name, subset in (('video0', 'training'), ('video1', 'training'),
                         ('video2', 'validation')):
        target = folder / 'features' / subset / f'{name}.npy'
        target.parent.mkdir(exist_ok=True)
        (folder / 'features' / f'{name}.npy').rename(target)


def feature(name, change):
    def apply(folder):
        path = folder / 'features' / f'{name}.npy'
        np.save(path, change(np.load(path)))
    return apply


def without(name):
    return lambda folder: (folder / 'features' / f'{name}.npy').unlink()


def without_subsets(content):
    for video in content['database'].values():
        del video['subset']


def bad_name(name):
    return lambda folder: edited(folder, lambda content: content[
        'database'].update({name: content['database'].pop('video0')}))


def bom(folder):
    path = folder / 'annotations.json'
    path.write_bytes(b'\xef\xbb\xbf' + path.read_bytes())


def same(folder):
    pass


LOAD = dict(type='LoadFeatures', stride=4, window=4, channels=tiny.CHANNELS)

#: What is done to the files, what the datasets are told and what the loader
#: is, and a part of the refusal, or nothing if all is well.
CASES = {
    # forms that README and docs name
    'as it is': (same, {}, {}, None),
    'pkl': (lambda f: renamed(f, '{}.pkl', dump),
            dict(filename_tmpl='{}.pkl'), {}, None),
    'pt': (lambda f: renamed(f, '{}.pt', lambda path, array: torch.save(
        torch.from_numpy(array), path)), dict(filename_tmpl='{}.pt'), {},
        None),
    'prefix': (lambda f: renamed(f, 'v_{}.npy'),
               dict(filename_tmpl='v_{}.npy'), {}, None),
    'key': (lambda f: renamed(f, '{}.npz', lambda path, array: np.savez(
        path, rgb=array, flow=array)), dict(filename_tmpl='{}.npz'),
        dict(key='rgb'), None),
    'keys': (lambda f: renamed(f, '{}.npz', lambda path, array: np.savez(
        path, rgb=array[:, :5], flow=array[:, 5:])),
        dict(filename_tmpl='{}.npz'), dict(key=['rgb', 'flow']), None),
    'hdf5': (one_file, dict(filename_tmpl='all.hdf5/{}',
                            data_prefix=dict(feature='')), {}, None),
    'folders': (in_folders, {}, {}, None),
    'rescaled': (lambda f: [feature(f'video{index}', lambda array: array[
        np.linspace(0, len(array) - 1, 60).astype(int)])(f)
        for index in range(3)], {}, dict(stride=0), None),
    'subsets': (in_folders_of_subsets,
                dict(filename_tmpl='{subset}/{}.npy'), {}, None),
    'byte order mark': (bom, {}, {}, None),
    'impossible segment, kept': (
        instance('video0', segment=[1.0, 900.0]),
        dict(invalid_segments='keep'), {}, None),
    'unused video is broken': (
        lambda f: edited(f, lambda content: content['database'].update(
            other=dict(duration=3.0, subset='testing'))), {}, {}, None),
    # faults of annotations
    'impossible segment': (
        instance('video0', segment=[1.0, 900.0]), {}, {},
        'video video0, annotation 0, field segment: found [1.0, 900.0]'),
    'no duration': (of_video('video1', duration=None), {}, {},
                    'video video1, field duration: found None'),
    'unlabelled': (
        lambda f: edited(f, lambda content: content['database']['video1'].pop(
            'annotations')), {}, {},
        'field annotations: found nothing in 1 video: video1'),
    'null': (of_video('video1', annotations=None), {}, {},
             'video video1, field annotations: found None'),
    'shared label id': (
        lambda f: edited(f, lambda content: [
            each.update(label_id=1) for video in content['database'].values()
            for each in video['annotations']]), {}, {},
        'field label_id: found 1 for jump, roll'),
    'mixed label ids': (instance('video0', label_id='1'), {}, {},
                        'field label_id: found'),
    'hostile name': (bad_name('../video0'), {}, {},
                     'video ../video0, its name: it has a part'),
    'list': (lambda f: (f / 'annotations.json').write_text('[]'), {}, {},
             "field 'database' is missing, found a list of 0 entries"),
    'no such subset': (same, dict(subset='train'), {}, 'no video is left'),
    'no subsets': (lambda f: edited(f, without_subsets), {}, {},
                   'found no field subset in 3 videos'),
    'no instance': (
        lambda f: edited(f, lambda content: [
            video.update(annotations=[])
            for video in content['database'].values()]),
        dict(metainfo=dict(classes=list(tiny.CLASSES))), {},
        'has an instance, expected some to train on'),
    'unknown label': (instance('video0', label='fly'),
                      dict(metainfo=dict(classes=list(tiny.CLASSES))), {},
                      "video video0, field label: found 'fly'"),
    # faults of files and settings
    'missing file': (without('video1'), {}, {},
                     'no feature file {}.npy in'),
    'missing validation file': (without('video2'), {}, {},
                                'for 1 video: video2'),
    'missing file, skipped': (without('video1'), dict(
        missing_features='skip'), {}, None),
    'wrong template': (same, dict(filename_tmpl='v_{}.npy'), {},
                       'no feature file v_{}.npy in'),
    'template without a place': (same, dict(filename_tmpl='video.npy'), {},
                                 'expected {} in the place'),
    'nan': (feature('video1', lambda array: array * np.nan), {}, {},
            'video1.npy: found NaN or infinity'),
    'empty': (feature('video1', lambda array: array[:0]), {}, {},
              'video1.npy: found features of shape (0, 12)'),
    'another width': (feature('video1', lambda array: array[:, :7]), {}, {},
                      'video1.npy: found 7 channels, expected 12'),
    'another width, not told': (
        feature('video1', lambda array: array[:, :7]), {},
        dict(channels=None), 'channels, expected'),
    'damaged': (lambda f: (f / 'features/video1.npy').write_bytes(b'x'), {},
                {}, 'video1.npy: not a readable feature file'),
    'wrong stride': (same, {}, dict(stride=8),
                     'is fps, stride or window wrong? With these features, '
                     'fps / stride times'),
    'no fps': (of_video('video1', fps=None), {}, {},
               'video video1, field fps: found nothing'),
    'no grid': (same, {}, dict(stride=None), 'found no grid in the file'),
    'wrong key': (lambda f: renamed(f, '{}.npz', lambda path, array: np.savez(
        path, rgb=array, flow=array)), dict(filename_tmpl='{}.npz'), {},
        'found the arrays rgb, flow, expected embeddings or'),
}
