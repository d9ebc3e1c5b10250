"""Several encoders as one."""
import numpy as np
import pytest

from mmbapg.apis.join_embeddings import join_embeddings
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    read_embeddings,
    write_embeddings,
)
from mmbapg.datasets.feature_files import FeatureFileError
from tests import runs, tiny


@pytest.fixture
def encoders(tmp_path):
    """Two folders with embeddings of a video, of different width."""
    folders = []
    for index, channels in enumerate((3, 8)):
        folders.append(tmp_path / f'encoder{index}')
        write(folders[-1], channels, index)
    return folders


def write(folder, channels, seed, frames=20):
    content = np.random.default_rng(seed).standard_normal((frames, channels))
    write_embeddings(str(folder / 'v.npz'), Embeddings(
        content, np.arange(frames) + 0.5,
        Provenance(1.0, f'config{seed}', f'weights{seed}', (f'w{seed}', ),
                   boundary_rate=0.1 + 0.2 * seed, mean_duration=9.0)))


def similarities(folder):
    content = read_embeddings(str(folder / 'v.npz')).embeddings
    unit = content / np.linalg.norm(content, axis=1, keepdims=True)
    return unit @ unit.T


def test_the_similarity_is_the_mean(encoders, tmp_path):
    assert join_embeddings(encoders, tmp_path / 'joined') == 1
    np.testing.assert_allclose(
        similarities(tmp_path / 'joined'),
        np.mean([similarities(folder) for folder in encoders], axis=0),
        atol=1e-6)
    content = read_embeddings(str(tmp_path / 'joined/v.npz'))
    assert content.provenance.training_videos == ('w0', 'w1')
    assert content.provenance.boundary_rate == pytest.approx(0.2)
    assert content.provenance.config not in ('config0', 'config1')
    join_embeddings(encoders[::-1], tmp_path / 'turned')
    turned = read_embeddings(str(tmp_path / 'turned/v.npz'))
    assert turned.provenance.config != content.provenance.config


def test_what_does_not_fit_together_is_refused(encoders, tmp_path):
    write(encoders[1], 8, 1, frames=19)
    done = runs.run('python', tiny.ROOT / 'tools/join_embeddings.py',
                    *encoders, '--out', tmp_path / 'joined', check=False)
    assert (f'error: {encoders[1] / "v.npz"}: found 19 frames every 1 s, '
            'expected the 20 times') in done.stderr
    assert not (tmp_path / 'joined').exists()
    (encoders[1] / 'v.npz').unlink()
    with pytest.raises(FeatureFileError, match='no such embeddings file'):
        join_embeddings(encoders, tmp_path / 'joined')
    with pytest.raises(FeatureFileError, match='found no embeddings'):
        join_embeddings([tmp_path / 'none'], tmp_path / 'joined')
