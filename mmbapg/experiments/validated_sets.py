"""What a cross-validation can run: datasets, encoders, variants of hosts."""
from dataclasses import dataclass
from typing import Dict, Mapping, NamedTuple, Optional


@dataclass(frozen=True)
class ValidatedSet:
    """A dataset, how it is divided, and what runs on it.

    Attributes:
        title: Its name.
        field: Of the annotation file; videos that share its value form a
            part, which is tested on by a model that was trained on the others.
        parts: The values.
        encoders: What it sees -> config of a similarity encoder: ``features``,
            raw ``frames``, or features of a ``grid`` of places.
        hosts: Host -> name of its config, with ``{}`` in the place of
            ``_bapg``.
        group: Field whose values differ between the parts, such as a person;
            cross-fitting keeps videos that share one together. ``None``
            where it would find one value only, or where parts are drawn by
            video.
    """
    title: str
    field: str
    parts: tuple
    encoders: Mapping[str, str]
    hosts: Mapping[str, str]
    group: Optional[str] = None


SETS = {
    'fir': ValidatedSet(
        'FIR', 'fold', (0, 1, 2),
        dict(features='similarity/similarity_temporal_1xb224-80e_'
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
        dict(features='similarity/similarity_temporal_1xb224-40e_'
             'gesture-imu-0.25s.py'),
        dict(actionformer='actionformer/actionformer{}_1xb2-20e_'
             'gesture-imu.py',
             tridet='tridet/tridet{}_1xb2-20e_gesture-imu.py',
             tadtr='tadtr/tadtr{}_1xb4-30e_gesture-imu.py')),
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


def _negatives(window: Optional[float], surroundings: str = 'any') -> Encoder:
    place = 'train_dataloader.dataset.'
    return Encoder(options={place + 'hard_negative_window': window,
                            place + 'surroundings': surroundings})


#: Encoders. All but the first, and those of :data:`VARIANTS`, are only
#: compared by what they find on test videos.
ENCODERS = {
    'margin-0.0': Encoder(cross_fit=3),
    'one-encoder': Encoder(),
    **{f'margin-{margin}': Encoder(options={'model.head.margin': margin})
       for margin in (1.0, 0.5, -0.5)},
    **{f'triplets-{margin}': Encoder(options={
        'model.head.loss.type': 'TripletMarginLoss',
        'model.head.margin': margin}) for margin in (0.5, 1.0)},
    'negatives-0.5s': _negatives(0.5),
    'negatives-1s': _negatives(1.0),
    'negatives-4s': _negatives(4.0),
    'negatives-background': _negatives(None, 'background'),
    'negatives-random': _negatives(None),
    'interval-0.5s': Encoder(options={
        f'{loader}_dataloader.dataset.interval': 0.5
        for loader in ('train', 'test')}),
    'interval-1s': Encoder(options={
        f'{loader}_dataloader.dataset.interval': 1.0
        for loader in ('train', 'test')}),
    'frames': Encoder(form='frames'),
    'grid': Encoder(form='grid'),
    'two-encoders': Encoder(joins=('margin-0.0', 'grid')),
}
EVEN_CUTS = 'even-cuts'

#: Variants of a host -> where its embeddings come from.
VARIANTS: Dict[str, Optional[str]] = {
    'host': None,
    'bapg': 'margin-0.0',
    'bapg-one-encoder': 'one-encoder',
    'bapg-even-cuts': EVEN_CUTS,
}
