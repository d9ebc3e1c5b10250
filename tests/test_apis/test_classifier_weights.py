"""Several classifiers of whole videos, and how much each should count."""
import itertools
import json
import re

import numpy as np
import pytest

from mmbapg.apis.classifier_scores import ClassifierScores
from mmbapg.apis.classifier_weights import JudgedScores, choose_weights
from mmbapg.apis.join_video_scores import VideoScoreEnsemble
from mmbapg.apis.weight_search import WeightSearch
from mmbapg.datasets import LoadVideoScores
from mmbapg.errors import UserError
from mmbapg.evaluation import Segments
from mmbapg.evaluation.submission import read_submission, write_submission
from mmbapg.models import VideoScoreFusion

#: Each is right about one video: ``x`` of the first and the rest of the
#: second make both right where 0.2 < x < 0.8.
FIRST = dict(v=[0.9, 0.1], w=[0.6, 0.4])
SECOND = dict(v=[0.4, 0.6], w=[0.1, 0.9])
CLASSES = ['hop', 'run']


def write_scores(path, results, **fields):
    path.write_text(json.dumps({'results': results, 'class': CLASSES,
                                **fields}))
    return str(path)


def write_files(folder, copies=1):
    """Annotations, proposals, and the scores of two classifiers, of so many
    copies of two videos and one without annotations."""
    database, proposals = {}, {}
    scores: dict = dict(first={}, second={})
    for copy, (name, label, score) in itertools.product(
            range(copies), (('v', 'hop', 0.9), ('w', 'run', 0.8))):
        video = f'{name}{copy or ""}'
        database[video] = dict(
            duration=20.0, subset='validation',
            annotations=[dict(label=label, segment=[0, 10])])
        proposals[video] = Segments(np.array([[0.0, 10.0]]), np.zeros(1, int),
                                    np.array([score]))
        for classifier, known in (('first', FIRST), ('second', SECOND)):
            scores[classifier][video] = known[name]
    for video in 'xz':  # nobody has scores of z
        database[video] = dict(duration=9.0, subset='testing')
    (folder / 'annotations.json').write_text(json.dumps(dict(
        database=database, classes=CLASSES)))
    write_submission(str(folder / 'proposals.json'), proposals, ['proposal'])
    for name, rows in scores.items():
        write_scores(folder / f'{name}.json', dict(rows, x=[0.5, 0.5]))


@pytest.fixture
def files(tmp_path):
    """Of two videos."""
    write_files(tmp_path)
    return tmp_path


def ensemble(folder, names=('first', 'second'), **settings):
    return VideoScoreEnsemble(
        str(folder / 'annotations.json'),
        [str(folder / f'{name}.json') for name in names], **settings)


def test_weights_by_hand(files, capsys):
    """The first alone calls both videos hop: of hop, a true detection is
    before a false one; of run, there is none."""
    fusion = VideoScoreFusion(topk=1, power=1.0)
    both = ensemble(files, proposals=str(files / 'proposals.json'),
                    fusion=fusion, detections=str(files / 'found.json'))
    found = both.choose(['validation'], WeightSearch(2, 0.25, 0), folds=2)
    assert found['maximize'] == 'mAP' and found['weights'] == [0.5, 0.5]
    alone = {'top-1': 0.5, 'class mAP': 1.0, 'mAP': 0.5}
    right = dict.fromkeys(alone, 1.0)
    assert list(found['figures'].values()) == [
        alone, alone, right, right, right]
    out = capsys.readouterr().out
    assert re.search(r'first.json\W+0.5\W+50.00\W+100.00\W+50.00', out)
    assert out.count('chosen without a fold of the videos: 0.5, 0.5') == 2
    both.write(found['weights'], str(files / 'out.json'), seed=0)
    data = LoadVideoScores(str(files / 'out.json')).transform(
        dict(video_name='v', classes=('run', 'hop')))
    assert data['video_scores'].tolist() == pytest.approx([0.35, 0.65])
    content = json.loads((files / 'out.json').read_text())
    assert list(content['results']) == ['v', 'w', 'x']
    assert content['origin']['weights'] == [0.5, 0.5]
    named = read_submission(str(files / 'found.json'), CLASSES)
    assert named['w'].labels.tolist() == [1]
    assert named['w'].scores.tolist() == pytest.approx([0.8 * 0.65])


def test_given_weights_and_the_other_layout(files):
    """Only ratios count; UntrimmedNet's rows are its videos."""
    rows = np.zeros((2, 101), dtype=np.float32)
    rows[1, [25, 6]] = 0.25, 0.75  # Diving, BaseballPitch
    np.save(files / 'rows.npy', rows)
    (files / 'annotations.json').write_text(json.dumps(dict(
        database=dict(video_test_0000002=dict(duration=5, annotations=[])),
        classes=['Diving', 'BaseballPitch'])))
    write_scores(files / 'more.json', {'video_test_0000002': [1, 0]},
                 **{'class': ['BaseballPitch', 'Diving']})
    both = VideoScoreEnsemble(
        str(files / 'annotations.json'),
        [str(files / 'rows.npy'), str(files / 'more.json')])
    both.write([3, 1], str(files / 'out.json'))
    assert json.loads((files / 'out.json').read_text())['results'] == {
        'video_test_0000002': [0.1875, 0.8125]}


def test_logits_are_summed_before_softmax():
    logits = np.log([[[9.0, 1.0]], [[1.0, 1.0]]])
    joined = ClassifierScores(['a', 'b'], ['v'], logits, True).joined
    assert joined([0.5, 0.5]).tolist() == [pytest.approx([0.75, 0.25])]


def test_videos_that_weights_were_not_chosen_by(files):
    """One of two videos is always wrong: on the other, weights that make it
    right lose that one."""
    write_scores(files / 'first.json', dict(v=[1, 0], w=[1, 0]))
    write_scores(files / 'second.json', dict(v=[0, 1], w=[0, 1]))
    found = ensemble(files).choose(['validation'], WeightSearch(2, 0.25),
                                   'top-1', folds=2)
    assert found['figures']['best weights']['top-1'] == 0.5
    assert found['figures']['best weights of other videos']['top-1'] == 0
    assert sorted(found['weights without a fold']) == [
        [0.375, 0.625], [0.5, 0.5]]


def ask(folder, names=('first', 'second'), step=0.5, subset='validation',
        maximize=None, folds=2, judging=None, **settings):
    return ensemble(folder, names, **settings).choose(
        [subset], WeightSearch(len(names), step), maximize, folds,
        **judging or {})


@pytest.mark.parametrize('settings,sentence', [
    (dict(names=['first']), 'found 1 file: .*first.json, expected the scores '
     'of two or more'),
    (dict(names=['first', 'first']), 'each in a file of its own'),
    (dict(names=['first', 'fewer']), 'fewer.json: found scores of other '
     'videos than in .*first.json, expected the same; only one of the two '
     'knows 1 video: w'),
    (dict(names=['first', 'wide']), 'wide.json: video v: found scores of '
     r'shape \(3,\), expected 2, one for each class'),
    (dict(names=['first', 'nan']), 'nan.json: video w: expected a list of '
     'finite'),
    (dict(names=['first', 'below']), 'below.json: video w: found a score of '
     '-1, expected 0 or more; if these are logits'),
    (dict(names=['others', 'others2']), 'others.json: found scores of none '
     'of the 4 annotated videos'),
    (dict(subset='testing'), 'annotations: found nothing in 2 videos: x, z, '
     'expected a list to choose weights by'),
    (dict(step=0.3), 'step: found 0.3, expected 1 over a whole number'),
    (dict(step=1e-6), 'a grid of 1000001 points, expected at most 1000000'),
    (dict(folds=3), 'folds: found 3, expected 2 to 2, the number of videos'),
    (dict(maximize='mAP'), "maximize: found 'mAP', expected one of top-1, "
     'class mAP, as no proposals are given'),
    (dict(judging=dict(convention='coco')), "convention: found 'coco'"),
    (dict(proposals='fewer_proposals.json'), 'fewer_proposals.json: found no '
     r'proposals of 1 video: w, expected a list for every video to judge, \['),
    (dict(proposals='proposals.json', fusion=VideoScoreFusion(topk=3)),
     'topk: found 3, expected at most the number of classes, 2'),
    (dict(proposals='negative.json'), 'negative.json: found scores below 0 '
     'in 1 video: v'),
    (dict(proposals='unscored.json', detections='out.json'), 'unscored.json: '
     'found proposals of 1 video: z, of which .*first.json has no scores'),
    (dict(detections='out.json'), 'out.json: found no proposals to make'),
])
def test_what_does_not_fit(files, settings, sentence):
    write_scores(files / 'fewer.json', dict(v=[1, 0], x=[0, 1]))
    for name, row in (('nan', [float('nan'), 0]), ('below', [-1, 0])):
        write_scores(files / f'{name}.json', dict(FIRST, w=row, x=[0, 1]))
    (files / 'wide.json').write_text(json.dumps(
        dict(results=dict.fromkeys('vwx', [1, 0, 0]))))
    for name in ('others', 'others2'):
        write_scores(files / f'{name}.json', dict(y=[1, 0]))
    one = Segments(np.array([[0, 1.0]]), np.zeros(1, int), np.ones(1))
    below = one._replace(scores=-np.ones(1))
    for name, found in (('fewer_proposals', dict(v=one)),
                        ('negative', dict(v=below, w=one)),
                        ('unscored', dict(v=one, w=one, z=one))):
        write_submission(str(files / f'{name}.json'), found, ['proposal'])
    settings = dict(settings)
    if 'proposals' in settings:
        settings['proposals'] = str(files / settings['proposals'])
    with pytest.raises(UserError, match=sentence):
        ask(files, **settings)
    assert not (files / 'out.json').exists()


def test_weights_that_do_not_fit(files):
    for weights in ([1], [0, 0], [1, -1], [1, float('nan')]):
        with pytest.raises(UserError, match='for 2 files, expected one for '
                           'each, 0 or more, not all 0'):
            ensemble(files).write(weights, str(files / 'out.json'))


def test_all_instances_in_one_fold(files):
    content = json.loads((files / 'annotations.json').read_text())
    content['database']['w']['annotations'] = []
    (files / 'annotations.json').write_text(json.dumps(content))
    both = ensemble(files)
    judged = JudgedScores(both.scores.of(['v', 'w']), [
        both.videos['v'], both.videos['w']], CLASSES)
    with pytest.raises(UserError, match='found all instances in one of 2'):
        choose_weights(judged, WeightSearch(2), 'top-1', folds=2)
    with pytest.raises(UserError, match='found no instance in 1 video: w'):
        JudgedScores(both.scores.of(['w']), [both.videos['w']], CLASSES)
