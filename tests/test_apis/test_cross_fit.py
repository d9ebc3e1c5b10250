import json

import pytest
from mmengine.config import Config

from mmbapg.apis.cross_fit import cross_fit
from mmbapg.apis.encoding import Encoding
from mmbapg.config.places import relocated
from mmbapg.datasets.annotations import AnnotationError
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


def divided(folder, subjects, parts):
    """Numbers of the training videos that each encoder embeds unseen, where
    training video ``i`` shows ``subjects[i]``."""
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    for index, subject in enumerate(subjects):
        content['database'][f'video{index}']['subject'] = subject
    path.write_text(json.dumps(content))
    embedded = {}

    def train(cfg, name):
        return set(cfg.train_dataloader.dataset.get('where', {}).get(
            'video', ()))

    def embed(cfg, seen, name):
        unseen = cfg.test_dataloader.dataset.where.video
        assert not seen & set(unseen)
        assert name == 'others' or len(seen) + len(unseen) == 6
        embedded[name] = [int(video[-1]) for video in unseen]

    cross_fit(Config.fromfile(tiny.encoder_config(folder)), parts, train,
              embed, 'subject')
    assert embedded.pop('others') == [6, 7, 8]
    return list(embedded.values())


@pytest.mark.parametrize('subjects,parts,expected', [
    ('ABBbCA', 2, [[1, 2, 3], [0, 5, 4]]),  # b is B, as in selections
    ('ABCDDD', 2, [[3, 4, 5], [0, 1, 2]]),
    ([2, 2, 1, 1, 3, 3], 3, [[0, 1], [2, 3], [4, 5]])])
def test_videos_of_a_group_stay_together(folder, subjects, parts, expected):
    assert divided(folder, subjects, parts) == expected


def test_as_many_parts_as_groups(folder, logged):
    assert divided(folder, 'AABBBB', 3) == [[2, 3, 4, 5], [0, 1]]
    assert ('field subject: 2 values in 6 training videos, so cross-fitting '
            'has 2 parts, not 3') in logged()


@pytest.mark.parametrize('subjects,message', [
    ('AAAAAA', "field subject: found 'a' in all 6 training videos, "
     'expected at least 2 values to cross-fit by'),
    ('AABB', 'video video4, field subject: found nothing, expected '
     'a text or a number to cross-fit by'),
    ([[1]], r'field subject: found \[1\], expected')])
def test_groups_that_do_not_divide(folder, subjects, message):
    with pytest.raises(AnnotationError, match=f'annotations.json: .*{message}'
                       ):
        divided(folder, subjects, 2)


def test_paths_are_relocated_by_their_longest_beginning():
    places = {'data/': 'new/', 'data/features': 'fast/features'}
    node = dict(a='data/x.json', b=['data/features/v.npy', 3],
                c=('other', 'data/'))
    assert relocated(node, places) == dict(
        a='new/x.json', b=['fast/features/v.npy', 3], c=('other', 'new/'))
