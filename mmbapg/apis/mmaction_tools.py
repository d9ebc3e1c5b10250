"""MMAction2's own command line tools, under our fixes."""
import runpy
import sys
from argparse import ArgumentParser
from pathlib import Path

from mmengine.config import Config


def run_mmaction_tool(name: str) -> None:
    """Run ``tools/NAME.py`` of the installed MMAction2 or of its checkout.

    mmbapg is imported by then, so that also configs whose ``_base_`` names a
    package are found.

    Args:
        name: ``train`` or ``test``.

    Raises:
        FileNotFoundError: If MMAction2 came without its tools.
    """
    import mmaction
    package = Path(mmaction.__file__).parent
    places = [package / '.mim' / 'tools', package.parent / 'tools']
    for folder in places:
        if (folder / f'{name}.py').is_file():
            runpy.run_path(str(folder / f'{name}.py'), run_name='__main__')
            return
    raise FileNotFoundError(
        f'{name}.py of MMAction2 is in none of {", ".join(map(str, places))}: '
        'install mmaction2==1.2.0')


def check_training_options(arguments=None) -> None:
    """Say what MMAction2's ``train.py`` would end in an AttributeError for.

    Args:
        arguments: Of the command line; ``sys.argv`` by default.

    Raises:
        SystemExit: If the learning rate is to be scaled, and the config does
            not say to which batch size it belongs.
    """
    parser = ArgumentParser(add_help=False)
    parser.add_argument('config', nargs='?')
    parser.add_argument('--auto-scale-lr', action='store_true')
    options, _ = parser.parse_known_args(arguments)
    if not options.auto_scale_lr or options.config is None:
        return
    settings = Config.fromfile(options.config).get('auto_scale_lr') or {}
    if 'base_batch_size' not in settings:
        sys.exit(
            f'{options.config}: found no auto_scale_lr, expected '
            'auto_scale_lr = dict(enable=False, base_batch_size=N), where N '
            'is the batch size, on all GPUs together, that its learning rate '
            'was chosen for')
