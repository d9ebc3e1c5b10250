"""Tools that look at features, with and without boundaries."""
import json

SUBSETS = [json.dumps(dict(subset=name))
           for name in ('training', 'validation')]


def test_step_localization(tool, folder):
    output, ending = tool('analysis/step_localization.py',
                          folder / 'annotations.json', folder / 'embeddings',
                          '--train', SUBSETS[0], '--test', SUBSETS[1])
    assert ending is None and output.startswith('AP ')
    assert 'chance' in output and '12 channels' in output
    _, ending = tool('analysis/step_localization.py',
                     folder / 'annotations.json', folder / 'none', '--train',
                     SUBSETS[0], '--test', SUBSETS[1])
    assert ending.startswith('error: ') and 'video0.npz' in ending


def test_feature_differences(tool, folder, tmp_path):
    picture = tmp_path / 'picture.png'
    output, ending = tool(
        'analysis/feature_differences.py', folder / 'annotations.json',
        f'one={folder}/embeddings', folder / 'embeddings', '--where',
        SUBSETS[1], '--out', picture)
    assert ending is None and picture.stat().st_size > 10000
    first, second, last = output.splitlines()
    assert first.startswith('one: boundaries differ more in ')
    assert second.startswith(f'{folder}/embeddings: ')
    assert last == str(picture)
    _, ending = tool('analysis/feature_differences.py',
                     folder / 'annotations.json', folder / 'none')
    assert ending.startswith('error: ') and 'video0.npz' in ending


def test_shortcuts(tool, folder):
    config = folder / 'bsp.py'
    config.write_text(f'''
data = dict(
    type='BoundaryClipDataset', synthesis=dict(half_length=2, speeds=(0.5, )),
    source=dict(type='UntrimmedFrameDataset', interval=0.25,
                ann_file='{folder}/annotations.json', subset='training',
                data_prefix=dict(feature='{folder}/features')),
    pipeline=[dict(type='SynthesizeBoundary', load=dict(
        type='SampleFeatures', stride=4, window=4, channels=12)),
        dict(type='PackBoundaryClip')])
train_dataloader = dict(dataset=data)
test_dataloader = dict(dataset=data)
''')
    output, ending = tool('analysis/shortcuts.py', config, '--clips', 32)
    assert ending is None
    first, *rows = output.splitlines()
    assert first.startswith('of 32 clips, chance 25.0 %')
    assert [row[:15].strip() for row in rows] == [
        'repeated frames', 'blended frames', 'seam', 'brightness',
        'all together']
    assert 'diff_speed 100.0' in rows[0]
    _, ending = tool('analysis/shortcuts.py', config, '--cfg-options',
                     'test_dataloader.dataset.type=Other')
    assert ending.startswith('error: ') and 'found Other' in ending
