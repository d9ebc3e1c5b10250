"""RGB and flow together."""
import pytest
import torch
from mmaction.registry import MODELS

from tests import small_afsd
from tests.small_afsd import LENGTH, LEVELS


def built(cfg):
    torch.manual_seed(0)
    return MODELS.build(cfg).eval()


class TestTwoStreams:
    inputs = [small_afsd.frames(100, channels=5)]

    def outputs(self, model):
        """Of each stream."""
        video, = self.inputs
        return [stream([part]) for stream, part in zip(
            model.streams.values(), (video[:3], video[3:]))]

    @torch.no_grad()
    @pytest.mark.parametrize('fusion', ['outputs', 'segments'])
    def test_fusion(self, fusion):
        model = built(small_afsd.two_streams(fusion=fusion))
        assert model.num_predicted_classes == 3
        rgb, flow = self.outputs(model)
        joined = model(self.inputs)
        for name in ('distances', 'logits', 'offsets', 'refined_logits',
                     'quality'):
            torch.testing.assert_close(
                getattr(joined, name),
                (getattr(rgb, name) + getattr(flow, name)) / 2)
        decoded = model._decoded(self.inputs[0])
        head = model.head
        average = head.decode(joined, LEVELS)
        torch.testing.assert_close(decoded.scores, average.scores)
        expected = average.segments
        if fusion == 'segments':
            expected = (head.decode(rgb, LEVELS).segments *
                        head.decode(flow, LEVELS).segments).sqrt()
        torch.testing.assert_close(decoded.segments, expected)
        sample, = model(self.inputs, [small_afsd.sample()], mode='predict')
        assert len(sample.pred_instances)

    def test_other_channels(self):
        with pytest.raises(ValueError, match='found frames of 3 channels, expe'
                           'cted 5: 3, 2 of rgb, flow'):
            built(small_afsd.two_streams())([small_afsd.frames(LENGTH)])

    def test_no_training(self):
        with pytest.raises(ValueError, match='train each stream with its own'):
            built(small_afsd.two_streams())(
                self.inputs, [small_afsd.sample()], mode='loss')

    def test_an_unknown_fusion(self):
        with pytest.raises(ValueError, match="fusion is 'all', expected one of"
                           ' outputs, segments'):
            built(small_afsd.two_streams(fusion='all'))

    def test_another_number_of_classes(self):
        model = built(small_afsd.two_streams())
        weights = dict(model.state_dict())
        key = 'streams.rgb.head.cls_out.bias'
        weights[key] = torch.zeros(7)
        with pytest.raises(ValueError, match='the checkpoint knows 6 classes '
                           r'\(streams.rgb.head.cls_out.bias\)'):
            model.load_state_dict(weights)
