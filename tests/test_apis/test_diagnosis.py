"""Error analysis: kinds, costs, groups, boundary errors, files."""
import json

import numpy as np
import pytest

from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.datasets.annotations import AnnotationError
from mmbapg.evaluation import Segments, average_precision
from mmbapg.evaluation.error_analysis import (
    KINDS,
    boundary_errors,
    error_impact,
    false_positive_profile,
    match,
    mistaken_classes,
    precision_recall,
    sensitivity,
)
from mmbapg.evaluation.submission import write_submission

# class 0 at 10-20 and 40-44, class 1 at 60-80; one detection of each kind
TRUTH = dict(v=Segments(np.array([[10, 20], [40, 44], [60, 80.]]),
                        np.array([0, 0, 1])))
KINDS_FOUND = [
    ((10.5, 19), 0, 0.9, 'true positive'),
    ((9, 20.5), 0, 0.8, 'double detection'),
    ((60, 79), 0, 0.7, 'wrong label'),
    ((19, 30), 0, 0.6, 'background'),
    ((15, 28), 0, 0.5, 'localization'),
    ((15, 28), 1, 0.45, 'confusion'),
    ((61, 80), 1, 0.4, 'true positive'),
    ((90, 95), 1, 0.3, 'background'),
]
FOUND = dict(v=Segments(
    np.array([row[0] for row in KINDS_FOUND], dtype=float),
    np.array([row[1] for row in KINDS_FOUND]),
    np.array([row[2] for row in KINDS_FOUND])))
DURATIONS = dict(v=100.0)


def matched(threshold=0.5, found=None):
    return match(TRUTH, found or FOUND, DURATIONS, threshold)


def random_videos(seed=0):
    rng = np.random.default_rng(seed)
    truth, found = {}, {}
    for video in range(5):
        starts = rng.uniform(0, 90, 8)
        instances = np.stack([starts, starts + rng.uniform(1, 25, 8)], 1)
        truth[f'v{video}'] = Segments(instances, np.arange(8) % 2)
        noisy = np.repeat(instances, 4, 0) + rng.normal(0, 2, (32, 2))
        found[f'v{video}'] = Segments(
            np.sort(noisy), rng.integers(0, 2, 32), rng.uniform(size=32))
    return truth, found, {name: 120.0 for name in truth}


def test_every_kind():
    matching = matched()
    assert [KINDS[kind] for kind in matching.kinds()] == [
        row[3] for row in KINDS_FOUND]


def test_detections_of_a_video_without_instances_are_background():
    found = dict(FOUND, other=FOUND['v'])
    kinds = matched(found=found).kinds()
    assert (kinds == KINDS.index('background')).sum() == 2 + len(KINDS_FOUND)


@pytest.mark.parametrize('threshold', [0.3, 0.5, 0.7])
def test_map_is_that_of_the_metric(threshold):
    truth, found, durations = random_videos()
    expected = np.mean([average_precision(truth, found, label, [threshold])[0]
                        for label in (0, 1)])
    matching = match(truth, found, durations, threshold)
    assert 0 < matching.mean_ap() == pytest.approx(expected, abs=1e-12)
    assert precision_recall(matching, 2001).mean() == pytest.approx(
        expected, abs=2e-3)


def test_profile():
    profile = false_positive_profile(matched())
    # class 0 has two instances, class 1 one: the best are 2 + 1
    assert profile[0] == pytest.approx(np.array([1, 1, 0, 0, 1, 0]) / 3)
    assert profile[1] == pytest.approx(np.array([1, 0, 1, 0, 0, 1]) / 3)
    assert profile[2] == pytest.approx([0, 0, 0, 0.5, 0, 0.5])
    assert not profile[3:].any()


def test_which_classes_are_taken_for_which():
    """Among the best two of class 0, which has two instances."""
    assert mistaken_classes(matched()) == {}
    (segments, labels, scores), = ((
        each.segments, each.labels, each.scores.copy())
        for each in FOUND.values())
    scores[2] = 0.85
    one = match(TRUTH, dict(v=Segments(segments, labels, scores)), DURATIONS,
                0.5)
    assert mistaken_classes(one) == {(1, 0): 1}
    assert one.other_label[one.overlap == 0].tolist() == [1, 0, -1]


def test_impact_is_the_gain_of_their_removal():
    gains = error_impact([matched()])
    # class 1: hit at rank 2, AP 1/2; class 0: one of two hit at once, 1/2
    assert matched().mean_ap() == pytest.approx(0.5)
    assert gains['confusion'] == pytest.approx(0.25)
    assert gains['double detection'] == gains['background'] == 0
    at_two = error_impact([matched(), matched(0.99)])
    assert at_two['confusion'] == pytest.approx(0.125)


def test_groups_count_their_own_instances_only():
    groups = {group.name: group for group in sensitivity(
        [matched()], 'length', (3, 6, 12, 18))}
    assert {name: group.values for name, group in groups.items()} == dict(
        S='3 to 6', M='6 to 12', XL='18 to ∞')
    assert groups['S'].missed == 1 and groups['S'].mean_ap == 0
    assert groups['M'].missed == 0 and groups['M'].mean_ap == 1
    # one class of one instance, as if 1.5: 1.5 / (1.5 + 1 error before it)
    assert groups['XL'].mean_ap == pytest.approx(0.6)
    assert sum(group.share for group in groups.values()) == pytest.approx(1)


def test_one_group_of_all_is_map():
    truth, found, durations = random_videos(1)
    matching = match(truth, found, durations, 0.5)
    only, = sensitivity([matching], 'length', ())
    # both classes have as many instances, so normalizing changes nothing
    assert only.mean_ap == pytest.approx(matching.mean_ap(), abs=1e-12)


def test_boundary_errors():
    assert boundary_errors(matched()) == pytest.approx(
        np.array([[0.5, -1], [1, 0]]))


def test_nothing_to_find():
    with pytest.raises(ValueError, match='no instance'):
        match(dict(v=Segments(np.empty((0, 2)), np.empty(0))), FOUND,
              DURATIONS, 0.5)


@pytest.fixture
def files(tmp_path):
    truth, found, _ = random_videos()
    database = {
        name: dict(duration=120.0, subset='test', annotations=[
            dict(segment=list(segment), label='ab'[label])
            for segment, label in zip(*video[:2])])
        for name, video in truth.items()}
    path = tmp_path / 'annotations.json'
    path.write_text(json.dumps(dict(database=database, version='1')))
    names = sorted(found)
    parts = []
    for place, part in enumerate((names[:2], names[2:])):
        parts.append(str(tmp_path / f'part{place}.json'))
        write_submission(parts[-1], {name: found[name] for name in part}, 'ab')
    return str(path), parts


def test_report(files, tmp_path, capsys):
    annotations, parts = files
    results = Diagnosis(annotations).report(
        dict(all=parts, some=parts[:1]), tmp_path / 'out')
    assert results['some']['mAP'] < results['all']['mAP']
    written = json.loads((tmp_path / 'out' / 'diagnosis.json').read_text())
    assert written == json.loads(json.dumps(results))
    assert results['all']['mAP'] == pytest.approx(
        np.mean(list(results['all']['mAP at'].values())))
    assert all(each['mAP if']['as it is'] == pytest.approx(each['mAP'])
               for each in results.values())
    assert {path.name for path in (tmp_path / 'out').glob('*.png')} == {
        'false_positives.png', 'sensitivity.png', 'boundary_errors.png',
        'precision_recall.png'}
    told = capsys.readouterr().out
    assert 'without localization' in told and 'with right order' in told
    assert 'judged on the 5 videos of subset test, with 40 instances' in told
    assert ('some: no detections for 3 videos: v2, v3, v4; their instances '
            'count as missed') in told


def test_all_of_a_subset_counts(files):
    annotations, parts = files
    for subset in (None, ['test']):
        some = Diagnosis(annotations, subset).matchings(parts[:1])
        assert len(some[0].true_labels) == 40


def test_one_video_in_two_files(files):
    annotations, parts = files
    with pytest.raises(AnnotationError, match='found .*v0.* earlier file'):
        Diagnosis(annotations).matchings([parts[0], parts[0]])


@pytest.fixture
def perfect(tmp_path, monkeypatch):
    """Two folds of two videos in one subset, and one video in another; and
    detections that repeat their instances. No pictures."""
    monkeypatch.setattr(Diagnosis, '_pictures', lambda *args: {})
    database = {
        f'v{place}': dict(
            duration=40.0, subset='test' if place < 4 else 'Train',
            fold=place // 2, annotations=[
                dict(segment=[start, start + 4.0], label='ab'[place % 2])
                for start in (3.0, 20.0)])
        for place in range(5)}
    path = tmp_path / 'annotations.json'
    path.write_text(json.dumps(dict(database=database)))
    found = {name: [dict(each, score=0.9) for each in entry['annotations']]
             for name, entry in database.items()}

    def write(name, videos, **results):
        file = tmp_path / f'{name}.json'
        file.write_text(json.dumps(dict(results={
            **{video: found[video] for video in videos}, **results})))
        return str(file)

    return str(path), write, tmp_path / 'out'


def test_a_video_that_a_file_leaves_out_counts_as_missed(perfect, capsys):
    annotations, write, out = perfect
    files = dict(one=[write('one', ['v0', 'v1'])],
                 less=[write('less', ['v0'])])
    results = Diagnosis(annotations).report(files, out)
    assert results['one']['mAP'] == 1
    assert results['less']['mAP'] == pytest.approx(0.5)
    told = capsys.readouterr().out
    assert 'judged on the 2 videos of subset test and fold 0, with 4' in told
    assert 'less: no detections for 1 video: v1; their instances' in told


def test_files_of_one_table_are_judged_on_the_same_videos(perfect):
    annotations, write, out = perfect
    first, second = write('first', ['v0', 'v1']), write('second', ['v2', 'v3'])
    results = Diagnosis(annotations).report(
        dict(first=[first], both=[first, second]), out)
    assert results['both']['mAP'] == 1
    assert results['first']['mAP'] == pytest.approx(0.5, abs=0.01)


def test_what_was_not_chosen_is_not_judged_and_told(perfect, capsys):
    annotations, write, out = perfect
    file = write('all', [f'v{place}' for place in range(5)])
    for choice in (dict(subset=['TEST']), dict(where=dict(fold=[0, 1]))):
        results = Diagnosis(annotations, **choice).report(
            dict(all=[file]), out)
        assert results['all']['mAP'] == 1
        assert ('all: not judged, as they were not chosen: 1 video: v4'
                ) in capsys.readouterr().out


def test_nothing_of_what_was_chosen(perfect):
    annotations, write, _ = perfect
    with pytest.raises(AnnotationError, match='detections of none of the 1 '
                       'video of subset Train'):
        Diagnosis(annotations, ['train']).matchings([write('x', ['v0'])])


def test_nothing_that_overlaps_is_told(perfect, capsys):
    annotations, write, out = perfect
    late = [dict(segment=[30, 32], label='a', score=0.5)]
    results = Diagnosis(annotations).report(
        dict(late=[write('late', [], v0=late)]), out)
    assert results['late']['mAP'] == 0
    assert ('late: no detection overlaps an instance of any class; are its '
            'times seconds') in capsys.readouterr().out
