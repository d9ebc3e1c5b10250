"""Operators that PyTorch's exporter would write otherwise."""
import io

import onnxruntime
import pytest
import torch
from torch import nn

from mmbapg.apis.exporting.export import OPSET
from mmbapg.apis.exporting.onnx_forms import OnnxForms
from mmbapg.ops import roi_align_1d

BINS = 4


class RoIAlign(nn.Module):
    """Traced in the place of a head."""

    def forward(self, features, segments):
        return roi_align_1d(features, segments, BINS)


@pytest.fixture(scope='module')
def session():
    file = io.BytesIO()
    with OnnxForms():
        torch.onnx.export(
            RoIAlign(), (torch.rand(1, 3, 9), torch.rand(1, 2, 2)), file,
            dynamo=False, opset_version=OPSET, input_names=['x', 'segments'],
            dynamic_axes=dict(x={2: 'steps'}))
    return onnxruntime.InferenceSession(
        file.getvalue(), providers=['CPUExecutionProvider'])


@pytest.mark.filterwarnings('ignore')
@pytest.mark.parametrize('steps', [1, 2, 3, 4, 5, 7, 8, 13])
def test_bins_have_all_samples_at_any_length(session, steps):
    """Two samples of each bin, rounded up, in a segment of five steps."""
    x = torch.rand(1, 3, steps, generator=torch.Generator().manual_seed(0))
    segments = torch.tensor([[[0.0, steps], [0.2, 0.7 * steps]]])
    found, = session.run(None, dict(x=x.numpy(), segments=segments.numpy()))
    torch.testing.assert_close(
        torch.from_numpy(found), RoIAlign()(x, segments))
