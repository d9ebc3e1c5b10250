"""What the pages of a report are given; tests in a browser look at them."""
import json
import re

import av
import numpy as np
import pytest

from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.apis.report import Report, _Video
from mmbapg.datasets.annotations import AnnotationError, VideoAnnotation
from mmbapg.datasets.feature_arrays import FeatureFileError
from mmbapg.evaluation.error_analysis import KINDS
from mmbapg.evaluation.submission import read_proposals
from mmbapg.visualization.report.media import is_played, place_video
from mmbapg.visualization.report.overview import MEANINGS
from mmbapg.visualization.report.packing import unpacked
from mmbapg.visualization.report.pages import file_name
from tests import reports
from tests.test_tools.conftest import tool

__all__ = ['tool']


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp('report')
    reports.write_report(folder)
    return folder


def data_of(folder, name):
    path, = (folder / 'report/data').glob(f'*{name}.js')
    return json.loads(path.read_text().removeprefix(
        'window.reportData=').removesuffix(';\n'))


def test_figures_are_those_of_the_diagnosis(folder, tmp_path):
    shown = data_of(folder, 'overview')
    expected = Diagnosis(str(folder / 'annotations.json')).report(
        {name: [str(folder / f'{name}.json')] for name in ('good', 'bad')},
        tmp_path)
    for index, name in enumerate(('good', 'bad')):
        assert shown['models'][index] == name
        assert shown['mean_ap'][index] == pytest.approx(
            100 * expected[name]['mAP'], abs=0.01)
        assert np.mean(shown['class_ap'][index]) == pytest.approx(
            100 * expected[name]['mAP'], abs=0.01)
        assert shown['gains'][index] == pytest.approx(
            [100 * gain for gain in expected[name]['gain without'].values()],
            abs=0.01)
    assert shown['mean_ap'][0] > 90 > shown['mean_ap'][1]
    assert shown['recall'][0]['at']['AR@100'] == 100
    assert sum(shown['boundaries']['start'][0]) == pytest.approx(100)
    assert list(shown['cuts']) == ['good', 'bad', 'change points',
                                   'evenly spaced cuts']


def test_what_to_look_at_first(folder):
    shown = data_of(folder, 'overview')
    costs = [row['cost'] for row in shown['videos']]
    assert costs[:2] == sorted(costs[:2], reverse=True) and costs[2] is None
    assert [row['found'] for row in shown['videos']] == [
        [3, 1], [3, 1], [None, None]]
    rows = shown['looked_at']
    assert len(rows) == 6 and rows[0]['cost'] > rows[-1]['cost']
    assert rows[0]['found'] == [True, False]


def test_a_page_holds_what_was_found(folder):
    page = data_of(folder, 'rendered_00')
    good, bad = page['models']
    assert unpacked(good['start']).tolist() == [2000, 6000, 9000, 13000]
    assert unpacked(good['length']).tolist() == [3000, 2000, 3000, 2000]
    assert good['kind'] == '0005' and good['hits'] == [0, 1, 2]
    assert bad['kind'] == '05' and bad['hits'] == [0]
    assert page['classes'][unpacked(good['label'])[0]] == reports.HOSTILE
    assert page['proposals'][0]['score'] == good['score']
    assert len(unpacked(page['strength']['values'])) == 64
    assert page['map']['seconds'] == reports.DURATION
    unjudged = data_of(folder, 'rendered_02')
    assert not unjudged['judged'] and 'kind' not in unjudged['models'][0]


def test_names_are_text_and_nothing_comes_from_outside(folder):
    pages = [folder / 'report/index.html',
             *(folder / 'report/videos').glob('*.html')]
    assert len(pages) == 4
    for page in pages:
        text = page.read_text()
        assert reports.HOSTILE not in text
        assert not re.search(r'(src|href)="(https?:)?//', text)
        for each in re.findall(r'(?:src|href)="([^"#:]+)[#"]', text):
            assert (page.parent / each).is_file(), (page, each)


def test_videos_are_played_by_browsers(folder, tmp_path):
    source = folder / 'videos/rendered_00.mp4'
    assert not is_played(source)  # MPEG-4, part 2
    placed, = (folder / 'report/media').glob('*rendered_00.mp4')
    assert is_played(placed)
    with av.open(str(placed)) as made, av.open(str(source)) as given:
        lengths = [float(each.duration / av.time_base)
                   for each in (made, given)]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.1)
    linked = place_video(placed, tmp_path, 'again')
    assert linked.samefile(placed)  # as it is, without a copy
    with pytest.raises(ValueError, match='found no video that can be decoded'):
        (tmp_path / 'no.mp4').write_text('no video')
        place_video(tmp_path / 'no.mp4', tmp_path, 'no')


@pytest.mark.parametrize('name', ['a/b', '../up', 'con', 'ü' * 200, '<b>'])
def test_any_video_has_a_page(name):
    assert re.fullmatch(r'0008(-[\w-]{1,60})?', file_name(7, name), re.ASCII)


def test_pages_tell_what_their_words_mean(folder):
    """Kinds of detections, and facts of videos that are short."""
    index = (folder / 'report/index.html').read_text()
    page, = (folder / 'report/videos').glob('*rendered_00.html')
    for text in (index, page.read_text()):
        for kind, meaning in zip(KINDS, MEANINGS):
            assert f'<dt>{kind}</dt><dd>{meaning}</dd>' in text
    facts = _Video(VideoAnnotation('a', 9.0, np.zeros((0, 2)), (), fields=dict(
        url='https://example.org/' + 30 * 'x', surgeon='P016', fold=2,
        parts=[1])), {}, {}).facts()
    assert list(facts.items())[:2] == [('fold', '2'), ('surgeon', 'P016')]
    assert set(facts) == {'fold', 'surgeon', 'instances', 'cost'}


def test_which_classes_are_taken_for_which(folder, tmp_path):
    (tmp_path / 'found.json').write_text(json.dumps(dict(results={
        f'rendered_0{number}': [dict(segment=[6, 8], label='spin', score=0.9)]
        for number in range(2)})))
    index = Report(Diagnosis(str(folder / 'annotations.json')), dict(
        good=[str(folder / 'good.json')], wrong=[str(tmp_path / 'found.json')])
    ).write(tmp_path / 'report')
    assert data_of(tmp_path, 'overview')['mistaken'] == [
        ['hop', 'spin', [0, 2]]]
    assert 'hop → spin' in index.read_text()
    assert data_of(folder, 'overview')['mistaken'] == []


def test_what_is_absent_is_told(folder, tmp_path, capsys):
    (tmp_path / 'videos').mkdir()
    report = Report(Diagnosis(str(folder / 'annotations.json')),
                    dict(good=[str(folder / 'good.json')]),
                    tmp_path / 'videos', tmp_path)
    report.write(tmp_path / 'report')
    told = capsys.readouterr().out
    for what, place in (('video', tmp_path / 'videos'),
                        ('embeddings', tmp_path)):
        assert (f'{place}: found no {what} of 3 videos: rendered_00, '
                'rendered_01, rendered_02; their pages go without') in told


def test_videos_that_nobody_encodes(folder, tmp_path, capsys):
    Report(Diagnosis(str(folder / 'annotations.json')),
           dict(good=[str(folder / 'good.json')]), folder / 'videos',
           encode=False).write(tmp_path / 'report')
    assert (f'{folder}/videos: found no video that all browsers play of 3 '
            'videos: rendered_00,') in capsys.readouterr().out
    assert not (tmp_path / 'report/media').exists()


def test_damaged_embeddings_are_refused_before_work(folder, tmp_path):
    (tmp_path / 'rendered_01.npz').write_text('none')
    with pytest.raises(FeatureFileError, match='rendered_01.npz: not an emb'):
        Report(Diagnosis(str(folder / 'annotations.json')),
               dict(good=[str(folder / 'good.json')]),
               embeddings=tmp_path).write(tmp_path / 'report')
    assert not (tmp_path / 'report').exists()


@pytest.mark.parametrize('content, message', [
    (dict(results=dict(rendered_00=[dict(segment=[1, 2])])),
     'video rendered_00, detection 0: field score is missing'),
    (dict(results=dict(rendered_00=[3])), 'detection 0: found 3, expected'),
    (dict(results=dict(other=[])), 'found detections of 1 video: other'),
    (dict(results=[dict(name='rendered_00', proposals=3)]),
     'video rendered_00: found 3, expected a list')])
def test_proposals_that_are_none(folder, tmp_path, content, message):
    (tmp_path / 'proposals.json').write_text(json.dumps(content))
    videos = Diagnosis(str(folder / 'annotations.json')).videos
    with pytest.raises(AnnotationError, match=message):
        read_proposals(str(tmp_path / 'proposals.json'), videos)


def test_proposals_of_localize(folder, tmp_path):
    path = tmp_path / 'detections.json'
    path.write_text(json.dumps(dict(results=[dict(
        name='rendered_00', video='rendered_00.mp4', detections=[],
        proposals=[dict(segment=[1, 2], score=0.5)])])))
    found = read_proposals(str(path), Diagnosis(
        str(folder / 'annotations.json')).videos)
    assert found['rendered_00'].segments.tolist() == [[1, 2]]


def test_the_tool(folder, tool, tmp_path):
    output, ending = tool('report.py', folder / 'annotations.json',
                          folder / 'good.json', '--out', tmp_path / 'out')
    assert not ending and output.endswith(
        f'open in a browser: {tmp_path}/out/index.html\n')
    two = [f'a={folder}/good.json', f'a={folder}/bad.json']
    _, ending = tool('report.py', folder / 'annotations.json', *two)
    assert ending == (f'error: two of {", ".join(two)} have one name; give '
                      'them others, as NAME=PATH')


def test_many_detections_take_little_room(tmp_path):
    """200 videos with 2000 detections of two models each have to fit into
    20 MB."""
    rng = np.random.default_rng(0)
    starts, scores = rng.uniform(0, 290, 2000), rng.beta(1, 9, 2000)
    walk = dict(label='walk', segment=[5.0, 9.0])
    (tmp_path / 'annotations.json').write_text(json.dumps(dict(database=dict(
        video=dict(duration=300.0, annotations=[walk])))))
    (tmp_path / 'found.json').write_text(json.dumps(dict(results=dict(video=[
        dict(label='walk', segment=[start, start + 4.123456], score=score)
        for start, score in zip(starts.tolist(), scores.tolist())]))))
    Report(Diagnosis(str(tmp_path / 'annotations.json')),
           {name: [str(tmp_path / 'found.json')] for name in 'ab'}).write(
               tmp_path / 'report')
    data, = (tmp_path / 'report/data').glob('*video.js')
    page, = (tmp_path / 'report/videos').glob('*.html')
    shared = sum(path.stat().st_size for path in (
        tmp_path / 'report/static').rglob('*.*'))
    each = data.stat().st_size + page.stat().st_size
    assert shared + 200 * each < 16e6
