"""What runs the blocks of the pages in tools/data."""

import numpy as np
import torch

from mmbapg.datasets.sources import gesture
from tests import published_files as official
from tests.documentation import commands
from tests.test_datasets.test_gesture import recording
from tests.test_datasets.test_vts import write_copy


def recorded_gestures(patch):
    """Short recordings in the place of the repository's."""
    patch.setattr(gesture, 'fetch', lambda url, path, timeout: path)
    patch.setattr(gesture, 'read_recording',
                  lambda path, subject: recording(subject, 130))


def activitynet_official(block, checkout, patch):
    official.write(checkout.folder / 'activity_net.v1-3.min.json',
                   official.OFFICIAL)
    assert 'videos, 2 classes' in checkout.run_block(block)


def activitynet_bsn(block, checkout, patch):
    official.bsn_files(checkout.folder)
    assert 'training: 1 videos' in checkout.run_block(block)


def ego4d(block, checkout, patch):
    folder = checkout.folder
    source = official.moments(folder)
    source.rename(folder / 'moments_val.json')
    official.moments(folder)
    for name in ('slowfast8x8_r101_k400', 'omnivore_video_swinl'):
        (folder / name).mkdir()
        torch.save(torch.zeros(20, 3), folder / name / 'video.pt')
    val = (folder / 'moments_val.json').read_text()
    (folder / 'moments_val.json').write_text(
        val.replace('"train"', '"val"').replace('"clip"', '"other"'))
    assert '2 videos, 2 classes' in checkout.run_block(block)
    assert (folder / 'data/ego4d/omnivore_features/other.npy').is_file()


def epic_kitchens(block, checkout, patch):
    official.epic_files(checkout.folder / 'epic-kitchens-100-annotations')
    assert 'empty_classes = [2]' in checkout.run_block(block)


def gestures(block, checkout, patch):
    recorded_gestures(patch)
    download, local = commands(block, checkout.folder)
    assert 'subject 1: ' in checkout.run(download)
    (checkout.folder / 'FOLDER/features').mkdir(parents=True)
    np.save(checkout.folder / 'FOLDER/features/s1_00.npy',
            np.zeros((70, 15), np.float32))
    official.write(checkout.folder / 'FOLDER/annotations.json', dict(
        database=dict(s1_00=dict(
            duration=70 / 32, fps=32, subject=1, subset='training',
            annotations=[official.instance('g12', 0.5, 1.5)]))))
    assert 'subject 1: 1 streams' in checkout.run(local)


def suturing(block, checkout, patch):
    write_copy(checkout.folder / 'FOLDER')
    assert 'fold 3: 1 streams' in checkout.run_block(block)


def hacs(block, checkout, patch):
    official.write(checkout.folder / 'HACS_segments_v1.1.1.json',
                   official.OFFICIAL)
    assert 'videos, 2 classes' in checkout.run_block(block)


def fineaction(block, checkout, patch):
    """A batch to train on, and a video to test on."""
    folder = checkout.folder / 'data/fineaction'
    (folder / 'fineaction_mae_g').mkdir(parents=True)
    videos = {f'video{index}': dict(
        duration=8.0, subset='training' if index < 16 else 'validation',
        annotations=[official.instance('clap', 2, 4),
                     official.instance('wave', 3, 6)])
        for index in range(17)}
    for name in videos:
        np.save(folder / f'fineaction_mae_g/{name}.npy',
                np.zeros((15, 1408), np.float32))
    official.write(folder / 'annotations/annotations_gt.json',
                   dict(database=videos))
    official.write(folder / 'annotations' / (
        'new_swinB_1x1x256_views2x3_max_label_avg_prob.json'), dict(
        results={'video16': [0.6, 0.4]}))
    assert 'ready to train' in checkout.run_block(block)


def thumos14_actionformer(block, checkout, patch):
    official.write(checkout.folder / 'thumos14.json',
                   dict(database=official.thumos_videos()))
    assert "ground_truth='thumos14-afsd'" in checkout.run_block(block)


def thumos14_official(block, checkout, patch):
    folder = checkout.folder
    for suffix in ('val', 'test'):
        for label in (*official.NAMES, 'Ambiguous'):
            official.write(folder / 'annotations' / f'{label}_{suffix}.txt',
                           '')
    for suffix, video in dict(val='video_validation_0000001',
                              test='video_test_0000002').items():
        official.write(folder / f'annotations/Diving_{suffix}.txt',
                       f'{video}  1.5 2.5\n')
        official.write(folder / f'{suffix}_video_info.csv',
                       f'video,fps,sample_fps,count\n{video},25.0,10,250\n')
    assert '2 videos, 20 classes' in checkout.run_block(block)


def multithumos(block, checkout, patch):
    """After THUMOS14, as its text says."""
    official.write(checkout.folder / 'multithumos.json', {
        'video_validation_0000001': dict(subset='training', duration=10.0,
                                         actions=[[1, 1.5, 2.5]]),
        'video_test_0000002': dict(subset='testing', duration=10.0,
                                   actions=[[12, 1.5, 2.5]])})
    official.write(checkout.folder / 'class_list.txt', ''.join(
        f'{number} Name{number}\n' for number in range(1, 66)))
    assert '2 videos, 65 classes' in checkout.run_block(block)


#: Page -> what runs its blocks, in order. THUMOS14 comes before
#: MultiTHUMOS.
STORIES = {
    'tools/data/activitynet/README.md': [
        activitynet_official, activitynet_bsn],
    'tools/data/ego4d/README.md': [ego4d],
    'tools/data/epic_kitchens100/README.md': [epic_kitchens],
    'tools/data/fineaction/README.md': [fineaction],
    'tools/data/gesture/README.md': [gestures],
    'tools/data/hacs/README.md': [hacs],
    'tools/data/thumos14/README.md': [
        thumos14_actionformer, thumos14_official],
    'tools/data/multithumos/README.md': [multithumos],
    'tools/data/vts/README.md': [suturing],
}
