"""What runs the blocks of README."""
import json
import shutil

import numpy as np
from mmengine.config import Config

from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.sources import fir
from mmbapg.experiments import quickstart
from mmbapg.experiments.rehearsal import shorten
from mmbapg.experiments.stages import FourStages
from tests import activitynet, golden, tiny
from tests import published_files as official
from tests.documentation import (
    Checkout,
    change_configs,
    code_blocks,
    commands,
    of_one_epoch,
)
from tests.test_docs.docs_stories import counted, look, rehearsed, without_data

MAKING_UP = {'num_training': 4, 'num_validation': 2}
#: Of the quick start.
FEW_EPOCHS = dict(encoder={'train_cfg.max_epochs': 2,
                           'train_dataloader.batch_size': 8},
                  host={'train_cfg.max_epochs': 1},
                  host_with_bapg={'train_cfg.max_epochs': 1})


def two_commands(block, checkout, patch):
    """What the first script runs after installation; the other runs this.
    Trained for few epochs; checkpoints get the names that the next block
    has."""
    first, second = commands(block, tiny.ROOT)
    assert 'run_tests.sh' in second[1]
    script = (tiny.ROOT / first[1]).read_text()
    assert 'python "$tools/quickstart.py"' in script
    whole, returned = quickstart.quickstart, []
    patch.setattr(quickstart, 'quickstart', lambda *args: returned.append(
        whole(*args, options=FEW_EPOCHS)))
    checkout.run(['python', 'tools/quickstart.py'])
    work_dir = checkout.folder / 'work_dirs/quickstart'
    results, = returned
    assert json.loads((work_dir / 'results.json').read_text()) == results
    for path in results['checkpoints'].values():
        trained = checkout.folder / path
        shutil.copy(trained, trained.with_name('epoch_20.pth'))
    for stage in FEW_EPOCHS:
        cfg = Config.fromfile(tiny.CONFIGS / getattr(FourStages, stage))
        assert cfg.train_cfg.max_epochs == 20, stage


def into_ones_own_environment(block, checkout, patch):
    """All extras are there."""
    (pip, install, option, what), = commands(block, checkout.folder)
    setup = (tiny.ROOT / 'setup.py').read_text()
    for extra in what[2:-1].split(','):
        assert f'{extra}=[' in setup


def localize_raw_video(block, checkout, patch):
    video = 'data/given/videos/rendered_02.mp4'
    shutil.copy(checkout.folder / 'work_dirs/quickstart' / video,
                checkout.folder / 'VIDEO.mp4')
    assert 'VIDEO.mp4: ' in checkout.run_block(block)
    assert (checkout.folder / 'localized/VIDEO.png').is_file()


def localize_in_python(block, checkout, patch):
    work_dir = checkout.folder / 'work_dirs/quickstart/host_with_bapg'
    cfg = Config.fromfile(next(work_dir.glob('*.py')))
    checkpoints = checkout.folder / 'work_dirs/quickstart/encoder/all'
    cfg.video_input.encoder_checkpoint = str(checkpoints / 'epoch_20.pth')
    cfg.dump(checkout.folder / 'config.py')
    shutil.copy(work_dir / 'epoch_20.pth', checkout.folder / 'checkpoint.pth')
    for name in 'ab':
        shutil.copy(checkout.folder / 'VIDEO.mp4',
                    checkout.folder / f'{name}.mp4')
    patch.chdir(checkout.folder)
    found = {}
    exec(block.text, found)
    assert found['result']['video'] == 'b.mp4'


def add_bapg(block, checkout, patch):
    """The config is in the place that the text calls one's own."""
    folder = checkout.folder
    tiny.write_features(folder, **MAKING_UP)
    embeddings = tiny.write_video_embeddings(folder)
    shutil.copytree(embeddings, folder / 'data/my/embeddings')
    host = tiny.localizer_config(folder, 'my_localizer.py', epochs=1)
    (folder / 'mine.py').write_text(block.text)
    text = checkout.run(['python', 'tools/train.py', 'mine.py'])
    assert 'mAP' in text and 'BAPG' in text
    assert host.is_file()


def add_bapg_to_bmn(block, checkout, patch):
    folder = checkout.folder / 'bmn'
    folder.mkdir()
    activitynet.write(folder)
    path = activitynet.config(
        folder, 'bmn/bmn_2xb8-400x100-9e_activitynet-feature.py',
        f'temporal_dim={activitynet.STEPS}, num_samples=4, '
        f'num_samples_per_bin=2, feat_dim={activitynet.CHANNELS}, '
        'hidden_dim_1d=16, hidden_dim_2d=8, hidden_dim_3d=16', True)
    text = path.read_text()
    _, bases, *_ = text.splitlines()
    (folder / 'bases.py').write_text(block.text)
    path.write_text(text.replace(bases, "_base_ = ['./bases.py']"))
    output = checkout.run(['python', 'tools/train.py', str(path)])
    assert 'AR@' in output and 'BAPG' in output


def step_by_step(block, checkout, patch):
    """Trained for one epoch each."""
    change_configs(patch, of_one_epoch)
    text = checkout.run_block(block)
    assert 'mAP' in text
    made = checkout.folder / 'data/fir/embeddings'
    assert len(list(made.glob('*.npz'))) == 6


def official_checkpoint(block, checkout, patch):
    """On two short videos of THUMOS14."""
    folder = checkout.folder
    golden.write_official_checkpoint(
        golden.load('actionformer_thumos14_i3d_eps'),
        folder / 'epoch_034.pth.tar')
    videos = {f'video_{subset.lower()}_000000{number}': dict(
        subset=subset, duration=30.0, fps=30,
        annotations=[official.instance('Diving', 2, 8)])
        for subset in ('Validation', 'Test') for number in (1, 2)}
    official.write(folder / 'thumos14.json', dict(database=videos))
    checkout.run(['python', 'tools/data/thumos14/prepare.py',
                  '--actionformer', 'thumos14.json'])
    (folder / 'data/thumos/i3d_features').mkdir(parents=True)
    for name in videos:
        np.save(folder / f'data/thumos/i3d_features/{name}.npy',
                np.zeros((222, 2048), np.float32))
    assert 'mAP@0.5' in checkout.run_block(block)
    shutil.rmtree(folder / 'data/thumos')  # the next block is without it


def benchmarks(block, checkout, patch):
    """Each alone: the last one has no data, and says so by its status."""
    prepare, rehearse, flops, tables = commands(block, checkout.folder)
    assert '--official' in checkout.run(prepare)
    rehearsed(rehearse, checkout, patch)
    counted(flops, checkout, patch)
    without_data(tables, checkout, patch)


def diagnose(block, checkout, patch):
    folder = checkout.folder
    before, after = {}, {}
    for name, video in load_annotations(folder / 'annotations.json').items():
        if video.fields['subset'] == 'validation':
            after[name] = [
                dict(label=label, segment=segment, score=0.9)
                for label, segment in zip(video.labels,
                                          video.segments.tolist())]
            before[name] = after[name][:1]
    for name, results in dict(before=before, after=after).items():
        official.write(folder / f'{name}.json', dict(results=results))
    text = checkout.run_block(block)
    assert '100.0' in text and 'before' in text


def annotations(block, checkout, patch):
    path = official.write(checkout.folder / 'one.json', block.text)
    video = load_annotations(path)['video1']
    assert video.labels == ('walk', ) and video.fps == 25


def check(block, checkout, patch):
    """Features every 4 frames of 16, and the videos."""
    features, videos = commands(block, checkout.folder)
    folder = checkout.folder / 'own'
    folder.mkdir()
    place = Checkout(folder)
    fir.download(folder)
    (folder / 'features').mkdir()
    for name in load_annotations(folder / 'annotations.json'):
        np.save(folder / 'features' / f'{name}.npy',
                np.zeros(((500 - 16) // 4 + 1, 8), np.float32))
    for words in (features, videos):
        assert 'ready to train' in place.run(words)


def of_short_videos(cfg):
    if cfg.get('model'):  # a base of one has none
        shorten(cfg, 256)
    return cfg


def own_dataset(block, checkout, patch):
    """Data that fit the templates, as the changes ask for; trained for one
    epoch each, and on sequences that are no longer than these data."""
    change_configs(patch, of_one_epoch)
    change_configs(patch, of_short_videos)
    folder = checkout.folder / 'data/mine'
    rng = np.random.default_rng(0)
    classes = [f'class{index}' for index in range(20)]
    database = {}
    (folder / 'features').mkdir(parents=True)
    for index in range(4):
        np.save(folder / 'features' / f'video{index}.npy',
                rng.normal(size=(147, 2048)).astype(np.float32))
        database[f'video{index}'] = dict(
            subset='validation' if index == 3 else 'training', duration=24.0,
            fps=25, annotations=[official.instance(classes[index], 5, 9),
                                 official.instance(classes[5], 14, 18)])
    official.write(folder / 'annotations.json',
                   dict(database=database, classes=classes))
    text = ''
    for words in commands(block, checkout.folder):
        if 'tools/test.py' in words:
            last = checkout.folder / words[3]
            last.with_name('epoch_1.pth').rename(last)
        text += checkout.run(words)
    assert text.count('mAP@0.7') >= 2
    assert len(list((folder / 'embeddings').glob('*.npz'))) == 4
    found = json.loads((checkout.folder / 'detections.json').read_text())
    assert found['results'].keys() == {'video3'}


#: What tests/test_experiments/test_quickstart.py runs, in this order.
QUICK_START = [two_commands, localize_raw_video, localize_in_python]
#: Page -> what runs its blocks, in order.
STORIES = {
    'README.md': [
        two_commands, into_ones_own_environment, localize_raw_video,
        localize_in_python, add_bapg, add_bapg_to_bmn, step_by_step,
        official_checkpoint, benchmarks, diagnose, look, annotations,
        check, own_dataset
    ],
}


def tell(story, checkout, patch):
    """Run the block of README that a story is of."""
    blocks = code_blocks(('README.md', ))['README.md']
    story(blocks[STORIES['README.md'].index(story)], checkout, patch)
