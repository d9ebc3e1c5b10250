"""How much work drafts of segments save."""
import itertools
import json

import numpy as np
import pytest

from mmbapg.datasets.annotations import AnnotationError
from mmbapg.experiments.cross_validation import Run
from mmbapg.experiments.draft_worth import (
    CUT,
    EDITS,
    EMPTY,
    ENCODER,
    EVEN,
    FOUND,
    SAVED,
    Draft,
    DraftTrials,
    drafts_of,
    even_cuts,
    figures_of,
    report,
)


def fewest_edits(found, true):
    """Of all ways to keep, move, delete and add."""
    best = len(found) + len(true)
    for size in range(min(len(found), len(true)) + 1):
        for some in itertools.combinations(range(len(found)), size):
            for others in itertools.permutations(range(len(true)), size):
                moved = sum(abs(found[a] - true[b]) > 0.5
                            for a, b in zip(some, others))
                best = min(best, moved + len(found) + len(true) - 2 * size)
    return best


@pytest.mark.parametrize('seed', range(8))
def test_edits_are_the_fewest(seed):
    rng = np.random.default_rng(seed)
    found, true = (rng.uniform(0, 6, rng.integers(0, 5)) for _ in range(2))
    assert Draft(found, true).edits == fewest_edits(found, true)


def test_figures():
    drafts = [Draft(np.array([1.0, 5.0]), np.array([1.5, 9.0])),
              Draft(np.array([]), np.array([2.0, 3.0]))]
    assert figures_of(drafts) == {FOUND: 0.25, EDITS: 0.75, SAVED: 0.25}
    empty = [draft._replace(found=np.empty(0)) for draft in drafts]
    assert figures_of(empty)[SAVED] == 0
    assert even_cuts(3, 8.0).tolist() == [2, 4, 6]


def test_of_a_trained_encoder(tiny_cv, capsys):
    trials = DraftTrials(tiny_cv.dataset, tiny_cv.data_root, tiny_cv.work_dir)
    results = report(trials, [0], [0], [3])
    written = json.loads((tiny_cv.work_dir / 'drafts.json').read_text())
    assert written == json.loads(json.dumps(results))
    drafts = drafts_of(trials.stages(Run(0, 0, ENCODER, labelled=3)), 'rate')
    assert len(drafts[CUT]) == 3  # the test videos
    for empty, even, cut in zip(*(drafts[kind] for kind in (
            EMPTY, EVEN, CUT))):
        assert not len(empty.found) and len(even.found) == len(cut.found) > 0
        assert len(cut.true) > 2
    figures = results['cut, rate, 3 videos']
    assert figures[SAVED][0] == pytest.approx(1 - figures[EDITS][0])
    assert figures[FOUND][0] == pytest.approx(
        figures_of(drafts[CUT])[FOUND])
    assert 'evenly spaced, rate, 3 videos' in capsys.readouterr().out


def test_more_videos_than_there_are(tiny_cv):
    with pytest.raises(AnnotationError, match='found 4 training videos and 9'):
        report(tiny_cv, [0], [0], [9])
    assert not (tiny_cv.work_dir / 'encoders').exists()
