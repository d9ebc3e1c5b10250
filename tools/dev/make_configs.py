"""Write the configs that follow from the table of settings, settings.py.

MMEngine's configs can take lists of bases, but each config must be a file:
these files are written, so that a setting is told once.
"""
import argparse
import re
import textwrap
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from mmengine.config import Config

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / 'configs'
BASES = CONFIGS / '_base_'
TABLE = Path(__file__).with_name('settings.py')
MARK = '# Written by tools/dev/make_configs.py: change its table instead.'
COMMAND = 'python tools/dev/make_configs.py'

#: Short names of numbers in the table.
FIELDS = dict(
    batch='train_dataloader.batch_size',
    epochs='train_cfg.max_epochs',
    lr='optim_wrapper.optimizer.lr',
    weight_decay='optim_wrapper.optimizer.weight_decay',
    clip='optim_wrapper.clip_grad.max_norm',
    warmup='param_scheduler.warmup',
    eta_min='param_scheduler.eta_min')


class Expression(str):
    """Code in a config, where other strings are quoted."""


class TableError(ValueError):
    """The table asks for what cannot be; the message says what."""


@dataclass
class Dataset:
    """A line of ``datasets``; settings.py tells the fields."""
    key: str
    title: str
    embeddings: str
    name: str = ''
    data: str = ''
    interval: float = 1.0
    encoder: str = ''
    paper: str = ''
    small: bool = False
    on_request: bool = False
    train: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.name or self.key.replace('_', '-')
        self.data = self.data or self.name.replace('-', '_')
        self.makes_encoder = not self.encoder
        self.encoder = self.encoder or (
            f'similarity_temporal_1xb224-80e_{self.name}')


@dataclass
class Host:
    """A line of ``hosts``; settings.py tells the fields."""
    key: str
    title: str
    on: Optional[Sequence[str]] = None
    reads: str = ''
    paper: bool = False
    schedule: str = 'adamw_warmup_cosine'
    small_schedule: str = 'adamw_warmup_cosine_20e'
    windows: bool = False
    settings: Dict[str, dict] = field(default_factory=dict)


def read_table(path: Path = TABLE) -> Tuple[List[Host], Dict[str, Dataset]]:
    """Hosts and datasets.

    Raises:
        TableError: If a line has an unknown field, or a host names a dataset
            that has no line.
    """
    table = Config.fromfile(path).to_dict()
    lines = {}
    for part, kind in (('datasets', Dataset), ('hosts', Host)):
        for key, line in table[part].items():
            unknown = set(line) - set(kind.__dataclass_fields__)
            if unknown:
                raise TableError(
                    f'{path}: {part}.{key}: found {sorted(unknown)}, expected '
                    f'only {sorted(kind.__dataclass_fields__)}')
            lines[part, key] = kind(key=key, **line)
    datasets = {key: line for (part, key), line in lines.items()
                if part == 'datasets'}
    hosts = [line for (part, _), line in lines.items() if part == 'hosts']
    for host in hosts:
        if host.on is None:
            host.on = [each.key for each in datasets.values()
                       if not each.on_request]
        unknown = ({*host.on} - {*datasets}) | ({*host.settings} - {*host.on})
        if unknown:
            raise TableError(
                f'{path}: hosts.{host.key}: found {sorted(unknown)} in on or '
                'settings, expected a line in datasets, and settings only of '
                'datasets in on')
    return hosts, datasets


def make_configs(path: Path = TABLE) -> Dict[str, str]:
    """Texts of all configs that the table gives, by path in configs/."""
    hosts, datasets = read_table(path)
    made = {}
    for dataset in datasets.values():
        made[f'_base_/bapg/{dataset.key}.py'] = bapg_base(dataset)
        if dataset.makes_encoder:
            made[f'similarity/{dataset.encoder}.py'] = encoder_config(dataset)
    for host in hosts:
        for key in host.on:
            made.update(host_configs(host, datasets[key]))
    return made


def host_configs(host: Host,
                 dataset: Dataset) -> Iterator[Tuple[str, str]]:
    """Paths and texts of a host's config on a dataset and its BAPG twins."""
    setting = {**dataset.train, **host.settings.get(dataset.key, {})}
    source = setting.pop(
        'source', 'ours' if dataset.small else "the authors' setting")
    note = setting.pop('note', '')
    bases = [
        'standardized_runtime' if dataset.small else 'default_runtime',
        'datasets/' + data_base(host, dataset),
        'models/' + model_base(host, dataset),
        'schedules/' + (
            host.small_schedule if dataset.small else host.schedule)
    ]
    before = [config_of(base) for base in bases]
    changes = {}
    for short, value in setting.items():
        name = FIELDS.get(short, short)
        if '.' not in name:
            raise TableError(
                f'hosts.{host.key}: found {short!r} on {dataset.key}, expected '
                f'one of {[*FIELDS, "source", "note"]} or a dotted name')
        if [value] != values_of(before, name)[-1:]:
            changes[name] = value
    if FIELDS['batch'] in changes:
        changes['auto_scale_lr.base_batch_size'] = changes[FIELDS['batch']]
    batch, epochs = (
        changes.get(FIELDS[short]) or values_of(before, FIELDS[short])[-1]
        for short in ('batch', 'epochs'))
    rest = f'1xb{batch}-{epochs}e_{dataset.name}'
    yield f'{host.key}/{host.key}_{rest}.py', text(
        f'{host.title} on {dataset.title}: {source}.',
        [note],
        _base_=[f'../_base_/{base}.py' for base in bases],
        model=model_settings(host, dataset),
        **nested(changes))
    twins = dict(bapg=(dataset.key, 'with BAPG on'))
    if host.paper and dataset.paper:
        twins['bapg-paper'] = (dataset.paper, "with the paper's BAPG on")
    for name, (base, words) in twins.items():
        yield f'{host.key}/{host.key}_{name}_{rest}.py', text(
            f'{host.title} {words} {dataset.title}.', [],
            _base_=[
                f'./{host.key}_{rest}.py', f'../_base_/bapg/{base}.py'
            ])


def data_base(host: Host, dataset: Dataset) -> str:
    """Config of a dataset as a host reads it."""
    own = f'{dataset.data}_{host.reads}'
    return own if (BASES / f'datasets/{own}.py').is_file() else dataset.data


def model_base(host: Host, dataset: Dataset) -> str:
    """The most special config of a host's model for a dataset."""
    words = ['small'] if dataset.small else dataset.name.split('-')
    for count in range(len(words), -1, -1):
        name = '_'.join([host.key, *words[:count]])
        if (BASES / f'models/{name}.py').is_file():
            return name
    raise TableError(
        f'hosts.{host.key}: found no configs/_base_/models/{host.key}.py, '
        'expected the config of its model')


def model_settings(host: Host, dataset: Dataset) -> dict:
    """What a model takes from the config of its data."""
    channels = Expression('_base_.feature_channels')
    standardize = dict(data_preprocessor=dict(
        type='FeatureStandardizer', channels=channels))
    return dict(
        **({} if host.windows else
           dict(max_seq_len=Expression('_base_.max_seq_len'))),
        **(standardize if dataset.small else {}),
        **(dict(in_channels=channels) if host.windows else
           dict(backbone=dict(in_channels=channels))),
        head=dict(num_classes=Expression('_base_.num_classes')))


def bapg_base(dataset: Dataset) -> str:
    """BAPG with the embeddings of a dataset."""
    epochs = re.search(r'-(\d+)e_', dataset.encoder).group(1)
    return text(
        f'BAPG on {dataset.title}: which embeddings, and what makes them.', [],
        _base_='./bapg.py',
        bapg=dict(
            clustering=dict(
                embeddings=dataset.embeddings, interval=dataset.interval),
            # how tools/localize.py makes the same embeddings from raw video
            encoder=dict(
                config=f'similarity/{dataset.encoder}.py',
                checkpoint=f'work_dirs/{dataset.encoder}/'
                f'epoch_{epochs}.pth')))


def encoder_config(dataset: Dataset) -> str:
    """Stages 1 and 2 on what the localizers of a dataset read."""
    cfg = config_of('datasets/' + dataset.data)
    train, test = (cfg[f'{part}_dataloader'].dataset
                   for part in ('train', 'test'))
    load = dict(train.pipeline[0])
    load.pop('type')
    prefix, template = train.data_prefix.feature, train.get('filename_tmpl')
    if prefix != test.data_prefix.feature:  # a folder for each subset
        prefix = str(Path(prefix).parent)
        template = '{subset}/' + (template or '{}.npy')
    settings = dict(
        ann_file=train.ann_file,
        data_prefix=dict(feature=prefix),
        filename_tmpl=template,
        fps=train.get('fps'),
        missing_files=train.get('missing_features'),
        pipeline=[
            # parts of some videos are lost
            dict(type='SampleFeatures', **load, short_features='hold'),
            dict(type='PackFrames')
        ])
    settings = {key: value for key, value in settings.items()
                if value is not None}
    return text(
        f'Stages 1 and 2 on {dataset.title}.', [],
        _base_='../_base_/similarity_temporal_benchmark.py',
        model=dict(backbone=dict(in_channels=load['channels'])),
        dataset=settings,
        train_dataloader=dict(
            dataset=Expression(f'dict(**dataset, subset={train.subset!r})')),
        test_dataloader=dict(
            dataset=Expression(
                f'dict(**dataset, subset={[train.subset, test.subset]!r})')),
        test_cfg=dict(out_dir=dataset.embeddings))


@lru_cache(None)
def config_of(base: str) -> Config:
    """A config in ``_base_``."""
    return Config.fromfile(BASES / f'{base}.py')


def values_of(configs: Sequence[Config], name: str) -> list:
    """Of a dotted name, in the configs that have it."""
    found = []
    for node in configs:
        for part in name.split('.'):
            node = node.get(part) if hasattr(node, 'get') else None
        found += [] if node is None else [node]
    return found


def nested(changes: dict) -> dict:
    """Dictionaries in dictionaries of dotted names."""
    tree: dict = {}
    for name, value in changes.items():
        *parts, last = name.split('.')
        node = tree
        for part in parts:
            node = node.setdefault(part, {})
        node[last] = value
    return tree


def text(head: str, notes: Sequence[str], **fields) -> str:
    """A config: its head, where it comes from, and its fields."""
    lines = textwrap.wrap(
        head, initial_indent='# ', subsequent_indent='# ', width=79,
        break_on_hyphens=False)
    lines.append(MARK)
    for note in filter(None, notes):
        lines += textwrap.wrap(
            note, initial_indent='# ', subsequent_indent='# ', width=79)
    for number, (key, value) in enumerate(fields.items()):
        gap = [''] if number == 1 else []
        lines += [*gap, f'{key} = {code(value, len(key) + 3, 0)}']
    return '\n'.join(lines) + '\n'


def code(value, column: int, indent: int) -> str:
    """Of a value that begins in a column of a line with an indent; no line is
    longer than 78, so that a comma or bracket fits."""
    if isinstance(value, dict):
        short = f'dict({", ".join(f"{k}={code(v, 0, 0)}" for k, v in value.items())})'
    elif isinstance(value, list):
        short = f'[{", ".join(code(each, 0, 0) for each in value)}]'
    else:
        short = value if isinstance(value, Expression) else repr(value)
    deeper = indent + 4
    if '\n' not in short and column + len(short) <= 74:
        return short
    before = '\n' + ' ' * deeper
    if isinstance(value, dict):
        items = (f'{key}={code(each, deeper + len(key) + 1, deeper)}'
                 for key, each in value.items())
        return f'dict({before}{("," + before).join(items)})'
    if isinstance(value, list):
        items = (code(each, deeper, deeper) for each in value)
        return f'[{before}{("," + before).join(items)}{before[:-4]}]'
    if isinstance(value, Expression):
        return value
    parts = re.findall('[^/]*/|[^/]+', value)
    return before.join(map(repr, parts))


def stale(made: Dict[str, str]) -> List[str]:
    """Paths of configs on disk that are not what the table gives: changed,
    missing, or written once from a line that is gone."""
    wrong = [name for name, content in made.items()
             if not (CONFIGS / name).is_file() or
             (CONFIGS / name).read_text() != content]
    left = [str(path.relative_to(CONFIGS)) for path in CONFIGS.rglob('*.py')
            if MARK in path.read_text()]
    return sorted({*wrong, *left} - ({*made} - {*wrong}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        '--check', action='store_true', help='write nothing; fail where '
        'configs are not what the table gives')
    args = parser.parse_args()
    made = make_configs()
    changed = stale(made)
    if args.check and changed:
        raise SystemExit(f'{changed}: not what {TABLE} gives; run {COMMAND}')
    for name in changed:
        path = CONFIGS / name
        if name in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[name])
        else:
            path.unlink()
        print(f'{"wrote" if name in made else "removed"} {path}')


if __name__ == '__main__':
    main()
