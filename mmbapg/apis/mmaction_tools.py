"""MMAction2's own command line tools, under our fixes."""
import runpy
from pathlib import Path


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
