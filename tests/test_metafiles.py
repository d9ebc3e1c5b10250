"""Metafiles and READMEs of configs say what the configs say."""
import re

import pytest
import yaml
from mmengine.hub import get_config

from mmbapg.experiments.paper_figures import TABLES
from tests import metafiles
from tests.tiny import CONFIGS, ROOT

FOLDERS = metafiles.folders()
CONTENTS = {
    folder: yaml.safe_load((folder / 'metafile.yml').read_text('utf-8'))
    for folder in FOLDERS
}
MODELS = [model for each in CONTENTS.values() for model in each['Models']]
by_name = pytest.mark.parametrize('folder', FOLDERS, ids=lambda f: f.name)


def metrics(model):
    """Figures of a model by metric."""
    return {name: value for result in model.get('Results', [])
            for name, value in result['Metrics'].items()}


@by_name
def test_in_step_with_the_configs(folder):
    assert CONTENTS[folder] == metafiles.updated(folder), (
        'run python -m tests.metafiles')
    page = (folder / 'README.md').read_text('utf-8')
    assert page == metafiles.with_table(page, CONTENTS[folder]), (
        'run python -m tests.metafiles')


def test_every_config_is_in_one_metafile():
    expected = sorted(str(path.relative_to(ROOT))
                      for path in CONFIGS.rglob('*.py')
                      if '_base_' not in path.parts)
    assert sorted(model['Config'] for model in MODELS) == expected
    names = [model['Name'] for model in MODELS]
    assert len(set(names)) == len(names)  # MIM finds configs by these


def test_the_index_lists_every_metafile():
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    assert index['Import'] == [
        str((folder / 'metafile.yml').relative_to(ROOT)) for folder in FOLDERS]
    assert {path.name for path in CONFIGS.iterdir() if path.is_dir()} == {
        '_base_', *(folder.name for folder in FOLDERS)}


@by_name
def test_collections(folder):
    collection, = CONTENTS[folder]['Collections']
    assert collection['README'] == f'configs/{folder.name}/README.md'
    assert re.fullmatch(r'https://arxiv\.org/abs/\d{4}\.\d{5}',
                        collection['Paper']['URL'])
    page = (folder / 'README.md').read_text('utf-8')
    link = '[{Title}]({URL})'.format(**collection['Paper'])
    assert link in page


def test_figures_of_bapgs_paper():
    """As in the paper's tables; what others published is a host's alone."""
    published = {row.config: dict(zip(table.metrics, row.paper))
                 for table in TABLES.values() for row in table.rows
                 if row.paper}
    found = 0
    for model in MODELS:
        figures = {name.removeprefix(metafiles.ORIGINAL): value
                   for name, value in metrics(model).items()
                   if name.startswith(metafiles.ORIGINAL)}
        if figures and '_bapg' in model['Name']:
            assert figures == published[
                model['Config'].removeprefix('configs/')]
            found += 1
        elif figures:
            assert 'Converted From' in model
    assert found == 8


def rows(title, page='results'):
    """First cell -> figures, of a table in a page of docs; none without."""
    text = (ROOT / f'docs/{page}.md').read_text('utf-8')
    table = re.search(f'<!-- {title} -->\n(.*?)<!-- end -->', text, re.S)
    lines = [[cell.strip() for cell in line.strip('|').split('|')]
             for line in (table[1].splitlines()[2:] if table else [])]
    return {name: [float(cell.split()[0]) for cell in cells if cell.strip()
                   and cell[0].isdigit()] for name, *cells in lines}


@pytest.mark.parametrize('title,data', [
    ('FIR localization', 'fir-efficientnetlite0'),
    ('Gestures localization', 'gesture-imu'),
    ('Open suturing localization', 'vts-kinematics')])
def test_figures_of_hosts_are_those_of_our_results(title, data):
    """Of the newest table: docs/ablations.md has the hosts that have not been
    measured since, and the BAPG of before."""
    expected = rows(title)
    earlier = {host: figures for host, figures in rows(
        title, 'ablations').items() if ', ' not in host}
    found = {}
    for model in MODELS:
        host, *bapg = model['Name'].split('_')[:2]
        if model['Name'].endswith(data) and metrics(model):
            found[f'{host}, bapg' if bapg == ['bapg'] else host] = metrics(
                model)
    assert found.keys() == expected.keys() | earlier.keys()
    for name, figures in found.items():
        assert list(figures) == ['mAP@0.3', 'mAP@0.4', 'mAP@0.5', 'mAP@0.6',
                                 'mAP@0.7', 'mAP']
        assert list(figures.values()) == {**earlier, **expected}[name][:6]


def test_figures_from_frames_are_those_of_our_results():
    found = {model['Name'].removeprefix('end_to_end_').split('_')[0]:
             list(metrics(model).values()) for model in MODELS
             if model['In Collection'] == 'EndToEnd' and metrics(model)}
    assert found == {name: figures[:6] for name, figures in rows(
        'FIR end to end').items()}
    found = {model['Name'].split('_1xb')[0]: list(metrics(model).values())
             for model in MODELS if model['In Collection'] == 'AFSD' and (
                 model['Metadata']['Training Data'] == 'FIR') and
             metrics(model)}
    with_, without = (rows('FIR AFSD')[name][:6]
                      for name in ('afsd', 'without consistency'))
    assert found == {'afsd': with_, 'afsd_without-consistency': without}


def test_figures_of_encoders_are_those_of_our_results():
    found = {model['Name']: list(metrics(model).values()) for model in MODELS
             if model['In Collection'] == 'BAPG' and metrics(model)}
    assert found == {'similarity_temporal_1xb224-80e_fir-feature-0.25s':
                     rows('FIR encoders', 'ablations')['second'][:3]}


def test_no_other_figures_of_ours():
    ours = [model['Name'] for model in MODELS if any(
        not name.startswith(metafiles.ORIGINAL) for name in metrics(model))]
    # three hosts on FIR and on gestures, two on open suturing, each with and
    # without BAPG; one encoder; two that see frames; AFSD in two forms
    assert len(ours) == 6 + 6 + 4 + 1 + 2 + 2
    assert not any(any(model['Weights']) for model in MODELS)


def test_mmengine_finds_a_config_by_its_metafile():
    name = 'tridet/tridet_1xb2-40e_thumos14-i3d.py'
    assert get_config(f'mmbapg::{name}').model.type == 'TriDet'


def test_unknown_data_are_refused(tmp_path):
    path = tmp_path / 'tridet_1xb2-40e_unheard-i3d.py'
    path.write_text('train_dataloader = None')
    with pytest.raises(KeyError, match="found data 'unheard-i3d', expected"):
        metafiles.metadata(path)


def test_a_folder_without_metafile_is_named(tmp_path, monkeypatch):
    """Before anything is written."""
    metafiles.require_metafiles()
    for name in ('_base_/runtime.py', 'known/known.py', 'known/metafile.yml',
                 'newcomer/newcomer.py'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(metafiles, 'CONFIGS', tmp_path)
    with pytest.raises(SystemExit, match='/newcomer: found no metafile.yml, '
                       'expected one'):
        metafiles.main()
