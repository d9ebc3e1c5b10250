"""What a cross-validation can run: datasets, encoders, variants of hosts."""
from dataclasses import dataclass
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence

from mmbapg.errors import UserError


class PartError(UserError, ValueError):
    """A dataset has no such part; the message says which there are."""


def places_of(chosen: Optional[Sequence[int]], parts: Sequence,
              field: str) -> List[int]:
    """Places of parts to test on, each once; all by default.

    Args:
        chosen: Places, from 0. One that does not exist would leave no part
            out of training.
        parts: Values of the field.
        field: Of the annotation file.

    Raises:
        PartError: If there is no part at a place.
    """
    places = range(len(parts))
    wrong = {*(chosen or ())}.difference(places)
    if wrong:
        raise PartError(
            f'found no part {min(wrong)}, expected 0 to {places[-1]}, which '
            f'are {field} {", ".join(map(str, parts))}')
    return list(dict.fromkeys(chosen or places))


@dataclass(frozen=True)
class ValidatedSet:
    """A dataset, how it is divided, and what runs on it.

    Attributes:
        title: Its name.
        field: Of the annotation file; videos that share its value form a
            part, which is tested on by a model that was trained on the others.
        parts: The values.
        encoders: Form -> config of a similarity encoder: of stored
            ``features`` in their surroundings, which is the default; of a
            ``second`` of them; of a second on a ``grid`` of places; of single
            raw ``frames``.
        hosts: Host -> name of its config, with ``{}`` in the place of
            ``_bapg``.
        group: Field whose values differ between the parts, such as a person;
            cross-fitting keeps videos that share one together, and
            :class:`.paired_variants.PairedVariants` draws them together.
            ``None`` where a part has one value only, or where parts are drawn
            by video.
    """
    title: str
    field: str
    parts: tuple
    encoders: Mapping[str, str]
    hosts: Mapping[str, str]
    group: Optional[str] = None

    def places(self, chosen: Optional[Sequence[int]] = None) -> List[int]:
        """See :func:`places_of`."""
        return places_of(chosen, self.parts, self.field)


SETS = {
    'fir': ValidatedSet(
        'FIR', 'fold', (0, 1, 2),
        dict(features='similarity/similarity_dilated_1xb8-20e_'
             'fir-efficientnetlite0.py',
             second='similarity/similarity_temporal_1xb224-80e_'
             'fir-feature-0.25s.py',
             frames='similarity/similarity_efficientnetlite0_1xb112-20e_'
             'fir-rgb-0.25s.py',
             grid='similarity/similarity_temporal_1xb224-80e_'
             'fir-grid-0.25s.py'),
        dict(actionformer='actionformer/actionformer{}_1xb2-20e_'
             'fir-efficientnetlite0.py',
             tridet='tridet/tridet{}_1xb2-20e_fir-efficientnetlite0.py',
             tadtr='tadtr/tadtr{}_1xb4-30e_fir-efficientnetlite0.py')),
    # part 0: trained on subject 1, tested on subject 2
    'gesture': ValidatedSet(
        'Gestures', 'subject', (2, 1),
        dict(features='similarity/similarity_dilated_1xb8-20e_'
             'gesture-imu.py',
             second='similarity/similarity_temporal_1xb224-40e_'
             'gesture-imu-0.25s.py'),
        dict(actionformer='actionformer/actionformer{}_1xb2-20e_'
             'gesture-imu.py',
             tridet='tridet/tridet{}_1xb2-20e_gesture-imu.py',
             tadtr='tadtr/tadtr{}_1xb4-30e_gesture-imu.py')),
    'vts': ValidatedSet(
        'Open suturing', 'fold', (0, 1, 2, 3),
        dict(features='similarity/similarity_dilated_1xb8-20e_'
             'vts-kinematics.py',
             second='similarity/similarity_temporal_1xb224-40e_'
             'vts-kinematics.py'),
        dict(actionformer='actionformer/actionformer{}_1xb2-10e_'
             'vts-kinematics.py',
             tridet='tridet/tridet{}_1xb2-10e_vts-kinematics.py',
             tadtr='tadtr/tadtr{}_1xb4-30e_vts-kinematics.py'),
        group='surgeon'),
}


class Encoder(NamedTuple):
    """A variant of stages 1 and 2.

    ``cross_fit`` parts, see :class:`.stages.FourStages`, changes to the
    config, and what it sees; or the names of the encoders that it joins.
    """
    cross_fit: int = 0
    options: Mapping[str, object] = {}
    form: str = 'features'
    joins: tuple = ()


def _negatives(window: Optional[float], surroundings: str = 'any',
               **settings) -> Encoder:
    place = 'train_dataloader.dataset.'
    return Encoder(options={place + 'hard_negative_window': window,
                            place + 'surroundings': surroundings}, **settings)


def _second(**options) -> Encoder:
    """An encoder that sees a second, with changed settings."""
    return Encoder(form='second', options=options)


#: The default, which also embeds for the localizers.
DEFAULT = 'default'

#: Encoders. All but those of :data:`VARIANTS` are only compared by what they
#: find on test videos.
ENCODERS = {
    DEFAULT: Encoder(cross_fit=3),
    'not-cross-fitted': Encoder(),
    # controls: the same network, trained otherwise
    'no-contrast': Encoder(cross_fit=3, options={
        'model.head.loss': dict(type='PairContrastiveLoss', loss_weight=0)}),
    'random-negatives': _negatives(None, cross_fit=3),
    'no-classes': Encoder(cross_fit=3, options={'model.class_head': None}),
    'second': Encoder(form='second', cross_fit=3),
    **{f'second-margin-{margin}': _second(**{'model.head.margin': margin})
       for margin in (1.0, 0.5, -0.5)},
    **{f'second-triplets-{margin}': _second(**{
        'model.head.loss.type': 'TripletMarginLoss',
        'model.head.margin': margin}) for margin in (0.5, 1.0)},
    'second-negatives-0.5s': _negatives(0.5, form='second'),
    'second-negatives-1s': _negatives(1.0, form='second'),
    'second-negatives-4s': _negatives(4.0, form='second'),
    'second-negatives-background': _negatives(
        None, 'background', form='second'),
    'second-negatives-random': _negatives(None, form='second'),
    **{f'second-interval-{interval:g}s': _second(**{
        f'{loader}_dataloader.dataset.interval': interval
        for loader in ('train', 'test')}) for interval in (0.5, 1.0)},
    'frames': Encoder(form='frames'),
    'grid': Encoder(form='grid'),
    'two-encoders': Encoder(joins=('second', 'grid')),
}
EVEN_CUTS = 'even-cuts'

#: Variants of a host -> where its embeddings come from.
VARIANTS: Dict[str, Optional[str]] = {
    'host': None,
    'bapg': DEFAULT,
    # controls: whether a host without BAPG was only not trained enough
    'host-longer': None,
    'bapg-longer': DEFAULT,
    # and what it is about the embeddings that helps
    'bapg-not-cross-fitted': 'not-cross-fitted',
    'bapg-no-contrast': 'no-contrast',
    'bapg-random-negatives': 'random-negatives',
    'bapg-no-classes': 'no-classes',
    'bapg-second': 'second',
    'bapg-even-cuts': EVEN_CUTS,
    # all training videos are told what is known of them
    'bapg-no-dropout': DEFAULT,
}

#: Variants whose host trains for longer -> how many times as long.
LONGER: Dict[str, float] = {'host-longer': 2.0, 'bapg-longer': 2.0}

#: Variants that are more than other embeddings -> changes to the config of the
#: host with BAPG.
HOST_OPTIONS: Dict[str, dict] = {
    'bapg-no-dropout': {'bapg.neck.dropout': 0.0},
    # as mmbapg had it before encoders saw more than a second
    'bapg-second': {
        'bapg.neck.type': 'BoundaryFusionNeck',
        'bapg.neck.dropout': 0.0,
        'bapg.clustering.num_change_points': (5, 10, 15, 20)},
}
