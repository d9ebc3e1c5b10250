"""Videos of hours, in windows."""
import sys

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.structures import InstanceData

from mmbapg.apis import InferenceError
from mmbapg.apis.localizer_check import draw_weights
from mmbapg.apis.long_videos import InWindows, KeptWindows, join_windows
from mmbapg.datasets.transforms.loading import LoadFeatures
from mmbapg.ops import TemporalGrid
from tests import runs, tiny
from tests.inferencers import inferencer, inputs
from tests.test_apis.conftest import save


def draw(config):
    """Weights for a config, beside it."""
    torch.manual_seed(0)
    model = draw_weights(MODELS.build(Config.fromfile(config).model))
    save(model, config.with_suffix('.pth'))


@pytest.fixture(scope='module')
def hours(data):
    """A host that sees a limited number of steps, and a video of many, whose
    actions are short."""
    path = tiny.localizer_config(data, 'local.py', extra=(
        "model['head']['post_processor'] = dict(score_threshold=0.2, "
        'pre_nms_topk=10**6, nms=dict(max_per_video=10**6))\n'))
    draw(path)
    rng = np.random.default_rng(0)
    np.save(data / 'long.npy', rng.standard_normal(
        (1500, tiny.CHANNELS)).astype(np.float32))
    return dict(feature=data / 'long.npy', fps=16, duration=375.0)


def rows_of(result):
    return sorted((row['label'], *np.round(row['segment'], 3), row['score'])
                  for row in result['detections'])


def away(rows, borders, room):
    """Those that come nowhere near a border, in seconds."""
    return [row for row in rows if all(
        row[2] < border - room or row[1] > border + room
        for border in borders)]


def test_the_same_as_the_whole_video_away_from_the_borders(data, hours):
    whole, = inferencer(data, 'local')(hours)
    size = 512
    infer = inferencer(data, 'local', window_steps=size)
    seen = []
    forward = infer.forward
    infer.forward = lambda batch: seen.append(
        batch['data_samples'][0].borders) or forward(batch)
    parted, = infer(hours)
    assert len(seen) == 4
    borders = [last * 0.25 for _, last in seen[:-1]]
    # overlaps are 128 steps: what is 16 steps from a border sees the same,
    # up to where the window ends less the reach of the network
    ours, theirs = (away(rows_of(each), borders, 20.0)
                    for each in (parted, whole))
    assert len(ours) == len(theirs) > 200
    for one, other in zip(ours, theirs):
        assert one[0] == other[0]
        np.testing.assert_allclose(one[1:], other[1:], atol=2e-3)
    near = len(whole['detections']) - len(theirs)
    assert near and abs(len(parted['detections']) - len(
        whole['detections'])) <= near


def test_windows_count_the_steps_that_are_kept(tmp_path):
    """Not the rows of the file, of which every fifth is one."""
    np.save(tmp_path / 'a.npy', np.zeros((1000, 2), np.float32))

    class OneVideo(list):
        """Enough of a dataset."""

        def get_data_info(self, index):
            return dict(feature_paths=[str(tmp_path / 'a.npy')])

    dataset = OneVideo([None])
    dataset.pipeline = Compose([LoadFeatures(stride=5, fps=25, every=5)])
    found = [window for _, window, _ in InWindows(dataset, 80).places]
    assert found[0][0] == 0 and found[-1][1] == 200
    assert [window for _, window, _ in InWindows(
        dataset, 200).places] == [None]


def test_short_videos_are_as_without_windows(data, hours):
    short = inputs(data, 6)
    assert inferencer(data, 'local', window_steps=512)(short) == inferencer(
        data, 'local')(short)


@pytest.mark.parametrize('name', ['host', 'bapg'])
def test_with_bapg_too(data, name):
    found, = inferencer(data, name, window_steps=48)(inputs(data, 7))
    ends = [row['segment'][1] for row in found['detections']]
    assert max(ends) > 12.0 and min(ends) < 6.0  # beyond a single window
    scores = [row['score'] for row in found['detections']]
    assert scores == sorted(scores, reverse=True)


def test_a_run_that_is_cut_off_goes_on(data, hours, tmp_path):
    infer = inferencer(data, 'local', window_steps=512)
    expected, = infer(hours)
    forward, calls = infer.forward, []

    def cut_off(batch):
        calls.append(batch)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return forward(batch)

    infer.forward = cut_off
    with pytest.raises(KeyboardInterrupt):
        infer(hours, out_dir=tmp_path)
    assert len(list((tmp_path / 'windows').iterdir())) == 2
    found, = infer(hours, out_dir=tmp_path)
    assert len(calls) == 5  # the third again, and the fourth
    assert found == expected
    assert not (tmp_path / 'windows').exists()


def sample_of(window, borders, *rows):
    sample = ActionDataSample(metainfo=dict(
        video_name='v', grid=TemporalGrid.of_interval(1.0).cropped(window[0]),
        window=window, borders=borders))
    table = torch.tensor(rows).view(-1, 4)
    sample.pred_instances = InstanceData(
        segments=table[:, :2], scores=table[:, 2], labels=table[:, 3].long())
    return sample


def test_who_owns_what():
    """A step stands at its middle: the border at 15 steps is at 15.5 s."""
    joined, = join_windows([
        sample_of((0, 20), (-np.inf, 15.0), (2, 6, 0.9, 0), (16, 19, 0.8, 0),
                  (11, 19, 0.7, 0), (11, 19, 0.6, 1)),
        sample_of((10, 30), (15.0, np.inf), (16.5, 19, 0.5, 0),
                  (11, 21, 0.75, 0), (11, 13, 0.4, 0))])
    found = joined.pred_instances
    np.testing.assert_allclose(
        torch.cat([found.segments, found.scores[:, None]], dim=1),
        [[2, 6, 0.9], [11, 21, 0.75], [11, 19, 0.6], [16.5, 19, 0.5]])
    assert found.labels.tolist() == [0, 0, 1, 0]
    assert joined.grid == TemporalGrid.of_interval(1.0)


def test_nothing_is_kept_without_a_folder():
    kept = KeptWindows(None, 'weights')
    batch = dict(data_samples=[sample_of((0, 9), (0, 9))])
    assert kept.forward(batch, lambda batch: 'computed') == 'computed'
    kept.clear()


@pytest.mark.parametrize('steps, message', [
    (0, 'window_steps: found 0, expected a positive'),
    (31, 'window_steps: found 31, expected at least 32')])
def test_windows_that_are_too_short_are_refused(data, steps, message):
    with pytest.raises(InferenceError, match=message):
        inferencer(data, window_steps=steps)


MEASURE = '''
import re, sys
from tests.inferencers import inferencer
from pathlib import Path
data = Path(sys.argv[1])
found, = inferencer(data, 'wide', window_steps=2304)(
    dict(feature=data / 'hours.npy', fps=16, duration=36000.0))
assert max(row['segment'][1] for row in found['detections']) > 35000
# what rusage tells begins with what started this process
status = open('/proc/self/status').read()
print(int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) / 2**20)
'''


def test_ten_hours_in_two_gigabytes(data):
    """144 000 steps of 2048 channels, 1.1 GB as float32, of which zeros on
    disk take no room."""
    width = 2048
    path = tiny.localizer_config(data, 'wide.py', extra=(
        f"load[0]['channels'] = model['backbone']['in_channels'] = {width}\n"))
    draw(path)
    array = np.lib.format.open_memmap(
        data / 'hours.npy', 'w+', np.float32, (144_000, width))
    array[::997] = 1
    array.flush()
    del array
    done = runs.run(sys.executable, '-c', MEASURE, data)
    (data / 'hours.npy').unlink()
    assert float(done.stdout.split()[-1]) <= 2.0, done.stdout
