"""Every block of README and docs runs, in order, in one checkout.

A block that is added to a page needs an entry in :data:`STORIES`.
"""
import copy
import io
import json
import shutil
from contextlib import redirect_stdout

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from mmbapg.apis.localizer_check import OF_ALL, OF_OURS
from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.sources import fir, gesture
from mmbapg.experiments import rendered
from mmbapg.experiments.rehearsal import Rehearsal
from mmbapg.models.losses.pair_contrastive_loss import pair_masks
from tests import activitynet, documentation, golden, official_tadtr, tiny
from tests import published_files as official
from tests.documentation import Checkout, code_blocks, commands
from tests.test_apis.test_converters import write_opentad_checkpoint
from tests.test_datasets.test_gesture import recording
from tests.test_models.test_every_module import ACTIONFORMER

pytest.importorskip('efficientnet_lite_pytorch')
BLOCKS = code_blocks()
OPENTAD = 'opentad-'
MAKING_UP = {'num_training': 4, 'num_validation': 2}


@pytest.fixture(scope='module')
def checkouts(tmp_path_factory):
    """One for README, one for docs, one for tools; with docs of its own,
    which a command writes to."""
    found = {}
    for place in ('README.md', 'docs', 'tools'):
        folder = tmp_path_factory.mktemp(place)
        shutil.copytree(tiny.ROOT / 'docs', folder / 'docs')
        found[place] = Checkout(folder)
    return found


@pytest.fixture(scope='module')
def rendered_set(tmp_path_factory):
    """What is as FIR: three folds, four classes."""
    folder = rendered.write_rendered_set(
        tmp_path_factory.mktemp('rendered'), num_videos=6, duration=20.0)
    content = json.loads((folder / 'annotations.json').read_text())
    content['classes'] = [*rendered.CLASSES, 'fall']
    (folder / 'annotations.json').write_text(json.dumps(content))
    return folder


@pytest.fixture
def patch(monkeypatch, rendered_set):
    """Small configs, and no network."""
    read = Config.fromfile
    monkeypatch.setattr(Config, 'fromfile', staticmethod(
        lambda *args, **kwargs: documentation.shortened(
            read(*args, **kwargs))))
    monkeypatch.setenv('MMBAPG_DATA', str(rendered_set))
    monkeypatch.setattr(fir, 'download', lambda folder: fir.link_local_copy(
        rendered_set, folder))
    return monkeypatch


# README

def two_commands(block, checkout, patch):
    """What the first script runs after installation; the other runs this."""
    first, second = commands(block, tiny.ROOT)
    assert 'run_tests.sh' in second[1]
    script = (tiny.ROOT / first[1]).read_text()
    assert 'python "$tools/quickstart.py"' in script
    checkout.run(['python', 'tools/quickstart.py'])
    results = checkout.folder / 'work_dirs/quickstart/results.json'
    assert 'metrics' in json.loads(results.read_text())


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
    cfg.video_input.encoder_checkpoint = str(checkpoints / 'epoch_80.pth')
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


def rehearsed(words, checkout, patch):
    """Shorter, with two short sequences."""
    for name, value in dict(iterations=2, max_seq_len=128, batch_size=2,
                            videos=2).items():
        patch.setattr(Rehearsal, name, value)
    original = Rehearsal.__init__

    def short(self, work_dir, annotations, *options):
        original(self, work_dir, annotations, 2, 6, 128, 2)

    patch.setattr(Rehearsal, '__init__', short)
    assert 'ok' in checkout.run(words)


def counted(words, checkout, patch):
    assert 'GFLOP' in checkout.run(words)


def without_data(words, checkout, patch):
    assert 'missing' in checkout.run(words, status=1)


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


def own_dataset(block, checkout, patch):
    """Data that fit the templates, as the changes ask for."""
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
    text = checkout.run_block(block)
    assert 'mAP' in text
    assert len(list((folder / 'embeddings').glob('*.npz'))) == 4


# docs

def check_a_localizer(block, checkout, patch):
    """One that is small, in the place of the one that is named."""

    def small(path):
        assert (checkout.folder / path).is_file()
        return Config(dict(model=copy.deepcopy(ACTIONFORMER)))

    patch.setattr(Config, 'fromfile', small)
    output = io.StringIO()
    with redirect_stdout(output):
        exec(block.text, {})
    assert len(output.getvalue().splitlines()) == len(OF_ALL) + len(OF_OURS)


def own_loss(block, checkout, patch):
    """Registered under a name that the next block's config has."""
    names = {}
    exec(block.text, names)
    pairs = pair_masks(torch.tensor([[0], [0], [-1]]),
                       torch.tensor([[-1], [-1], [0]]))
    similarity = torch.tensor([[1.0, 0.5, 0.5]] * 3)
    loss = names['SquaredPairLoss']()
    assert loss(similarity, pairs).item() == pytest.approx(0.1875)


def config_of_the_loss(block, checkout, patch):
    cfg = Config.fromfile(
        checkout.folder / 'configs/similarity/'
        'similarity_temporal_1xb224-80e_fir-feature-0.25s.py')
    path = checkout.folder / 'with_loss.py'
    path.write_text(f'_base_ = {cfg.filename!r}\n{block.text}')
    head = MODELS.build(Config.fromfile(path).model.head)
    assert type(head.loss_fn).__name__ == 'SquaredPairLoss'


def site(block, checkout, patch):
    """What it builds, and that without a warning, is test_site's."""
    (pip, *install), (python, *build) = commands(block, checkout.folder)
    assert install[-1] == '.[docs]' and 'docs=DOCS' in (
        tiny.ROOT / 'setup.py').read_text()
    assert build == ['-m', 'sphinx', '-W', '--keep-going', '-c', 'docs', '.',
                     'build/site']


def fir_data(block, checkout, patch):
    download, local, extract = commands(block, checkout.folder)
    fir.download(checkout.folder / 'FOLDER')
    for words in (download, local):
        assert 'FIR is ready in data/fir' in checkout.run(words)
    checkout.run(extract)
    assert len(list((checkout.folder / 'data/fir/features').iterdir())) == 6


def converters(block, checkout, patch):
    folder = checkout.folder
    for words in commands(block, folder):
        method = words[2]
        if method == 'tadtr':
            official_tadtr.write_official_checkpoint(
                golden.load('tadtr_thumos14_i3d'), folder / 'SOURCE')
        else:
            golden.write_official_checkpoint(
                golden.load(method.removeprefix(OPENTAD) +
                            '_thumos14_i3d_eps'), folder / 'SOURCE')
        if method.startswith(OPENTAD):
            (folder / 'SOURCE').rename(folder / 'original')
            write_opentad_checkpoint(folder / 'original', folder / 'SOURCE')
        (folder / 'TARGET').unlink(missing_ok=True)
        checkout.run(words)
        assert torch.load(folder / 'TARGET')['state_dict']


def rehearsals(block, checkout, patch):
    """All configs take long: that those are meant is another test's."""
    one, every = commands(block, checkout.folder)
    (checkout.folder / 'ANNOTATIONS').mkdir()
    rehearsed(one, checkout, patch)
    assert documentation.arguments_of('tools/rehearse.py', every) == ('--all',
                                                                      )


def flops(block, checkout, patch):
    counted(*commands(block, checkout.folder), checkout, patch)


def paper_tables(block, checkout, patch):
    without_data(*commands(block, checkout.folder), checkout, patch)


def results(block, checkout, patch):
    """One part and one seed, few epochs, in this process."""
    from mmbapg.experiments import cross_validation_report as module
    original = module.report

    def one_of_each(cv, grid, jobs):
        cv.options = {stage: {'train_cfg.max_epochs': 1} for stage in (
            'encoder', 'host', 'host_with_bapg')}
        return original(cv, grid._replace(parts=[0], seeds=[0]), 1)

    patch.setattr(module, 'report', one_of_each)
    recorded_gestures(patch)
    text = checkout.run_block(block)
    assert 'two-encoders' in text and 'even-cuts' in text
    page = (checkout.folder / 'docs/results.md').read_text()
    assert page != (tiny.ROOT / 'docs/results.md').read_text()


def recorded_gestures(patch):
    """Short recordings in the place of the repository's."""
    patch.setattr(gesture, 'fetch', lambda url, path, timeout: path)
    patch.setattr(gesture, 'read_recording',
                  lambda path, subject: recording(subject, 130))


# tools/data

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


def hacs(block, checkout, patch):
    official.write(checkout.folder / 'HACS_segments_v1.1.1.json',
                   official.OFFICIAL)
    assert 'videos, 2 classes' in checkout.run_block(block)


def fineaction(block, checkout, patch):
    folder = checkout.folder / 'data/fineaction'
    (folder / 'fineaction_mae_g').mkdir(parents=True)
    for name in ('abc', 'def'):
        np.save(folder / f'fineaction_mae_g/{name}.npy',
                np.zeros((150, 1408), np.float32))
    official.write(folder / 'annotations/annotations_gt.json',
                   official.OFFICIAL)
    official.write(folder / 'annotations' / (
        'new_swinB_1x1x256_views2x3_max_label_avg_prob.json'), dict(
        results={name: [0.6, 0.4] for name in ('abc', 'def')}))
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


#: Page -> what runs its blocks, in order. THUMOS14 comes before MultiTHUMOS.
STORIES = {
    'README.md': [
        two_commands, into_ones_own_environment, localize_raw_video,
        localize_in_python, add_bapg, add_bapg_to_bmn, step_by_step,
        official_checkpoint, benchmarks, diagnose, annotations, check,
        own_dataset
    ],
    'docs/adding_a_host.md': [check_a_localizer],
    'docs/adding_a_loss.md': [own_loss, config_of_the_loss],
    'docs/building.md': [site],
    'docs/data.md': [fir_data],
    'docs/hosts.md': [converters, rehearsals, flops, paper_tables],
    'docs/results.md': [results],
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
}


def test_every_block_is_run():
    assert {page: len(blocks) for page, blocks in BLOCKS.items()} == {
        page: len(stories) for page, stories in STORIES.items()}


@pytest.mark.parametrize('page,index', [
    pytest.param(page, index, id=f'{page}-{story.__name__}')
    for page, stories in STORIES.items()
    for index, story in enumerate(stories)])
def test_block(page, index, checkouts, patch):
    checkout = checkouts[page.split('/')[0]]
    STORIES[page][index](BLOCKS[page][index], checkout, patch)
