"""Benchmarks where a package that they compare with is missing."""
import importlib
import sys

import pytest

from tests.tiny import ROOT


@pytest.fixture
def script(monkeypatch, capsys):
    """Runs a benchmark without some packages; gives what it prints."""
    def run(name, *args, without=()):
        monkeypatch.syspath_prepend(str(ROOT / 'benchmarks'))
        for package in without:
            monkeypatch.setitem(sys.modules, package, None)
        monkeypatch.setattr('sys.argv', [name, *map(str, args)])
        importlib.import_module(name).main()
        return ' '.join(capsys.readouterr().out.split())
    return run


@pytest.mark.parametrize('row,package', [
    ('tsc', 'ruptures'), ('map', 'pandas'), ('sparse-frames-decord', 'decord'),
    ('clip-features', 'decord'),
    ('embedding', 'efficientnet_lite_pytorch')])
def test_a_row_whose_peer_is_missing_is_left_out_with_a_word(
        script, row, package):
    shown = script('run', row, without=[package])
    assert f'{row}: not run: {package} is not installed (pip install' in shown


def test_a_row_without_its_gpu(script, monkeypatch):
    monkeypatch.setattr('torch.cuda.is_available', lambda: False)
    assert 'tsc-gpu: not run: no GPU' in script('run', 'tsc-gpu')


@pytest.mark.parametrize('name,args,package,measured', [
    ('change_points', ['--frames', 40, '--channels', 4, '--change-points', 3],
     'ruptures', '40 '),
    ('mean_ap', ['--detections', 300], 'pandas', 'mmaction2'),
    ('sparse_frames', ['--minutes', 0.02], 'decord', 'seeking: '),
    ('embedding', [], 'efficientnet_lite_pytorch', ''),
    ('clip_features', ['--frames', 30, '--network', 'two-layers', '--pixels',
                       32, '--workers', 0], 'decord', 'clips a second'),
])
def test_a_script_leaves_out_what_is_missing(script, name, args, package,
                                             measured):
    shown = script(name, *args, without=[package])
    assert f'left out: {package} is not installed' in shown
    assert measured in shown


@pytest.mark.parametrize('name', ['bmn', 'bsn_plus_plus', 'gtad'])
def test_a_step_of_each_generator_of_proposals(monkeypatch, name):
    monkeypatch.syspath_prepend(str(ROOT / 'benchmarks'))
    maps = importlib.import_module('proposal_maps')
    row = maps.measure_here(name, steps=8, size=1, repeats=1)
    assert row['seconds'] > 0
    # this process may have had more before
    assert isinstance(row['memory'], float)


def test_what_follows_a_map(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / 'benchmarks'))
    maps = importlib.import_module('proposal_maps')
    assert maps.measure_proposals(steps=100, repeats=1) > 0


def test_steps_on_the_batches_of_before(script, monkeypatch):
    """The script ends with an error if batches are not the same."""
    monkeypatch.syspath_prepend(str(ROOT / 'benchmarks'))
    steps = importlib.import_module('contrastive_steps')
    for name, few in (('VIDEOS', 2), ('SECONDS', 60), ('CHANNELS', 4)):
        monkeypatch.setattr(steps, name, few)
    shown = script('contrastive_steps', '--steps', 1)
    assert 'ours: ' in shown and 'before: ' in shown


def test_a_package_that_is_there_and_does_not_load(monkeypatch):
    """Its own library is missing: that is said, and not that it is absent."""
    def broken(name):
        raise OSError('libpeer.so: no such file')

    monkeypatch.syspath_prepend(str(ROOT / 'benchmarks'))
    peers = importlib.import_module('peers')
    monkeypatch.setattr(peers.importlib, 'import_module', broken)
    with pytest.raises(peers.PeerMissing, match='decord cannot be imported: '
                       'libpeer.so'):
        peers.load('decord')
