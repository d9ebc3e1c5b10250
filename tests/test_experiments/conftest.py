import pytest

from mmbapg.experiments.cross_validation import CrossValidation
from mmbapg.experiments.validated_sets import ValidatedSet
from tests import runs, tiny, warm


@pytest.fixture
def warm_processes(monkeypatch):
    """Processes of :mod:`mmbapg.experiments.in_processes` that need not import
    PyTorch again. Those of ``test_in_two_processes`` are as users have
    them."""
    if runs.can_be_warm():
        monkeypatch.setattr(
            'mmbapg.experiments.in_processes.multiprocessing.get_context',
            lambda method: warm.context())


@pytest.fixture
def tiny_cv(tmp_path):
    """Two parts: the subsets of the tiny dataset."""
    tiny.write_features(tmp_path, num_training=4, num_validation=3)
    root = (f"\ndata_root = '{tmp_path}/'\n"
            "test_evaluator = dict(type='TemporalLocalizationMetric')\n")
    host = tiny.localizer_config(tmp_path, 'tiny.py', epochs=1, extra=root)
    tiny.bapg_config(tmp_path, 'tiny_bapg.py', epochs=1, extra=root)
    encoder = tiny.encoder_config(tmp_path, epochs=1,
                                  extra=root.splitlines()[1])
    dataset = ValidatedSet(
        'Tiny', 'subset', ('validation', 'training'),
        dict(features=str(encoder)),
        dict(small=str(host).replace('tiny.py', 'tiny{}.py')))
    return CrossValidation(dataset, tmp_path, tmp_path / 'cv')
