"""Feature files are looked at before the first iteration."""
import numpy as np
import pytest

from mmbapg.datasets import FeatureFileError
from tests import runs, tiny

SPOILED = {
    'empty': (lambda path: path.write_bytes(b''), r'found an empty file'),
    'cut off': (lambda path: path.write_bytes(path.read_bytes()[:300]),
                'not a readable feature file'),
    'wide': (lambda path: np.save(path, np.zeros((60, 13), np.float32)),
             'found 13 channels, expected 12 as in the config'),
    'flat': (lambda path: np.save(path, np.zeros(60, np.float32)),
             r'shape \(60,\), expected \(steps, channels\)'),
    'without steps': (lambda path: np.save(path, np.zeros((0, 12))),
                      r'shape \(0, 12\)'),
}


@pytest.mark.parametrize('case', SPOILED)
def test_training_of_hosts_and_encoders(folder, case):
    spoil, words = SPOILED[case]
    for name in ('video1', 'video2'):
        spoil(folder / f'features/{name}.npy')
    for config in (tiny.localizer_config, tiny.encoder_config):
        runner = runs.build(config(folder))
        with pytest.raises(FeatureFileError, match=(
                r'^2 of \d feature files cannot be used \(video1.npy, '
                rf'video2.npy\). The first: .*video1.npy: .*{words}')):
            runner.train()
        assert runner.iter == 0


def test_validation_and_testing(folder):
    (folder / 'features/video7.npy').write_bytes(b'')
    for run in ('train', 'test'):
        runner = runs.build(tiny.localizer_config(folder))
        with pytest.raises(FeatureFileError, match='video7.npy: found an em'):
            getattr(runner, run)()
