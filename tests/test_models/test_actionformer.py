"""What the golden numbers do not show."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from tests import runs, tiny


@pytest.fixture
def model(folder):
    torch.manual_seed(0)
    cfg = Config.fromfile(tiny.localizer_config(folder))
    return MODELS.build(cfg.model).eval()


def test_tensor_mode_returns_per_level_outputs(model):
    outputs = model([torch.randn(tiny.CHANNELS, 40)], mode='tensor')
    assert [tuple(each.shape) for each in outputs.cls_logits] == [
        (1, 96, 2), (1, 48, 2), (1, 24, 2)]
    assert [each.shape[2] for each in outputs.distances] == [2, 2, 2]


def test_a_batch_gives_what_each_video_gives(model):
    """Padding and neighbours in the batch have no influence."""
    videos = [torch.randn(tiny.CHANNELS, length) for length in (40, 77)]
    with torch.no_grad():
        together = model(videos).cls_logits
        for index, video in enumerate(videos):
            alone = model([video]).cls_logits
            for level, logits in enumerate(alone):
                valid = -(-video.shape[1] // 2**level)
                torch.testing.assert_close(
                    together[level][index, :valid], logits[0, :valid],
                    rtol=0, atol=1e-5)


def test_long_videos_are_tested_but_not_trained_on(model):
    video = torch.randn(tiny.CHANNELS, 300)
    with torch.no_grad():
        assert model([video]).cls_logits[0].shape[1] >= 300
    from mmaction.structures import ActionDataSample
    with pytest.raises(ValueError, match='RandomTruncation'):
        model([video], [ActionDataSample(metainfo=dict(video_name='v'))],
              mode='loss')


@pytest.mark.parametrize('length', [3, 50, 200])
def test_window_attention_is_dense_attention_under_a_band(length):
    from mmbapg.models.layers.attention import windowed_attention
    torch.manual_seed(0)
    query, key, value = (torch.randn(2, 2, length, 4) for _ in range(3))
    valid = torch.arange(length)[None] < torch.tensor([[length], [2]])
    found = windowed_attention(query, key, value, valid, reach=2)
    step = torch.arange(length)
    band = (step[:, None] - step).abs() <= 2
    allowed = (band & valid[:, None])[:, None]
    expected = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, allowed)
    expected = expected.nan_to_num() * valid[:, None, :, None]
    torch.testing.assert_close(found, expected)


def test_it_learns(folder):
    runner = runs.build(tiny.localizer_config(folder, epochs=40))
    runner.train()
    metrics = runner.message_hub.get_scalar('val/mAP').current()
    assert metrics > 0.6
