import gc
import warnings
from types import SimpleNamespace

import pytest
from mmengine.registry import init_default_scope

import mmbapg  # noqa: F401  (mends upstream before anything imports it)
from mmbapg.experiments.rendered import write_rendered_set
from tests import kept_configs, tiny

kept_configs.keep()

#: Files that take minutes. Begun last, they would leave all processes but one
#: with nothing to do.
LONG = {'test_as_users_run_it.py', 'test_code_blocks.py',
        'test_cross_validation.py', 'test_end_to_end_runs.py',
        'test_from_videos.py', 'test_package_configs.py',
        'test_quickstart.py', 'test_rehearsal.py',
        'test_report_in_browser.py', 'test_site.py', 'test_tutorial.py'}


def pytest_collection_modifyitems(items):
    """Long files first."""
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish():
    """MMEngine collects garbage for each dataset, and looked at everything
    that is imported, half a second each time; also at what the first step of
    an optimizer would import."""
    import torch._dynamo  # noqa: F401
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def quiet():
    """No warnings, and the scope that MMAction2's configs set."""
    warnings.simplefilter('ignore')
    init_default_scope('mmaction')


@pytest.fixture(autouse=True)
def unformatted_configs(monkeypatch):
    """MMEngine formats a config three times for each runner, which takes ten
    times as long as all else that building a tiny one takes."""
    monkeypatch.setattr('mmengine.config.config.FormatCode',
                        lambda text, **kwargs: (text, False))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """MMEngine waits for two seconds wherever a training by iterations begins
    its data anew, for the sake of workers, which such trainings do not have
    here."""
    monkeypatch.setattr('mmengine.runner.loops.time', SimpleNamespace(
        sleep=lambda seconds: None))


@pytest.fixture
def logged(caplog):
    """What MMEngine's logger says."""
    from mmengine.logging import MMLogger
    logger = MMLogger.get_current_instance()
    level = logger.level
    logger.setLevel('INFO')
    logger.addHandler(caplog.handler)
    yield lambda: caplog.text
    logger.removeHandler(caplog.handler)
    logger.setLevel(level)


@pytest.fixture
def folder(tmp_path):
    """A tiny dataset of features with embeddings, for one test."""
    tiny.write_features(tmp_path)
    tiny.write_video_embeddings(tmp_path)
    return tmp_path


@pytest.fixture(scope='session')
def videos(tmp_path_factory):
    """Real mp4 files with annotations: three rendered videos of 12 s."""
    return write_rendered_set(tmp_path_factory.mktemp('rendered'),
                              num_videos=3, duration=12.0)
