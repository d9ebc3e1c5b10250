"""What all localizers of this package share."""
import logging
from typing import List, Optional, Sequence, Tuple, cast

from mmaction.structures import ActionDataSample
from mmengine.logging import print_log
from mmengine.model import BaseModel
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.errors import CheckpointMismatchError

from ..layers import Sequences


class BaseLocalizer(BaseModel):
    """A model on the clip features of whole videos, with MMEngine's modes.

    Keeps :class:`.contract.Localizer`; a subclass makes ``head`` and says what
    :meth:`loss`, :meth:`predict` and :meth:`raw_outputs` are.
    """

    #: Bias of a class output, by which the number of classes is told.
    class_bias_key: str
    #: A batch of videos of one length may come as one tensor.
    takes_batches = True
    #: Whether a training begins with weights for other classes, so that the
    #: outputs for these begin anew.
    begins_with_others = False

    def __init__(self,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self._register_load_state_dict_pre_hook(self._check_class_count)

    @property
    def num_predicted_classes(self) -> Optional[int]:
        """Classes of the detections; ``None`` if they are named outside."""
        return getattr(self.head, 'num_predicted_classes',
                       self.head.num_classes)

    def forward(self,
                inputs: Sequence[Tensor],
                data_samples: Optional[List[ActionDataSample]] = None,
                mode: str = 'tensor'):
        """See :meth:`.contract.Localizer.forward`."""
        if mode == 'tensor':
            return self.raw_outputs(inputs)
        samples = cast(List[ActionDataSample], data_samples)
        if mode == 'predict':
            return self.predict(inputs, samples)
        if mode == 'loss':
            return self.loss(inputs, samples)
        raise ValueError(f'mode is {mode!r}, expected one of loss, predict '
                         'and tensor')

    def raw_outputs(self, inputs: Sequence[Tensor]):
        """Raw outputs of the head; see :meth:`forward`."""
        raise NotImplementedError

    def loss(self, inputs: Sequence[Tensor],
             data_samples: List[ActionDataSample]) -> dict:
        """Losses of a batch; see :meth:`forward`."""
        raise NotImplementedError

    def predict(
            self, inputs: Sequence[Tensor],
            data_samples: List[ActionDataSample]) -> List[ActionDataSample]:
        """Data samples with ``pred_instances``; see :meth:`forward`."""
        raise NotImplementedError

    def predict_windows(self, windows: Sequences,
                        places: Sequence[Tuple[int, int]],
                        sample: ActionDataSample) -> InstanceData:
        """What is found in the windows of one video, joined.

        Args:
            windows: ``(C, T_i)`` features of each window.
            places: First step of each window, and the step after its last.
            sample: Of the video.

        Returns:
            InstanceData: See :meth:`.contract.Localizer.forward`.
        """
        raise NotImplementedError

    def _check_class_count(self, state_dict, prefix, *_) -> None:
        """Refuse another class count, which MMEngine would only log, unless a
        training begins with it."""
        key = prefix + self.class_bias_key
        found = len(state_dict[key]) if key in state_dict else None
        expected = getattr(self.head, 'num_class_outputs',
                           self.head.num_classes)
        if found is not None:
            found -= expected - self.head.num_classes  # the background
        if found in (None, self.head.num_classes):
            return
        told = (f'the checkpoint knows {found} classes ({key}), expected '
                f'num_classes={self.head.num_classes} as in the config')
        if not self.begins_with_others:
            raise CheckpointMismatchError(told)
        print_log(f'{told}; outputs for classes begin anew', 'current',
                  logging.WARNING)
