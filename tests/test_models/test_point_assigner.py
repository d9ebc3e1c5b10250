"""Which points learn which instances: the two knobs at their limits."""
import pytest
import torch

from mmbapg.models.task_modules.point_assigner import CentrePointAssigner
from mmbapg.models.task_modules.point_generator import Points

LONG, SHORT = [0., 9.], [4., 7.]
INFINITE = 1e9


@pytest.fixture(scope='module')
def points():
    """Of one level, a point at every step but the first."""
    position = torch.arange(1., 9.)
    return Points(
        position, torch.tensor([0., 100.]).repeat(8, 1), torch.ones(8))


@pytest.mark.parametrize('options,long,short', [
    (dict(radius=1.), [4], [5, 6]),
    (dict(radius=INFINITE), [1, 2, 3, 4, 7, 8], [5, 6]),
    (dict(radius=INFINITE, tie=INFINITE), range(1, 9), [5, 6])])
def test_who_learns_what(points, options, long, short):
    targets = CentrePointAssigner(2, **options)(
        points, torch.tensor([LONG, SHORT]), torch.tensor([0, 1]))
    for column, learners in enumerate((long, short)):
        learned = points.position[targets.classes[:, column] > 0]
        assert learned.tolist() == list(learners)
    # whatever is learned besides, the shortest instance is regressed
    assert targets.distances[4].tolist() == [1., 2.]
