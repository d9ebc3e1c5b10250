"""1-D RoIAlign against the loop of the reference's operator."""
import math

import pytest
import torch

from mmbapg.ops import roi_align_1d


def by_loops(features, segments, num_bins, lengths):
    """As facts of the CUDA kernel tell it: one sample after the other."""
    batch, channels, _ = features.shape
    out = torch.zeros(batch, segments.shape[1], channels, num_bins,
                      dtype=features.dtype)
    for video in range(batch):
        length = int(lengths[video])
        for index, (start, end) in enumerate(segments[video].tolist()):
            bin_size = max(end - start, 1.0) / num_bins
            samples = math.ceil(bin_size)
            for number in range(num_bins):
                for sample in range(samples):
                    place = (start + number * bin_size +
                             (sample + 0.5) * bin_size / samples)
                    if place < -1 or place > length:
                        continue
                    place = max(place, 0.0)
                    before = min(int(place), length - 1)
                    after = min(before + 1, length - 1)
                    share = place - before if after > before else 0.0
                    out[video, index, :, number] += (
                        (1 - share) * features[video, :, before] +
                        share * features[video, :, after]) / samples
    return out


SEGMENTS = [
    [0.0, 1.0], [0.3, 0.4], [2.0, 30.0], [0.0, 37.0], [35.5, 37.0],
    [-3.0, 5.0], [30.0, 60.0], [12.0, 10.0], [5.25, 21.25], [36.0, 36.0],
    [-9.0, 80.0]
]


@pytest.mark.parametrize('num_bins', [1, 4, 16])
def test_values(num_bins):
    """Short, long, empty and reversed segments, within and beyond."""
    torch.manual_seed(0)
    features = torch.randn(2, 3, 37)
    # of lengths that are no whole numbers, where rounding would decide
    segments = torch.tensor(SEGMENTS).expand(2, -1, -1).clone()
    segments[1] += torch.tensor([0.137, 0.331])
    for lengths in (None, torch.tensor([37, 37]), torch.tensor([37, 22])):
        found = roi_align_1d(features, segments, num_bins, lengths)
        expected = by_loops(
            features, segments, num_bins,
            torch.tensor([37, 37]) if lengths is None else lengths)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def test_padding_is_not_seen():
    """A padded sequence gives what it gives alone."""
    torch.manual_seed(0)
    features = torch.randn(1, 3, 20)
    segments = torch.tensor([[[0.0, 20.0], [15.5, 20.0], [18.0, 25.0]]])
    padded = torch.cat([features, torch.full((1, 3, 12), 9.0)], dim=2)
    torch.testing.assert_close(
        roi_align_1d(padded, segments, 4, torch.tensor([20])),
        roi_align_1d(features, segments, 4))


def test_gradients():
    """To the features; segments have none."""
    features = torch.randn(1, 2, 9, dtype=torch.float64, requires_grad=True)
    segments = torch.tensor([[[1.3, 7.7], [0.2, 0.6]]], requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda each: roi_align_1d(each, segments, 3), [features])
    roi_align_1d(features, segments, 3).sum().backward()
    assert segments.grad is None


def test_no_segments():
    assert roi_align_1d(torch.randn(2, 3, 9), torch.zeros(2, 0, 2),
                        4).shape == (2, 0, 3, 4)
