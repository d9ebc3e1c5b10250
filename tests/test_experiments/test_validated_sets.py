"""What a cross-validation can run."""
import pytest

from mmbapg.config.places import find_config
from mmbapg.experiments.validated_sets import (
    ENCODERS,
    EVEN_CUTS,
    LONGER,
    SETS,
    VARIANTS,
    PartError,
)


@pytest.mark.parametrize('name', SETS)
def test_all_configs_are_there(name):
    dataset = SETS[name]
    for config in dataset.encoders.values():
        find_config(config)
    for config in dataset.hosts.values():
        for variant in ('', '_bapg'):
            find_config(config.format(variant))
    assert set(LONGER) <= set(VARIANTS)
    assert set(VARIANTS.values()) <= {None, EVEN_CUTS, *ENCODERS}


@pytest.mark.parametrize('chosen', [[-1], [0, 4]])
def test_a_part_that_there_is_not(chosen):
    """Nothing would be left out of the training of part -1."""
    with pytest.raises(PartError) as refused:
        SETS['vts'].places(chosen)
    assert str(refused.value) == (
        f'found no part {chosen[-1]}, expected 0 to 3, which are fold '
        '0, 1, 2, 3')
    assert SETS['vts'].places([2, 0, 2]) == [2, 0]
    assert SETS['fir'].places() == [0, 1, 2]
