"""What runs the blocks of the pages in docs."""
import io
import shutil
from contextlib import redirect_stdout

import pytest
import torch
from mmaction.registry import METRICS, MODELS
from mmengine.config import Config

from mmbapg.apis import training_cost
from mmbapg.apis.localizer_check import OF_ALL, OF_OURS
from mmbapg.datasets import LoadVideoScores
from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.exchange import (
    Contents,
    Instance,
    Settings,
    Video,
    write_annotations,
)
from mmbapg.datasets.sources import fir
from mmbapg.experiments import rendered
from mmbapg.experiments.rehearsal import Rehearsal
from mmbapg.models.losses.pair_contrastive_loss import pair_masks
from tests import documentation, golden, hosts, official_tadtr, reports, tiny
from tests.documentation import commands
from tests.exchanged import require_libraries
from tests.test_apis.test_classifier_weights import write_files
from tests.test_apis.test_converters import write_opentad_checkpoint
from tests.test_datasets.test_vts import write_copy as write_vts_copy
from tests.test_docs import own_videos
from tests.test_docs.data_stories import recorded_gestures

OPENTAD = 'opentad-'
#: Method -> its figures, where they are not of the usual name.
GOLDEN = {'gtad': 'gtad_thumos14_tsn', 'afsd': 'afsd_thumos14_rgb',
          'opentad-adatad': 'adatad_tiny'}


def rehearsed(words, checkout, patch):
    """Shorter, with two short sequences."""
    original = Rehearsal.__init__

    def short(self, work_dir, annotations, *options):
        original(self, work_dir, annotations, videos=2, iterations=6,
                 max_seq_len=64, batch_size=2)

    patch.setattr(Rehearsal, '__init__', short)
    assert 'ok' in checkout.run(words)


def counted(words, checkout, patch):
    assert 'GFLOP' in checkout.run(words)


def without_data(words, checkout, patch):
    assert 'missing' in checkout.run(words, status=1)


def check_a_localizer(block, checkout, patch):
    """One that is small, in the place of the one that is named."""

    def small(path):
        assert (checkout.folder / path).is_file()
        return Config(dict(model=hosts.small_model('ActionFormer')))

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
                golden.load(GOLDEN.get(method, method.removeprefix(OPENTAD) +
                                       '_thumos14_i3d_eps')),
                folder / 'SOURCE')
        if method.startswith(OPENTAD) and method not in GOLDEN:
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


def exchange(block, checkout, patch):
    require_libraries('defusedxml', 'pympi')
    rendered.write_rendered_set(checkout.folder, num_videos=2, duration=4.0)
    contents = Contents({name: Video([Instance('hop', 1.0, 2.0)])
                         for name in ('kitchen_1', 'rendered_01')})
    (checkout.folder / 'videos/rendered_00.mp4').rename(
        checkout.folder / 'videos/kitchen_1.mp4')
    write_annotations(checkout.folder / 'project.json', 'via', contents,
                      Settings())
    (checkout.folder / 'annotations.json').unlink()
    install, back, there = commands(block, checkout.folder)
    assert install[-1] == 'mmbapg[formats]' and 'formats=FORMATS' in (
        tiny.ROOT / 'setup.py').read_text()
    assert '2 instances in 2 videos' in checkout.run(back)
    videos = load_annotations(checkout.folder / 'annotations.json')
    assert {name: video.fields['subset'] for name, video in videos.items()
            } == dict(kitchen_1='validation', rendered_01='training')
    assert videos['rendered_01'].duration == pytest.approx(4)
    assert 'does not hold it: durations, of 2 videos' in checkout.run(there)
    assert (checkout.folder / 'tiers/kitchen_1.eaf').is_file()


def look(block, checkout, patch):
    reports.write_report(checkout.folder, videos=False)
    for name, given in dict(before='bad', after='good').items():
        (checkout.folder / f'{given}.json').rename(
            checkout.folder / f'{name}.json')
    words, = commands(block, checkout.folder)
    assert 'open in a browser: work_dirs/report/index.html' in checkout.run(
        words)


def results(block, checkout, patch):
    """On made-up sessions."""
    write_vts_copy(checkout.folder / 'FOLDER')
    page, text = validated(block, checkout, patch, 'results')
    assert 'actionformer, bapg' in text
    assert page != (tiny.ROOT / 'docs/results.md').read_text()


def ablations(block, checkout, patch):
    recorded_gestures(patch)
    page, text = validated(block, checkout, patch, 'ablations')
    assert 'two-encoders' in text
    assert page != (tiny.ROOT / 'docs/ablations.md').read_text()


def validated(block, checkout, patch, name):
    """One part and one seed, three videos for few labels, few epochs, in this
    process. The page that is left, and what was printed."""
    from mmbapg.experiments import cross_validation_report as module
    original = module.report

    def one_of_each(cv, grid, jobs):
        cv.options = {stage: {'train_cfg.max_epochs': 1} for stage in (
            'encoder', 'host', 'host_with_bapg')}
        return original(cv, grid._replace(parts=[0], seeds=[0], labelled=list(
            dict.fromkeys(number and 3 for number in grid.labelled))), 1)

    patch.setattr(module, 'report', one_of_each)
    text = checkout.run_block(block)
    return (checkout.folder / f'docs/{name}.md').read_text(), text


def config_end_to_end(block, checkout, patch):
    """The model builds, and finds something in frames."""
    path = checkout.folder / 'end_to_end.py'
    path.write_text(block.text)
    cfg = Config.fromfile(path)
    model = MODELS.build(cfg.model)
    learned = {name.split('.')[3] for name, value in model.named_parameters()
               if value.requires_grad and name.startswith('video_backbone')}
    assert learned == {'layer4'}
    with torch.no_grad():
        outputs = model.eval()([torch.zeros(3, 64, 32, 32)])
    assert outputs.cls_logits[0].shape == (1, 64, 4)


def training_costs(block, checkout, patch):
    """For what the config trains; the other choices take their time."""
    patch.setattr(training_cost, 'CHOICES', ())
    text = checkout.run_block(block)
    assert 'memory (MB)' in text and 'network._blocks.15' in text


def several_classifiers(block, checkout, patch):
    """Three, on six videos."""
    folder = checkout.folder
    place = folder / 'data/activitynet/annotations'
    place.mkdir(parents=True)
    write_files(folder, copies=3)
    for name, path in dict(
            annotations=place / 'activitynet13.json', first='slowfast.json',
            second='tin.json', proposals='both.json').items():
        (folder / f'{name}.json').rename(folder / path)
    shutil.copy(folder / 'tin.json', folder / 'cuhk.json')
    assert 'best weights of other videos' in checkout.run_block(block)
    scores = LoadVideoScores(str(place / 'video_scores.json'))
    found = scores.transform(dict(video_name='w2', classes=('run', 'hop')))
    assert found['video_scores'].argmax() == 0


def proposals_of_no_class(block, checkout, patch):
    """Nothing names them, and their metric writes them."""
    path = checkout.folder / 'proposals.py'
    path.write_text(block.text)
    cfg = Config.fromfile(path)
    assert cfg.model.head.post_processor.score_fusion is None
    metric = METRICS.build(cfg.test_evaluator)
    assert metric.out_file == 'bsn_plus_plus.json'


#: Page -> what runs its blocks, in order.
STORIES = {
    'docs/adding_a_host.md': [check_a_localizer],
    'docs/adding_a_loss.md': [own_loss, config_of_the_loss],
    'docs/building.md': [site],
    'docs/end_to_end.md': [config_end_to_end, own_videos.end_to_end,
                           training_costs],
    'docs/afsd.md': [own_videos.store_frames, own_videos.afsd],
    'docs/bsp.md': [own_videos.bsp],
    'docs/proposals.md': [several_classifiers, proposals_of_no_class],
    'docs/data.md': [fir_data],
    'docs/annotation_tools.md': [exchange],
    'docs/looking.md': [look],
    'docs/hosts.md': [converters, rehearsals, flops, paper_tables],
    'docs/ablations.md': [ablations],
    'docs/results.md': [results],
}
