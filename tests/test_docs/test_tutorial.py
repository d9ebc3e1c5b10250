"""The tutorial runs from its first cell to its last, with small settings."""
import shutil

import nbformat
import pytest
from nbclient import NotebookClient

from tests.tiny import ROOT

pytest.importorskip('ipykernel')
#: What the tutorial says, and what it says here: less of everything, and as
#: conftest.py has it, configs that nobody formats.
SETTINGS = [
    ('VIDEOS, SECONDS, EPOCHS = 12, 40.0, 20', '''
VIDEOS, SECONDS, EPOCHS = 6, 16.0, 1
from mmengine.config import config
config.FormatCode = lambda text, **kwargs: (text, False)
'''),
    ("options = {'train_cfg.max_epochs'",
     "options = {'train_dataloader.sampler.min_samples': 16, "
     "'train_cfg.max_epochs'")]


def test_the_tutorial(tmp_path, monkeypatch):
    monkeypatch.setenv('PYTHONPATH', str(ROOT))
    notebook = nbformat.read(ROOT / 'docs/tutorial.ipynb', as_version=4)
    codes = [cell for cell in notebook.cells if cell.cell_type == 'code']
    # neither output nor the machine that made it
    assert not any(cell.outputs or cell.execution_count for cell in codes)
    for told, small in SETTINGS:
        cell, = (each for each in codes if told in each.source)
        cell.source = cell.source.replace(told, small)
    NotebookClient(notebook, timeout=300, kernel_name='python3', resources={
        'metadata': {'path': str(tmp_path)}}).execute()
    printed = [output for cell in codes for output in cell.outputs]
    text = ''.join(each.get('text', '') for each in printed)
    assert 'actionformer_bapg: mAP' in text
    assert any('image/png' in each.get('data', {}) for each in printed)
    folder = tmp_path / 'work_dirs/tutorial'
    assert (folder / 'exported/predict.py').is_file()
    page = folder / 'report/index.html'
    assert f'open in a browser: {page}' in text
    shown = (folder / 'report/data/overview.js').read_text()
    assert '"models":["without BAPG","with BAPG"]' in shown
    assert list((folder / 'report/media').glob('*.mp4'))
    shutil.rmtree(tmp_path / 'work_dirs')
