"""What ``configs/*/metafile.yml`` and ``configs/*/README.md`` say of configs.

    python -m tests.metafiles

brings both up to date after a config was added, removed or changed. Taken
from the configs are a model's name, path and metadata; all else in a metafile
(papers, results, where a checkpoint comes from) is written by hand and kept.
A README has the table of its folder between two marks.
"""
import re
from pathlib import Path
from typing import Dict, List, Optional

import torch
import yaml
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmbapg.config import add_bapg, add_clip_features
from mmbapg.files import replace_file
from tests.tiny import CONFIGS, ROOT

#: Start of the last part of a config's name -> training data. What follows
#: are the features.
DATASETS = {
    'activitynet13': 'ActivityNet v1.3',
    'charades': 'Charades',
    'custom': 'your own',
    'ego4d-mq': 'Ego4D moment queries',
    'epic-kitchens100': 'EPIC-KITCHENS-100',
    'epic-kitchens100-noun': 'EPIC-KITCHENS-100, nouns',
    'epic-kitchens100-verb': 'EPIC-KITCHENS-100, verbs',
    'fineaction': 'FineAction',
    'fir': 'FIR',
    'gesture': 'gestures',
    'hacs': 'HACS Segments',
    'kinetics400': 'Kinetics-400',
    'multithumos': 'MultiTHUMOS',
    'surveillance-fir': 'surveillance clips and FIR',
    'thumos14': 'THUMOS14',
    'vts': 'open suturing',
}
MARKS = '<!-- configs -->', '<!-- end -->'

HEAD = """\
# `python -m tests.metafiles` keeps names, paths and metadata in step with the
# configs. Metrics called "original" are published by the authors of the code
# under "Converted From", or of BAPG, for their own runs; the others are ours
# (docs/results.md). No weights of ours are published: their name is empty, so
# that MIM downloads the config.
"""

#: Before a metric: a figure that others publish, for a run of their own code.
ORIGINAL = 'original '


def folders() -> List[Path]:
    """Of the methods."""
    return sorted(path.parent for path in CONFIGS.glob('*/metafile.yml'))


def leaf_configs(folder: Path) -> List[Path]:
    """Those that a user runs."""
    return sorted(folder.rglob('*.py'))


def without_weights(part):
    """A model's config that reads no weights when it is built."""
    if isinstance(part, dict):
        for each in part.values():
            without_weights(each)
        if 'EfficientNetLite' in str(part.get('type')):
            part['pretrained'] = False
    return part


def without_memory(model: dict) -> torch.device:
    """On which a model can be built that only counts: mostly on none. Some of
    MMAction2's networks read numbers that they compute as they are built."""
    backbone = model.get('recognizer', model).get('backbone', {})
    reads = backbone.get('type') in ('SwinTransformer3D', 'VisionTransformer')
    return torch.device('cpu' if reads else 'meta')


def num_parameters(cfg: Config) -> int:
    """Of the whole model, BAPG's neck included."""
    model = without_weights(add_clip_features(add_bapg(cfg)).model)
    with without_memory(model), DefaultScope.overwrite_default_scope(
            'mmaction'):
        return sum(each.numel() for each in MODELS.build(model).parameters())


def metadata(path: Path) -> dict:
    """Batch, epochs and data of a config, without its parameters.

    Raises:
        KeyError: If :data:`DATASETS` does not know the data in the name.
    """
    cfg, data = Config.fromfile(path), path.stem.rsplit('_', 1)[1]
    names = sorted(name for name in DATASETS
                   if f'{data}-'.startswith(f'{name}-'))
    if not names:
        raise KeyError(f'{path}: found data {data!r}, expected one that '
                       'starts as in tests/metafiles.py: DATASETS')
    found = {}
    if cfg.get('train_dataloader') and 'clip_features' not in cfg:
        found = {'Batch Size': cfg.train_dataloader.batch_size,
                 'Epochs': cfg.train_cfg.max_epochs}
    return {**found, 'Training Data': DATASETS[names[-1]],
            'Features': data[len(names[-1]) + 1:]}


def updated(folder: Path, count: bool = False) -> dict:
    """The content of a folder's metafile as the configs ask for.

    Args:
        folder: Of a method.
        count: Whether to build the models and count their parameters;
            otherwise these numbers stay as they are.
    """
    content = yaml.safe_load((folder / 'metafile.yml').read_text('utf-8'))
    kept = {model['Name']: model for model in content['Models'] or []}
    collection = content['Collections'][0]['Name']
    models = []
    for path in leaf_configs(folder):
        before = kept.get(path.stem, {})
        found = metadata(path)
        if count:
            found['Parameters'] = num_parameters(Config.fromfile(path))
        elif 'Parameters' in before.get('Metadata', {}):
            found['Parameters'] = before['Metadata']['Parameters']
        models.append({
            'Name': path.stem, 'Config': str(path.relative_to(ROOT)),
            'In Collection': collection, **before, 'Metadata': found,
            'Weights': before.get('Weights', [''])})
    return dict(content, Models=models)


def figure(model: dict, original: bool) -> str:
    """The figure that sums a model up, for a cell; empty if there is none."""
    for result in model.get('Results', []):
        for name in ('mAP', 'F1@1s'):
            value = result['Metrics'].get(ORIGINAL * original + name)
            if value is not None:
                return str(value)
    return ''


def table(content: dict) -> str:
    """Of a metafile's models, as Markdown."""
    lines = ['| config | batch | epochs | parameters | published | ours |',
             '|---|---|---|---|---|---|']
    for model in content['Models']:
        facts: Dict[str, object] = model['Metadata']
        cells = [f'[`{model["Name"]}`]({Path(model["Config"]).name})',
                 facts.get('Batch Size', ''), facts.get('Epochs', ''),
                 f'{facts["Parameters"]:,}', figure(model, True),
                 figure(model, False)]
        lines.append(f'| {" | ".join(map(str, cells))} |')
    return '\n'.join(lines)


def with_table(page: str, content: dict) -> Optional[str]:
    """A README with the table between its marks; None without marks."""
    start, end = map(re.escape, MARKS)
    text, places = re.subn(
        f'{start}.*?{end}',
        lambda _: f'{MARKS[0]}\n{table(content)}\n{MARKS[1]}', page,
        flags=re.DOTALL)
    return text if places == 1 else None


def require_metafiles() -> None:
    """Every folder with configs of a method has a metafile.

    Raises:
        SystemExit: With a sentence, if one has none.
    """
    without = ({path.parent for path in CONFIGS.glob('*/*.py')} -
               {CONFIGS / '_base_', *folders()})
    if without:
        raise SystemExit(
            f'{", ".join(map(str, sorted(without)))}: found no metafile.yml, '
            'expected one: copy that of configs/temporalmaxer, keep '
            'Collections and write "Models: []"')


def main() -> None:
    require_metafiles()
    for folder in folders():
        content = updated(folder, count=True)
        text = HEAD + yaml.safe_dump(content, sort_keys=False, width=1000,
                                     allow_unicode=True)
        page = with_table((folder / 'README.md').read_text('utf-8'), content)
        if page is None:
            raise ValueError(f'{folder / "README.md"}: expected one place '
                             f'between {MARKS[0]} and {MARKS[1]}')
        for name, new in (('metafile.yml', text), ('README.md', page)):
            replace_file(folder / name,
                         lambda file, new=new: file.write(new.encode()))
    imports = [str((folder / 'metafile.yml').relative_to(ROOT))
               for folder in folders()]
    text = '# Read by MIM and by MMEngine.\n' + yaml.safe_dump(
        dict(Import=imports))
    replace_file(ROOT / 'model-index.yml',
                 lambda file: file.write(text.encode()))


if __name__ == '__main__':
    main()
