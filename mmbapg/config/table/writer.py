"""Configs that follow from the table of settings.

MMEngine's configs can take lists of bases, but each config must be a file:
these files are written, so that a setting is told once.
"""
import re
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

from mmengine.config import Config

from .bases import Bases, config_of, values_of
from .lines import OURS, Dataset, Host, TableError, read_table
from .text import Expression, code, text

#: Second line of every config that is written.
MARK = 'Written by tools/dev/make_configs.py: change its table instead.'

#: Embeddings are so wide, or a multiple where there are more classes.
EMBEDDING_CHANNELS = 32

#: Short names of numbers in the table.
FIELDS = dict(
    batch='train_dataloader.batch_size',
    epochs='train_cfg.max_epochs',
    lr='optim_wrapper.optimizer.lr',
    weight_decay='optim_wrapper.optimizer.weight_decay',
    clip='optim_wrapper.clip_grad.max_norm',
    warmup='param_scheduler.warmup',
    eta_min='param_scheduler.eta_min')


class ConfigWriter:
    """Writes configs into a folder.

    Args:
        configs: The folder, with ``_base_``.
    """

    def __init__(self, configs: Path) -> None:
        self.configs = configs
        self.bases = Bases(configs / '_base_')

    def make(self, table: Path) -> Dict[str, str]:
        """Texts of all configs that the table gives, by path in configs/."""
        hosts, datasets = read_table(table)
        made = {}
        for dataset in datasets.values():
            made[f'_base_/bapg/{dataset.key}.py'] = bapg_base(dataset)
            made[f'similarity/{dataset.encoder}.py'] = (
                self.encoder_config(dataset))
        for host in hosts:
            for key in host.on:
                made.update(self.host_configs(host, datasets[key]))
        return made

    def host_configs(self, host: Host,
                     dataset: Dataset) -> Iterator[Tuple[str, str]]:
        """Paths and texts of a host's config on a dataset, and its twins."""
        setting = {**dataset.train, **host.settings.get(dataset.key, {})}
        known = host.source if dataset.key in host.settings else OURS
        source = setting.pop('source', 'our setting for few short videos'
                             if dataset.small else known)
        note = setting.pop('note', '')
        bases = self.bases.of(host, dataset)
        before = [config_of(self.bases.folder / base) for base in bases]
        changes = changed_fields(
            setting, before, f'{host.key} on {dataset.key}')
        self.bases.check(host, dataset, changes)
        batch, epochs = (
            changes.get(FIELDS[short]) or values_of(before, FIELDS[short])[-1]
            for short in ('batch', 'epochs'))
        rest = f'1xb{batch}-{epochs}e_{dataset.name}'
        yield f'{host.key}/{host.key}_{rest}.py', text(
            f'{host.title} on {dataset.title}: {source}.', [MARK, note],
            _base_=[f'../_base_/{base}' for base in bases],
            **nested(changes, model=self.model_settings(host, dataset)))
        twins = dict(bapg=(dataset.key, 'with BAPG'))
        if host.paper and dataset.paper:
            twins['bapg-paper'] = (dataset.paper, "with the BAPG paper's BAPG")
        for name, (base, words) in twins.items():
            yield f'{host.key}/{host.key}_{name}_{rest}.py', text(
                f'{host.title} {words} on {dataset.title}.', [MARK],
                _base_=[
                    f'./{host.key}_{rest}.py', f'../_base_/bapg/{base}.py'
                ])

    def model_settings(self, host: Host, dataset: Dataset) -> dict:
        """What a model takes from the config of its data."""
        channels = Expression('_base_.feature_channels')
        standardize = dict(data_preprocessor=dict(
            type='FeatureStandardizer', channels=channels))
        data = config_of(
            self.bases.folder / self.bases.data_base(host, dataset))
        head = {name: Expression(f'_base_.{name}')
                for name in ('num_classes', 'empty_classes')
                if name in data}
        if host.windows:
            inputs: dict = dict(in_channels=channels)
        else:
            inputs = dict(max_seq_len=Expression('_base_.max_seq_len'),
                          backbone=dict(in_channels=channels))
            if 'anchor_free_head' in data:
                head = {'**': Expression('_base_.anchor_free_head'), **head}
        return dict(
            **(standardize if dataset.small else {}), **inputs, head=head)

    def encoder_config(self, dataset: Dataset) -> str:
        """Stages 1 and 2 on what the localizers of a dataset read."""
        cfg = config_of(
            self.bases.folder / f'datasets/{dataset.data}.py')
        train, test = (cfg[f'{part}_dataloader'].dataset
                       for part in ('train', 'test'))
        load = dict(test.pipeline[0])
        load.pop('type')
        prefix = train.data_prefix.feature
        template = train.get('filename_tmpl')
        if prefix != test.data_prefix.feature:  # a folder for each subset
            prefix = str(Path(prefix).parent)
            template = '{subset}/' + (template or '{}.npy')
        kind = '' if dataset.small else '_benchmark'
        base = f'_base_/similarity_dilated{kind}.py'
        invalid = train.get('invalid_segments', 'error')
        if invalid == (values_of([config_of(self.configs / base)],
                                 'dataset.invalid_segments') or ['error'])[0]:
            invalid = None  # it is so already
        classes = dataset.classes or cfg.num_classes
        multiple = classes // EMBEDDING_CHANNELS + 1  # for the background, too
        width = ({} if multiple == 1 else
                 dict(out_channels=multiple * EMBEDDING_CHANNELS))
        # parts of some videos of benchmarks are lost
        lost = {} if dataset.small else dict(short_features='hold')
        settings = dict(
            ann_file=train.ann_file,
            data_prefix=dict(feature=prefix),
            filename_tmpl=template,
            fps=train.get('fps'),
            interval=dataset.interval,
            invalid_segments=invalid,
            missing_files=train.get('missing_features'),
            pipeline=[
                dict(type='SampleFeatures', **load, **lost),
                dict(type='PackFrames')
            ])
        settings = {key: value for key, value in settings.items()
                    if value is not None}
        return text(
            f'Stages 1 and 2 on {dataset.title}.', [MARK],
            _base_=f'../{base}',
            model=dict(
                backbone=dict(in_channels=load['channels'], **width),
                class_head=dict(num_classes=classes)),
            dataset=settings,
            train_dataloader=dict(dataset=selection(train)),
            test_dataloader=dict(dataset=selection(train, test)),
            test_cfg=dict(out_dir=dataset.embeddings))

    def stale(self, made: Dict[str, str]) -> List[str]:
        """Paths of configs on disk that are not what the table gives: changed,
        missing, or written once from a line that is gone."""
        texts = {path.relative_to(self.configs).as_posix(): path.read_text()
                 for path in self.configs.rglob('*.py')}
        wrong = {name for name in made if texts.get(name) != made[name]}
        gone = {name for name in texts if MARK in texts[name]} - {*made}
        return sorted(wrong | gone)

    def write(self, made: Dict[str, str], names: Sequence[str]) -> None:
        """Write configs, and remove those that the table no longer gives."""
        for name in names:
            path = self.configs / name
            if name in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(made[name])
            else:
                path.unlink()
            print(f'{"wrote" if name in made else "removed"} {path}')


def changed_fields(setting: dict, before: Sequence[Config],
                   where: str) -> dict:
    """By dotted name, what of a setting is not in the bases already.

    Raises:
        TableError: If a name is neither short for a field nor dotted.
    """
    changes = {}
    for short, value in setting.items():
        name = FIELDS.get(short, short)
        if '.' not in name:
            raise TableError(
                f'{where}: found {short!r}, expected one of '
                f'{[*FIELDS, "source", "note"]} or the dotted name of a field '
                'of a config')
        if [value] != values_of(before, name)[-1:]:
            changes[name] = value
    if FIELDS['batch'] in changes:
        changes['auto_scale_lr.base_batch_size'] = changes[FIELDS['batch']]
    return changes


def selection(*parts: dict) -> Expression:
    """Code of an encoder's dataset with the videos of all parts of a set."""
    if all('where' in part for part in parts):
        fields: Dict[str, list] = {}
        for part in parts:
            for name, values in part['where'].items():
                fields.setdefault(name, []).extend(values)
        return Expression(f'dict(**dataset, where={code(fields)})')
    subsets = [part.get('subset') for part in parts]
    return Expression(
        f'dict(**dataset, subset={subsets if parts[1:] else subsets[0]!r})')


def bapg_base(dataset: Dataset) -> str:
    """BAPG with the embeddings of a dataset."""
    epochs = re.findall(r'-(\d+)e_', dataset.encoder)[0]
    classes = (dict(class_channels=dataset.classes + 1) if dataset.classes
               else {})  # the localizer's otherwise
    return text(
        f'BAPG on {dataset.title}: its embeddings, and what makes them.',
        [MARK],
        _base_='./bapg.py',
        bapg=dict(
            clustering=dict(
                embeddings=dataset.embeddings, interval=dataset.interval,
                **classes),
            # how tools/localize.py makes the same embeddings from raw video;
            # tools/cross_fit.py leaves it there
            encoder=dict(
                config=f'similarity/{dataset.encoder}.py',
                checkpoint=f'work_dirs/{dataset.encoder}/'
                f'all/epoch_{epochs}.pth')))


def nested(changes: dict, **tree: dict) -> dict:
    """A tree of dictionaries with changes by dotted names."""
    for name, value in changes.items():
        *parts, last = name.split('.')
        node = tree
        for part in parts:
            node = node.setdefault(part, {})
        node[last] = value
    return tree
