import pytest
from mmengine.config import Config

from mmbapg.apis.cross_fit import cross_fit
from mmbapg.apis.encoding import Encoding
from mmbapg.config.places import relocated
from mmbapg.datasets.embedding_files import read_provenance
from tests import tiny


def test_no_training_video_is_embedded_by_an_encoder_that_saw_it(folder):
    cfg = Config.fromfile(tiny.encoder_config(folder, epochs=1))
    encoding = Encoding(folder / 'work')
    checkpoint = cross_fit(cfg, 3, encoding.train, encoding.embed)
    assert checkpoint.is_file()
    training = {f'video{index}' for index in range(6)}
    encoders = set()
    for index in range(9):
        name = f'video{index}'
        made = read_provenance(folder / 'embeddings' / f'{name}.npz')
        assert name not in made.training_videos
        expected = 4 if name in training else 6
        assert len(made.training_videos) == expected
        encoders.add(made.checkpoint)
    assert len(encoders) == 4


def test_too_few_videos_to_divide(folder):
    cfg = Config.fromfile(tiny.encoder_config(folder))
    with pytest.raises(ValueError, match='found 6 training videos'):
        cross_fit(cfg, 7, None, None)


def test_paths_are_relocated_by_their_longest_beginning():
    places = {'data/': 'new/', 'data/features': 'fast/features'}
    node = dict(a='data/x.json', b=['data/features/v.npy', 3],
                c=('other', 'data/'))
    assert relocated(node, places) == dict(
        a='new/x.json', b=['fast/features/v.npy', 3], c=('other', 'new/'))
