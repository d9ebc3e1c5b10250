"""Made-up clips: what they are made of, and what reaches the network."""
import json
from collections import Counter

import mmcv
import numpy as np
import pytest

from mmbapg.datasets.boundaries.made_up_clips import KINDS
from mmbapg.datasets.seeding import seeded
from tests import boundary_sets, video_files
from tests.test_datasets.test_boundaries.test_settings import chances


@pytest.fixture(scope='module')
def clips(tmp_path_factory):
    return boundary_sets.write_clips(tmp_path_factory.mktemp('clips'))


def dataset(clips, **options):
    options = {'interval': 1 / boundary_sets.RATE, **options}
    return boundary_sets.dataset_of(boundary_sets.source_of(clips),
                                    **options)


def numbers_and_weights(info):
    """Of each frame, the numbers that its sources show, and their shares."""
    made, parts = info['made_up'], info['parts']
    for frames, weights in zip(made.frames, made.weights):
        yield [(parts[part]['frames'][
            np.searchsorted(made.used(part), frames[part])] +
            boundary_sets.CLIPS[int(parts[part]['path'][-8:-4]) // 100][1],
            weights[part])
            for part in range(len(parts)) if weights[part] > 0]


@pytest.mark.parametrize('kind', range(4))
def test_frames_are_those_that_were_drawn(clips, kind):
    data = dataset(clips, test_mode=True)
    for clip in (0, 3):
        index = clip * 4 + kind
        with seeded(index):
            info = data.get_data_info(index)
        sample = data[index]
        assert sample['inputs'].shape == (8, 3, 64, 160)
        for frame, sources in zip(sample['inputs'],
                                  numbers_and_weights(info)):
            image = frame.permute(1, 2, 0).numpy().astype(float)
            wanted = sum(weight * video_files.image_of(number).astype(float)
                         for number, weight in sources)
            # to what the codec loses; the bars of other numbers are far off
            assert np.abs(image - wanted)[:28].mean() < 12
        told = sample['data_samples']
        assert told.kind == KINDS[kind] == KINDS[int(told.gt_label)]
        assert told.change_point == (4 if kind < 3 else 0)
        label = boundary_sets.CLIPS[clip][0]
        assert told.action_label == (label if kind else -1)


def test_pairs_speeds_and_kinds_over_ten_thousand_draws(clips):
    data = dataset(clips, loader=None)
    with seeded(3):
        drawn = [data.get_data_info(index % len(data))
                 for index in range(10000)]
    of_kind = {kind: [info for info in drawn if info['kind'] == kind]
               for kind in KINDS}
    assert chances([info['kind'] for info in drawn], 4) == set(KINDS)
    labels = {clip.name: clip.label for clip in data.clips}
    pairs = Counter(tuple(labels[name] for name in info['clips'])
                    for info in of_kind['diff_class'])
    assert chances(pairs.elements(), 6) == {
        (a, b) for a in range(3) for b in range(3) if a != b}
    twins = Counter(tuple(info['clips']) for info in of_kind['same_class'])
    assert len(chances(twins.elements(), 6)) == 6
    assert all(labels[a] == labels[b] and a != b for a, b in twins)
    assert chances([info['speed'] for info in of_kind['diff_speed']], 4)
    offsets = [int(info['parts'][0]['frames'][0])
               for info in of_kind['same_speed']]
    assert chances(offsets, boundary_sets.FRAMES - 8 + 1)


def test_frames_between_frames(clips):
    """Of one clip, which is loaded from one place."""
    data = dataset(clips, test_mode=True, synthesis=dict(
        between='blend', speeds=(0.5, )))
    for clip in range(4):
        with seeded(clip * 4 + 2):
            info = data.get_data_info(clip * 4 + 2)
        one, other = info['parts']
        assert one['path'] == other['path'] and len(info['clips']) == 1
        first = one['frames'][0]
        assert one['frames'].tolist() == list(range(first, first + 6))
        assert other['frames'].tolist() == [first + 4, first + 5]
        images = [video_files.image_of(int(
            first + boundary_sets.CLIPS[clip][1] + number)).astype(float)
            for number in range(6)]
        found = data[clip * 4 + 2]['inputs'].permute(0, 2, 3, 1).numpy()
        for frame, (low, high) in zip(found[4:], ((3, 4), (4, 4), (4, 5),
                                                  (5, 5))):
            wanted = (images[low] + images[high]) / 2
            assert np.abs(frame - wanted)[:28].mean() < 12


def test_the_interval_is_in_seconds(clips):
    data = dataset(clips, interval=2 / 25, test_mode=True, loader=None)
    assert {clip.length for clip in data.clips} == {20}
    found = dataset(clips, interval=2 / 25, test_mode=True)[3]['inputs']
    shown = [video_files.number_of(frame.permute(1, 2, 0).numpy())
             for frame in found]
    assert np.diff(shown).tolist() == [2] * 7


def test_files_whose_times_are_wrong_are_counted(tmp_path):
    """All frames of the clips at one time, as some tools write them."""
    boundary_sets.write_clips(tmp_path, frames=30,
                              stamps=np.arange(30) // 30)
    data = dataset(tmp_path, fps=25, loader='LoadNumberedFrames',
                   test_mode=True)
    assert {clip.length for clip in data.clips} == {30}
    shown = [video_files.number_of(frame.permute(1, 2, 0).numpy())
             for frame in data[7]['inputs']]
    assert np.diff(shown).tolist() == [1] * 7 and shown[0] >= 100


def test_folders_of_images(tmp_path):
    lines = []
    for label, first in boundary_sets.CLIPS:
        for number in range(20):
            mmcv.imwrite(video_files.image_of(first + number),
                         str(tmp_path / f'{first}/img_{number + 1:05}.jpg'))
        lines.append(f'{first} 20 {label}')
    (tmp_path / 'clips.txt').write_text('\n'.join(lines))
    source = dict(type='RawframeDataset', ann_file=f'{tmp_path}/clips.txt',
                  data_prefix=dict(img=str(tmp_path)))
    data = boundary_sets.dataset_of(source, 'LoadFrameFolder', fps=25,
                                    interval=1 / 25, test_mode=True)
    shown = [video_files.number_of(frame.permute(1, 2, 0).numpy())
             for frame in data[11]['inputs']]
    assert shown[0] >= 200 and np.diff(shown).tolist() == [1] * 7


def test_sizes_are_made_one_and_augmented_once(tmp_path):
    """A wide and a high clip: no seam tells one from the other."""
    boundary_sets.write_clips(tmp_path, [(0, 0), (0, 100)])
    boundary_sets.write_clips(tmp_path, [(1, 200), (1, 300)], size=(160, 64))
    lines = [f'clip{first:04d}.mp4 {label}' for label, first in (
        (0, 0), (0, 100), (1, 200), (1, 300))]
    (tmp_path / 'clips.txt').write_text('\n'.join(lines))
    crop = [dict(type='RandomCrop', size=32), *boundary_sets.PACK]
    data = dataset(tmp_path, pack=crop)
    assert dataset(tmp_path)[0]['inputs'].shape == (8, 3, 64, 64)
    for index in range(8, 12):
        frames = data[index]['inputs'].float()
        assert frames.shape == (8, 3, 32, 32)
    still = dataset(tmp_path, pack=[dict(type='Flip', flip_ratio=1),
                                    *boundary_sets.PACK], test_mode=True)
    plain = dataset(tmp_path, test_mode=True)
    assert (still[3]['inputs'].flip(3) == plain[3]['inputs']).all()


def test_matched_colours_hide_a_change_of_brightness(tmp_path):
    from mmbapg.datasets.transforms.boundary_synthesis import matched_colours
    rng = np.random.default_rng(0)
    dark = rng.uniform(0, 90, (4, 9, 9, 3))
    bright = rng.uniform(120, 250, (5, 9, 9, 3))
    for part in matched_colours([dark, bright]):
        assert part.mean(axis=(0, 1, 2)) == pytest.approx(
            (dark.mean(axis=(0, 1, 2)) + bright.mean(axis=(0, 1, 2))) / 2)
        assert part.std(axis=(0, 1, 2)) == pytest.approx(
            (dark.std(axis=(0, 1, 2)) + bright.std(axis=(0, 1, 2))) / 2)


def test_instances_of_untrimmed_features(folder):
    data = boundary_sets.of_features(folder, test_mode=True)
    database = json.loads((folder / 'annotations.json').read_text())
    instances = [each for video in database['database'].values()
                 if video['subset'] == 'training'
                 for each in video['annotations']]
    assert len(data.clips) == len(instances)
    assert data.metainfo['videos'] == [f'video{each}' for each in range(6)]
    for index in range(len(data)):
        with seeded(index):
            info = data.get_data_info(index)
        loaded = [np.load(part['path'])[part['frames']]
                  for part in info['parts']]
        made, wanted = info['made_up'], np.zeros((4, 12))
        for place in range(4):
            for part, rows in enumerate(loaded):
                used = made.used(part).tolist()
                if made.weights[place, part]:
                    wanted[place] += made.weights[place, part] * rows[
                        used.index(made.frames[place, part])]
        assert data[index]['inputs'].numpy() == pytest.approx(wanted.T)


def test_two_clips_are_of_two_videos(folder):
    """Where there are two: instances of one video share it."""
    data = boundary_sets.of_features(folder)
    for index in range(200):
        parts = data.get_data_info(index % len(data))['parts']
        assert len({part['path'] for part in parts}) == len(parts)
    own = data.clips[0].info['path']
    for clip in data.clips:  # as if all were of one
        clip.info['path'] = own
    kinds = {data.get_data_info(index % len(data))['kind']
             for index in range(200)}
    assert {'same_class', 'diff_class'} < kinds


def test_instances_of_untrimmed_videos(videos):
    source = dict(type='UntrimmedFrameDataset', interval=0.04,
                  ann_file=f'{videos}/annotations.json',
                  data_prefix=dict(video=f'{videos}/videos'))
    data = boundary_sets.dataset_of(source, kinds=('diff_speed',
                                                   'same_speed'))
    video = next(iter(json.loads((videos / 'annotations.json').read_text())[
        'database'].values()))
    start, end = video['annotations'][0]['segment']
    frames = np.concatenate([data.get_data_info(0)['parts'][0]['frames']
                             for _ in range(50)]) * 0.04
    assert start - 0.04 <= frames.min() and frames.max() <= end
    assert data[1]['inputs'].shape == (8, 3, 64, 85)


def test_several_sources_keep_to_themselves(clips, folder):
    (folder / 'clips.txt').write_text('clip0000.mp4 0\nclip0100.mp4 0\n'
                                      'clip0400.mp4 2\nclip0500.mp4 2')
    other = dict(boundary_sets.source_of(clips),
                 ann_file=f'{folder}/clips.txt')
    data = boundary_sets.dataset_of(
        [boundary_sets.source_of(clips), other], [
            dict(type='LoadVideoFrames'), dict(type='LoadNumberedFrames')],
        interval=[0.04, 0.08], fps=[None, 25])
    assert {label: (data.clips[members[0]].source, len(members))
            for label, members in data.of_label.items()} == {
                0: (0, 2), 1: (0, 2), 2: (0, 2), 3: (1, 2), 5: (1, 2)}
    for index in range(0, len(data), 4):
        for _ in range(5):
            parts = data.get_data_info(index)['parts']
            assert parts[0]['source'] == parts[1]['source'] == (
                index >= 6 * 4)
    for index, step in ((3, 1), (6 * 4 + 3, 2)):
        shown = [video_files.number_of(frame.permute(1, 2, 0).numpy())
                 for frame in data[index]['inputs']]
        assert np.diff(shown).tolist() == [step] * 7
