"""MMAction2's own command line tools, under our fixes."""
import runpy
import sys
from pathlib import Path
from typing import Optional, Sequence

from mmengine.config import Config

from mmbapg.config.boundary_features import add_boundary_features
from mmbapg.config.clip_features import add_clip_features, in_turn
from mmbapg.config.places import config_path, read_config
from mmbapg.engine.tiny_numbers import tiny_numbers_as_zero
from mmbapg.errors import faults_in_one_sentence


def run_mmaction_tool(name: str) -> None:
    """Run ``tools/NAME.py`` of the installed MMAction2 or of its checkout.

    mmbapg is imported by then, so that also configs whose ``_base_`` names a
    package are found. The config may be named as ``mmbapg::FOLDER/NAME.py``.

    Args:
        name: ``train`` or ``test``.

    Raises:
        FileNotFoundError: If MMAction2 came without its tools.
        SystemExit: With one sentence, if there is no such config, or no such
            base of it, or the run finds something that its user can mend.
    """
    import mmaction
    given = _config_among(sys.argv[1:])
    if given is not None:
        config_of_command(given)
        sys.argv[sys.argv.index(given, 1)] = config_path(given)
    package = Path(mmaction.__file__).parent
    places = [package / '.mim' / 'tools', package.parent / 'tools']
    for folder in places:
        if (folder / f'{name}.py').is_file():
            # here already, as threads take it over when they begin
            with faults_in_one_sentence(), tiny_numbers_as_zero():
                runpy.run_path(str(folder / f'{name}.py'), run_name='__main__')
            return
    raise FileNotFoundError(
        f'{name}.py of MMAction2 is in none of {", ".join(map(str, places))}: '
        'install mmaction2==1.2.0')


def config_of_command(name: str) -> Config:
    """The config that a command line names.

    Args:
        name: See :func:`mmbapg.config.read_config`.

    Raises:
        SystemExit: With one sentence, if it is not there.
    """
    with faults_in_one_sentence():
        return read_config(name)


def extraction_config(name: str, options: Optional[dict] = None) -> Config:
    """The config of a run that writes features or embeddings.

    Args:
        name: See :func:`config_of_command`.
        options: Changes, as of ``--cfg-options``. Those of ``clip_features``
            and ``model`` change what is extracted, the others the run.

    Raises:
        SystemExit: With one sentence, if there is no such config, or it can
            make no features.
    """
    cfg = config_of_command(name)
    before = {key: value for key, value in (options or {}).items()
              if key.split('.')[0] in ('clip_features', 'model')}
    cfg.merge_from_dict(before)
    with faults_in_one_sentence():
        cfg = add_boundary_features(add_clip_features(cfg))
    cfg.merge_from_dict({key: value for key, value in (options or {}).items()
                         if key not in before})
    if cfg.get('test_dataloader'):
        cfg.test_dataloader = in_turn(cfg.test_dataloader)
    return cfg


def check_training_options(arguments: Optional[Sequence[str]] = None) -> None:
    """Say what MMAction2's ``train.py`` would end in an AttributeError for.

    Args:
        arguments: Of the command line; ``sys.argv`` by default.

    Raises:
        SystemExit: If the learning rate is to be scaled, and the config does
            not say to which batch size it belongs.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    config = _config_among(arguments)
    # as argparse, which takes the beginning of an option for it
    scaled = any(each.startswith('--auto') for each in arguments)
    if not scaled or config is None:
        return
    settings = config_of_command(config).get('auto_scale_lr') or {}
    if 'base_batch_size' not in settings:
        sys.exit(
            f'{config}: found no auto_scale_lr, expected '
            'auto_scale_lr = dict(enable=False, base_batch_size=N), where N '
            'is the batch size, on all GPUs together, that its learning rate '
            'was chosen for')


def _config_among(arguments: Sequence[str]) -> Optional[str]:
    """The first argument that names a config, not a value of an option."""
    return next((each for each in arguments
                 if each.endswith('.py') and '=' not in each), None)
