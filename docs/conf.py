"""The site: guide and API reference (docs/building.md says how to build it).

The source folder is the repository's, so that a link from one page to
another, to a config or to a tool is the same on the site and on a code host.
"""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import mmbapg  # noqa: E402

project = 'mmbapg'
author = 'The mmbapg developers'
copyright = author
version = release = mmbapg.__version__

extensions = [
    'myst_parser', 'sphinx.ext.autodoc', 'sphinx.ext.napoleon',
    '_site.references'
]
root_doc = 'docs/index'
include_patterns = [
    'docs/*.md', 'docs/api/*.md', 'benchmarks/README.md', 'CONTRIBUTING.md',
    'CHANGELOG.md', 'README.md', 'configs/README.md', 'configs/*/README.md',
    'tools/data/README.md', 'tools/data/*/README.md'
]
exclude_patterns = [  # what a checkout holds beside sources is not walked
    '.*', 'build', 'data', 'work_dirs', 'mmbapg', 'tests', '**/__pycache__'
]
source_suffix = {'.md': 'markdown'}

nitpicky = True
# Others' documentation would be needed to check these, and a network.
nitpick_ignore_regex = [
    (r'py:.*', rf'{name}(\..+)?')
    for name in ('torch', 'numpy', 'np', 'mmengine', 'mmaction', 'mmcv',
                 'h5py', 'pathlib', 'matplotlib', 'importlib', 'InstanceData',
                 're', 'rich', 'typing')
]

myst_enable_extensions = ['colon_fence', 'dollarmath']
myst_heading_anchors = 4

autodoc_default_options = {'members': True, 'show-inheritance': True}
autodoc_inherit_docstrings = False  # PyTorch's words would stand in ours
autodoc_member_order = 'bysource'
autodoc_typehints = 'signature'
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = [('Attributes', 'params_style')]
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False
toc_object_entries_show_parents = 'hide'

html_theme = 'furo'
html_title = f'mmbapg {release}'
html_extra_path = ['_site/root']  # index.html, which leads to the guide
html_show_sphinx = False
html_copy_source = False
