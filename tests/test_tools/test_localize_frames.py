"""From a video to a picture, with a localizer that sees frames."""
import json

import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from tests import small_afsd, tiny, tiny_video


def test_afsd_on_a_video(tool, tmp_path):
    folder = tiny_video.write_videos(tmp_path / 'data', 2)
    config = small_afsd.run_config(folder)
    model = MODELS.build(Config.fromfile(config).model)
    torch.save(dict(state_dict=model.state_dict(), meta=dict(
        dataset_meta=dict(classes=tiny.CLASSES))), folder / 'afsd.pth')
    video, out = folder / 'videos/video_1.mp4', tmp_path / 'localized'

    def localize(cfg):
        return tool('localize.py', video, '--config', cfg, '--checkpoint',
                    folder / 'afsd.pth', '--out-dir', out, '--device', 'cpu')

    output, ending = localize(config)
    assert ending is None and f'{video}: ' in output
    result, = json.loads((out / 'detections.json').read_text())['results']
    assert result['duration'] == 9 and result['detections']
    assert (out / 'video_1.png').is_file()

    stored = folder / 'stored.py'
    stored.write_text(config.read_text().replace(
        '_delete_=True, video=', '_delete_=True, feature='))
    _, ending = localize(stored)
    assert ending == (
        f'error: {stored}, field test_dataloader.dataset.data_prefix: found '
        'feature, expected video: to localize in videos takes a config whose '
        'test reads videos, not stored frames')
