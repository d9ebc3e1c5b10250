"""What a user can mend is said in one sentence, by every command."""
import ast
import importlib
import pickle
import re
import runpy

import pytest
from torch.utils.data import DataLoader, Dataset

from mmbapg.apis import TemporalLocalizationInferencer
from mmbapg.apis.mmaction_tools import run_mmaction_tool
from mmbapg.datasets.usable_embeddings import MISFIT, UnusableEmbeddings
from mmbapg.errors import UserError, faults_in_one_sentence, sentence_of
from tests import tiny
from tests.test_architecture import FILES

BUILT_IN = {name for name, each in vars(__import__('builtins')).items()
            if isinstance(each, type) and issubclass(each, Exception)} | {
                'UnpicklingError'}
#: A programming error, and parts of folders that run without this package.
APART = {'ImpossibleSegmentation', 'FeatureError', 'OnnxLocalizerError'}
#: Is raised last, in a command's own process, with results.
LAST = {'SomeVideosFailed'}
#: Commands that read nothing of a user's.
TABLES = {'dev/make_configs.py', 'dev/settings/datasets.py',
          'dev/settings/hosts.py'}
SAYS = {'faults_in_one_sentence', 'source_faults_in_one_sentence',
        'fill_folder', 'run_mmaction_tool'}


def exceptions():
    """Module and name of every exception of ours."""
    classes = {}
    for module, path in FILES.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                classes[node.name] = module, {
                    ast.unparse(base).split('.')[-1] for base in node.bases}

    def is_one(name):
        return name in BUILT_IN or name in classes and any(
            is_one(base) for base in classes[name][1] - {name})

    return {name: module for name, (module, _) in classes.items()
            if is_one(name) and name not in APART}


EXCEPTIONS = exceptions()


@pytest.mark.parametrize('name', EXCEPTIONS)
def test_kind(name):
    """Also when it comes from another process."""
    kind = getattr(importlib.import_module(EXCEPTIONS[name]), name)
    assert issubclass(kind, UserError)
    if name not in LAST and kind is not UserError:
        error = pickle.loads(pickle.dumps(kind('a.npz: found nothing')))
        assert type(error) is kind and str(error) == 'a.npz: found nothing'


def test_what_else_it_knows_comes_along():
    error = pickle.loads(pickle.dumps(UnusableEmbeddings('text', MISFIT)))
    assert error.kind == MISFIT


@pytest.mark.parametrize('tool', sorted(
    str(path.relative_to(tiny.ROOT / 'tools'))
    for path in (tiny.ROOT / 'tools').rglob('*.py')))
def test_every_command_says_it(tool):
    tree = ast.parse((tiny.ROOT / 'tools' / tool).read_text())
    called = {getattr(node.func, 'id', '') for node in ast.walk(tree)
              if isinstance(node, ast.Call)}
    assert tool in TABLES or called & SAYS, (
        f'{tool}: expected faults_in_one_sentence() of mmbapg.errors around '
        'what reads files')


class Broken(Dataset):
    """Of which no item can be read."""

    def __init__(self, error):
        self.error = error

    def __len__(self):
        return 1

    def __getitem__(self, index):
        raise self.error


@pytest.mark.parametrize('kind', [UserError, UnusableEmbeddings])
def test_from_a_process_of_a_loader(kind):
    text = 'v.mp4: found\nValueError: in its name, expected none'
    with pytest.raises(SystemExit) as stop, faults_in_one_sentence():
        next(iter(DataLoader(Broken(kind(text)), num_workers=1)))
    assert stop.value.code == f'error: {text}'
    assert sentence_of(kind(text)) == text


@pytest.mark.parametrize('kind', [ValueError, KeyError, TypeError])
def test_a_fault_of_ours_keeps_its_traceback(kind):
    with pytest.raises(kind), faults_in_one_sentence():
        raise kind('a fault of ours')


#: Built-in exceptions that are raised by name, and why no user's setting can
#: bring them about; of a module, a folder, or a function.
BUILT_IN_RAISED = {
    'ops': "imports nothing of ours; its callers ask by setting_checks",
    **dict.fromkeys([
        'datasets.embedding_files', 'datasets.exchange.contents',
        'datasets.exchange.elan', 'datasets.exchange.tables',
        'datasets.feature_arrays', 'datasets.hdf5_files',
        'datasets.json_files', 'datasets.numpy_files',
        'datasets.sources.epic_kitchens100',
        'datasets.transforms.clustering._read_result'],
        'caught by the reader, whose sentence names the file'),
    **dict.fromkeys([
        'models.boundary.boundary_learner.forward',
        'models.localizers.base.forward',
        'models.proposals.proposal_classifier.forward',
        'models.similarity.frame_similarity_learner.forward'],
        'the mode of a call, which MMEngine gives'),
    **dict.fromkeys([
        'datasets.boundaries.made_up_clips',
        'evaluation.average_precision.detections'], 'arguments of a call'),
    'apis.exporting.onnx_localizer': 'runs without this package',
    'compat': 'upstream parts that cannot work on this machine',
    **dict.fromkeys([
        'apis.dataset_files._read_features', 'apis.exporting.settings',
        'datasets.exchange.cvat', 'datasets.exchange.registry',
        'datasets.transforms.frame_samplers.sample',
        'experiments.row_runner'], 'asserted for the type checker'),
}


def built_in_raised():
    """Where an exception that is not ours is raised, or asserted."""
    fault = re.compile(
        r'\n *(?:assert |raise (?:Value|Key|Type|Runtime|Index|Assertion|'
        'Import|ModuleNotFound)Error|raise Exception)')
    function = re.compile(r'\n *def (\w+)')
    for module, path in FILES.items():
        text = path.read_text()
        for each in fault.finditer(text):
            names = function.findall(text[:each.start()])
            yield f'{module.removeprefix("mmbapg.")}.{names[-1]}'


def test_faults_of_settings_are_of_ours():
    """So that commands end with a sentence, and not with a traceback."""
    found = set(built_in_raised())
    wrong = {each for each in found if not any(
        f'{each}.'.startswith(f'{known}.') for known in BUILT_IN_RAISED)}
    assert not wrong, (
        f'{sorted(wrong)}: raise SettingError or another UserError of '
        'mmbapg.errors, or say here why no user can meet it')
    stale = {known for known in BUILT_IN_RAISED if not any(
        f'{each}.'.startswith(f'{known}.') for each in found)}
    assert not stale


@pytest.mark.parametrize('name', [
    'FramesError', 'CheckpointMismatchError', 'WindowMemoryError',
    'BAPGConfigError', 'RecognizerError', 'DatasetMismatch', 'SettingError'])
def test_localizing_and_training(name, monkeypatch):
    """Wherever in the work it is found."""
    kind = getattr(importlib.import_module(EXCEPTIONS[name]), name)

    def fail(*args, **kwargs):
        raise kind('found this, expected that')

    with monkeypatch.context() as patch, pytest.raises(SystemExit) as stop:
        patch.setattr(TemporalLocalizationInferencer, '__init__', fail)
        patch.setattr('sys.argv', ['localize.py', 'v.mp4', '--config', 'c',
                                   '--checkpoint', 'd'])
        runpy.run_path(str(tiny.ROOT / 'tools/localize.py'),
                       run_name='__main__')
    assert stop.value.code == 'error: found this, expected that'
    with monkeypatch.context() as patch, pytest.raises(SystemExit) as stop:
        patch.setattr('mmbapg.apis.mmaction_tools.runpy.run_path', fail)
        patch.setattr('sys.argv', ['train.py'])
        run_mmaction_tool('train')
    assert stop.value.code == 'error: found this, expected that'
