"""Weights of a host and of a host with BAPG are told apart."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import load_checkpoint

from mmbapg.apis import TemporalLocalizationInferencer
from mmbapg.apis.inferencer import InferenceError
from mmbapg.engine import add_bapg
from mmbapg.models.localizers.weights import ForeignWeightsError
from tests import activitynet, runs, tiny
from tests.test_engine.test_bmn import BASE, MODEL

OTHER_NECK = dict(_delete_=True, type='ProposalFusionNeck', hidden_channels=8)


def ours(folder, with_bapg, **kwargs):
    write = tiny.bapg_config if with_bapg else tiny.localizer_config
    return write(folder, epochs=1, **kwargs)


def bmn(folder, with_bapg, **kwargs):
    return activitynet.config(folder, BASE, MODEL, with_bapg, **kwargs)


@pytest.fixture(params=[ours, bmn])
def host(request, tmp_path):
    """What writes the config of a host, for a folder of its data."""
    if request.param is ours:
        tiny.write_features(tmp_path)
        tiny.write_video_embeddings(tmp_path)
    else:
        activitynet.write(tmp_path)
    return lambda with_bapg: request.param(tmp_path, with_bapg)


def weights(config, prefix='', ema=False):
    """A checkpoint of a config's model, as a training would write it."""
    cfg = add_bapg(Config.fromfile(config))
    state = {prefix + name: value for name, value in
             MODELS.build(cfg.model).state_dict().items()}
    content = dict(state_dict=state, meta=dict(epoch=1, iter=1),
                   message_hub={}, optimizer={})
    if ema:
        content['ema_state_dict'] = {
            f'module.{name}': value for name, value in state.items()}
    path = config.with_suffix('.pth')
    torch.save(content, path)
    return path


def refused(run, *words):
    with pytest.raises(ForeignWeightsError) as caught:
        run()
    message = str(caught.value)
    assert all(word in message for word in words), message
    return message


@pytest.mark.parametrize('run', ['train', 'val', 'test'])
def test_a_host_takes_no_weights_with_bapg(host, run):
    checkpoint = weights(host(True))
    runner = runs.build(host(False), load_from=checkpoint)
    refused(getattr(runner, run), f'{checkpoint}: found weights of a host '
            'with BAPG, expected those of ', 'has the field bapg')


@pytest.mark.parametrize('run', ['val', 'test'])
def test_bapg_is_not_tested_with_the_weights_of_a_host(host, run):
    checkpoint = weights(host(False))
    runner = runs.build(host(True), load_from=checkpoint)
    refused(getattr(runner, run), f'{checkpoint}: found weights of a host '
            'without BAPG', 'with BAPG and its EvidenceFusionNeck')


@pytest.mark.parametrize('with_bapg', [False, True])
def test_neither_is_resumed_from_the_other(host, with_bapg):
    checkpoint = weights(host(not with_bapg))
    runner = runs.build(host(with_bapg), load_from=checkpoint, resume=True)
    refused(runner.train, f'{checkpoint}: found weights of a host with'
            f'{"out" if with_bapg else ""} BAPG')


def test_training_starts_from_a_host_and_says_so(folder, caplog):
    checkpoint = weights(ours(folder, False))
    runner = runs.build(ours(folder, True), load_from=checkpoint)
    runner.logger.addHandler(caplog.handler)
    runner.train()
    assert (f'{checkpoint}: training starts from weights of a host without '
            'BAPG; the neck of BAPG is new') in caplog.text
    assert runner.test()  # by now they are BAPG's own


@pytest.mark.parametrize('form', [
    dict(prefix='module.'), dict(ema=True), dict(prefix='module.', ema=True)])
def test_data_parallel_and_averaged_weights(folder, form):
    checkpoint = weights(ours(folder, True), **form)
    refused(runs.build(ours(folder, False), load_from=checkpoint).test,
            'a host with BAPG')
    checkpoint = weights(ours(folder, False), **form)
    refused(runs.build(ours(folder, True), load_from=checkpoint).test,
            'a host without BAPG')


def test_a_wrapped_model_is_looked_into(folder):
    checkpoint = weights(ours(folder, False))
    refused(runs.build(ours(folder, True), load_from=checkpoint,
                       model_wrapper_cfg=dict(type='LocalModelWrapper'),
                       ).test, 'a host without BAPG')


def test_another_neck_is_another_model(folder):
    checkpoint = weights(ours(folder, True))
    runner = runs.build(ours(folder, True, neck=OTHER_NECK),
                        load_from=checkpoint)
    refused(runner.test, 'BAPG and another neck', 'ProposalFusionNeck')


def test_a_plain_load_is_looked_at_too(folder):
    """In notebooks; the other way round is how training starts."""
    checkpoint = weights(ours(folder, True))
    host = MODELS.build(Config.fromfile(ours(folder, False)).model)
    message = refused(lambda: load_checkpoint(host, str(checkpoint)),
                      'those of ActionFormer alone')
    assert message.startswith('found')
    checkpoint = weights(ours(folder, False))
    model = MODELS.build(add_bapg(Config.fromfile(ours(folder, True))).model)
    load_checkpoint(model, str(checkpoint))
    refused(lambda: load_checkpoint(model, str(checkpoint), strict=True),
            'a host without BAPG')


@pytest.mark.parametrize('with_bapg', [False, True])
def test_raw_videos_are_not_localized_with_them(folder, with_bapg):
    checkpoint = weights(ours(folder, not with_bapg))
    cfg = Config.fromfile(ours(folder, with_bapg))
    encoder = str(tiny.encoder_config(folder))
    cfg.video_input = dict(extractor=encoder, encoder=encoder,
                           encoder_checkpoint=str(checkpoint))
    with pytest.raises(InferenceError, match=(
            f'{checkpoint}: found weights of a host with'
            f'{"out" if with_bapg else ""} BAPG, expected')):
        TemporalLocalizationInferencer(cfg, checkpoint)


def test_an_encoder_takes_no_weights_of_a_localizer(folder):
    """MMEngine would load none of them, and embed with initial weights."""
    checkpoint = weights(ours(folder, False))
    runner = runs.build(tiny.encoder_config(folder), load_from=checkpoint)
    refused(runner.test, str(checkpoint),
            'none of which belongs to FrameSimilarityLearner')
