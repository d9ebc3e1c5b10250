"""Names of videos come from files of others; none leads out of a folder."""
import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from mmaction.registry import DATASETS

import mmbapg
from mmbapg.apis.encoder_pictures import similarity_maps
from mmbapg.apis.join_embeddings import join_embeddings
from mmbapg.apis.localization_files import LocalizationFolder
from mmbapg.datasets import AnnotationError, TemporalSimilarityClustering
from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import Provenance
from mmbapg.datasets.sources import ego4d
from mmbapg.datasets.video_files import find_video
from mmbapg.engine import LocalizationVisualizationHook
from mmbapg.engine.loops.embed_loop import write_videos
from mmbapg.video_names import VideoNameError, file_of, names_in
from tests import runs, tiny

#: Where each would come out, if it was joined as it is: beside the folder.
NAMES = ['../out', '../../out', 'a/../../out', '{root}/out', 'a/../../../out',
         '..\\out', 'C:\\out', 'out\0', '', '.', '..', 'x/' * 600 + 'out',
         'o' * 250]


@pytest.fixture(params=range(len(NAMES)))
def name(request, tmp_path):
    return NAMES[request.param].replace('{root}', str(tmp_path))


def everything(folder):
    return sorted(str(path) for path in folder.rglob('*'))


def by_embed_loop(inside, name):
    sample = SimpleNamespace(
        embeddings=SimpleNamespace(float=lambda: SimpleNamespace(
            cpu=lambda: SimpleNamespace(numpy=lambda: np.zeros((2, 3))))),
        last=2, num_frames=2, grid=SimpleNamespace(to_seconds=lambda x: x),
        video_name=name, path=str(inside))
    write_videos([[sample]], inside, Provenance(0.5, 'c', 'w'))


def by_clustering(inside, name):
    TemporalSimilarityClustering(str(inside)).transform(
        dict(video_name=name, duration=2.0))


def by_cache(inside, name):
    """Where results are kept on disk."""
    transform = TemporalSimilarityClustering(str(inside))
    transform._cache_file(name, SimpleNamespace(
        provenance=Provenance(1.0, 'c', 'w'), checksums=(0, 0)), 4.0)


def by_pictures(inside, name):
    hook = LocalizationVisualizationHook(enable=True, out_dir='pictures')
    runner = SimpleNamespace(log_dir=str(inside), visualizer=SimpleNamespace(
        add_image=lambda *args: None))
    hook._add(runner, 'timeline', name, np.zeros((4, 4, 3), np.uint8), 0)


def by_results(inside, name):
    LocalizationFolder(inside, 'w').write(
        [dict(video='v', name=name, duration=1.0, detections=[])], ['walk'])


def by_ego4d(inside, name):
    source = inside / 'source.json'
    source.write_text(json.dumps(dict(videos=[dict(
        video_uid='u', split='train', clips=[dict(
            clip_uid=name, video_start_sec=0.0, video_end_sec=480.0,
            video_start_frame=0, video_end_frame=14400, fps=30,
            annotations=[])])])))
    np.save(inside / 'steps.npy', np.zeros((900, 4), np.float32))
    import torch
    torch.save(torch.zeros(900, 4), inside / 'u.pt')
    ego4d.cut_features([source], inside, inside / 'clips')


@pytest.mark.parametrize('join', [by_embed_loop, by_clustering, by_cache,
                                  by_pictures, by_ego4d])
def test_no_joiner_leaves_its_folder(tmp_path, name, join):
    inside = tmp_path / 'a/b/c'
    inside.mkdir(parents=True)
    outside = set(everything(tmp_path))
    with pytest.raises(ValueError) as caught:
        join(inside, name)
    assert isinstance(caught.value, (VideoNameError, AnnotationError))
    assert str(caught.value).isprintable() and len(str(caught.value)) < 400
    made = set(everything(tmp_path)) - outside
    assert all(path.startswith(f'{inside}/') for path in made)


@pytest.mark.parametrize('form', ['feature', 'video', 'img', 'localization'])
def test_no_dataset_reads_beside_its_folder(tmp_path, name, form):
    path = tmp_path / 'annotations.json'
    path.write_text(json.dumps(dict(database={name: dict(
        duration=4.0, annotations=[dict(label='a', segment=[1, 2])])})))
    kind = dict(type='UntrimmedFrameDataset', interval=0.5) if (
        form != 'localization') else dict(type='TemporalLocalizationDataset')
    key = 'feature' if form == 'localization' else form
    cfg = dict(kind, ann_file=str(path), lazy_init=True,
               data_prefix={key: str(tmp_path / 'in')})
    with pytest.raises(AnnotationError, match='its name: it '):
        DATASETS.build(cfg).full_init()
    with pytest.raises(VideoNameError):
        DATASETS.build(cfg).files_of(VideoAnnotation(
            name, 4.0, np.zeros((0, 2)), ()))


def test_pictures_of_one_video(folder):
    with pytest.raises(AnnotationError, match='found no video'):
        similarity_maps(str(folder / 'annotations.json'),
                        dict(a=folder / 'embeddings'), '../video0',
                        folder / 'map.png')


def test_names_are_joined_in_one_place_only():
    """Names that no file of others holds are excepted, by module."""
    ours = {'video_names', 'mmaction_tools', 'diagnosis', 'fir', 'rendered',
            'sampled_frames', 'encoding', 'stages', 'places',
            'epic_kitchens100', 'rehearsal_data', 'rehearsal', 'compat',
            'video_stages', 'bases', 'writer'}
    joined = re.compile(r"/ f'\{|tmpl\.format|template\.format|/ name\b")
    root = Path(mmbapg.__file__).parent
    assert [f'{path.name}: {line.strip()}' for path in root.rglob('*.py')
            for line in path.read_text().splitlines()
            if path.stem not in ours and joined.search(line)] == []


def test_names_with_folders_work_from_stage_2_to_the_pictures(tmp_path):
    """Embeddings, the cache of proposals, joining and pictures."""
    folder = tiny.write_features(tmp_path, 2, 1)
    path = folder / 'annotations.json'
    content = json.loads(path.read_text())
    videos = content['database']
    content['database'] = {f'cam 1/{name}': video
                           for name, video in videos.items()}
    path.write_text(json.dumps(content))
    (folder / 'features').rename(folder / 'cam 1')
    (folder / 'features').mkdir()
    (folder / 'cam 1').rename(folder / 'features/cam 1')
    runs.build(tiny.encoder_config(folder)).test()
    names = names_in(folder / 'embeddings', '.npz', 'proposals')
    assert names == sorted(content['database'])
    config = tiny.bapg_config(folder, epochs=1, extra=(
        "default_hooks.update(visualization=dict("
        "type='LocalizationVisualizationHook', enable=True, interval=1, "
        "out_dir='pictures'))"))
    runs.build(config).train()
    assert len(list(folder.glob(
        'embeddings/proposals/*/cam 1/video*.npz'))) == len(names)
    assert len(list(folder.glob(
        'work_dirs/**/pictures/timeline/cam 1/video*.png'))) == 1
    assert join_embeddings([folder / 'embeddings'] * 2,
                           folder / 'joined') == len(names)
    assert (folder / 'joined' / f'{names[0]}.npz').is_file()


def test_templates_need_a_place_for_the_name(tmp_path):
    assert file_of(tmp_path, 'a/b', 'v_{}.npz') == tmp_path / 'v_a/b.npz'
    assert file_of(tmp_path, '{}', '{}.npy') == tmp_path / '{}.npy'
    assert file_of(tmp_path, 'a', '{subset}/{}.npy', 'training') == (
        tmp_path / 'training/a.npy')
    for subset in ('..', None, '/etc', 3):
        with pytest.raises(VideoNameError, match='found the subset'):
            file_of(tmp_path, 'a', '{subset}/{}.npy', subset)
    for template in ('all.npy', '{', '{}{}', '{:05d}.npy', '{name}'):
        with pytest.raises(VideoNameError, match='expected {} in the place'):
            file_of(tmp_path, 'a', template)


def test_videos_of_any_suffix_are_found(tmp_path):
    for file in ('a.mp4', 'b.mkv', 'c.WEBM', 'd', 'e.f.avi', 'g.txt', 'h.mp4',
                 'h.webm', 'v_i.mov'):
        (tmp_path / file).touch()
    (tmp_path / 'cam 1').mkdir()
    (tmp_path / 'cam 1/a.ts').touch()

    def found(name, template='{}'):
        return find_video(tmp_path, name, template).relative_to(
            tmp_path).as_posix()

    assert [found(name) for name in ('a', 'b', 'c', 'd', 'e.f', 'cam 1/a')
            ] == ['a.mp4', 'b.mkv', 'c.WEBM', 'd', 'e.f.avi', 'cam 1/a.ts']
    assert [found('i', 'v_{}'), found('h.mp4'), found('h', '{}.mp4')] == [
        'v_i.mov', 'h.mp4', 'h.mp4']
    # not there: as it is named
    assert [found('g'), found('a', '{}.avi'), found('z/y')] == [
        'g', 'a.avi', 'z/y']
    with pytest.raises(VideoNameError, match='video h: found h.mp4 and h.webm,'
                       ' expected one file .*filename_tmpl'):
        found('h')
