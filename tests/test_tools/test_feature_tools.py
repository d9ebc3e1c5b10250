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
