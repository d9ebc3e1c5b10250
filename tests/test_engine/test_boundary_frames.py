"""The paper's settings of BSP on frames that are decoded from video files."""
import numpy as np
import pytest
from mmengine.config import Config

from tests import boundary_sets, runs
from tests.tiny import CONFIGS


@pytest.fixture(scope='module')
def clips(tmp_path_factory):
    return boundary_sets.write_clips(tmp_path_factory.mktemp('clips'))


def config(clips, folder, name):
    """As it stands, but for the data, the depth and the size of frames."""
    cfg = Config.fromfile(
        CONFIGS / f'bsp/{name}_8xb8-50e_kinetics400-rgb.py')
    for loader in (cfg.train_dataloader, cfg.get('val_dataloader'),
                   cfg.get('test_dataloader')):
        if loader:
            loader.update(num_workers=0, persistent_workers=False,
                          batch_size=4)
            loader.dataset.source = boundary_sets.source_of(clips)
            for step in loader.dataset.pipeline:
                step.update({key: value for key, value in dict(
                    scale=(32, 32), crop_size=32).items() if key in step})
    if 'recognizer' in cfg.model.encoder:
        cfg.model.encoder.recognizer.backbone.depth = 18
    for head in cfg.model.heads.values():
        head.in_channels = 512
    cfg.merge_from_dict({
        'train_cfg.max_epochs': 1, 'train_cfg.val_interval': 1,
        'default_hooks.logger.interval': 1, 'work_dir': str(folder / name),
        'param_scheduler.milestones': []})
    cfg.dump(str(folder / f'{name}.py'))
    return folder / f'{name}.py'


@pytest.mark.parametrize('name,losses', [
    ('bsp_tsm-r50', {'loss_boundary'}),
    ('bsp-diff-speed_tsm-r18', {'loss_boundary'}),
    ('bsp-two-head_tsm-r18', {'loss_boundary', 'loss_action'}),
    ('bsp-heat-map_tsm-r18', {'loss_heat_map'}),
    ('vanilla_tsm-r18', {'loss_action'})])
def test_the_papers_settings(clips, tmp_path, name, losses):
    runs.build(config(clips, tmp_path, name)).train()
    rows = runs.scalars(tmp_path / name)
    found = {key for row in rows for key in row if key.startswith('loss_')}
    assert found == losses
    trained = [row for row in rows if 'loss' in row]
    assert trained and np.isfinite([row['loss'] for row in trained]).all()
    assert ('acc/top1' in rows[-1]) == ('loss_boundary' in losses)


def test_the_distilled_student_has_both_as_teachers(clips, tmp_path):
    """Each trained by its own setting, as the setting names their files."""
    cfg = Config.fromfile(config(clips, tmp_path, 'bsp-distilled_tsm-r18'))
    for role, name in (('action', 'vanilla_tsm-r18'),
                       ('boundary', 'bsp_tsm-r18')):
        teacher = cfg.model.teachers[role]
        assert teacher.init_cfg.checkpoint == (
            f'work_dirs/{name}_8xb8-50e_kinetics400-rgb/epoch_50.pth')
        runner = runs.build(config(clips, tmp_path, name))
        runner.train()
        teacher.init_cfg.checkpoint = str(tmp_path / name / 'epoch_1.pth')
    cfg.dump(str(tmp_path / 'student.py'))
    runs.build(tmp_path / 'student.py').train()
    rows = [row for row in runs.scalars(tmp_path / 'bsp-distilled_tsm-r18')
            if 'loss' in row]
    assert all(np.isfinite([row['loss_match_action'], row[
        'loss_match_boundary'], row['loss_action']]).all() for row in rows)
