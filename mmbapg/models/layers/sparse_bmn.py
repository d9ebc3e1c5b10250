"""MMAction2's BMN, without a matrix that is full of zeros."""
from typing import Any, Optional

from mmaction.models.localizers.bmn import BMN

from mmbapg.ops import boundary_matching_plan

from .map_conv import MapConv


class SparseBMN(BMN):
    """Network of MMAction2's BMN (https://arxiv.org/abs/1907.09702), whose
    proposals are sampled by a sparse matrix.

    MMAction2 multiplies with a dense matrix, 99 % of which is zero, and holds
    all samples of all proposals. Here the layer after them is a
    :class:`.map_conv.MapConv`. Outputs and gradients differ by rounding
    alone, and its checkpoints fit.

    Args:
        temporal_dim: Steps of a sequence.
        num_durations: Steps of the longest proposal; as many as a sequence
            has by default, as in MMAction2.
        boundary_ratio, num_samples, num_samples_per_bin, **kwargs: See
            :class:`mmaction.models.BMN`.
    """

    def __init__(self, temporal_dim: int, boundary_ratio: float,
                 num_samples: int, num_samples_per_bin: int,
                 num_durations: Optional[int] = None, **kwargs: Any) -> None:
        super().__init__(temporal_dim, boundary_ratio, num_samples,
                         num_samples_per_bin, **kwargs)
        durations = num_durations or temporal_dim
        plan = boundary_matching_plan(temporal_dim, durations, num_samples,
                                      num_samples_per_bin, boundary_ratio)
        self.x_3d_p[0] = MapConv(self.hidden_dim_1d, self.hidden_dim_3d,
                                 [plan], temporal_dim, durations)

    def _get_interp1d_mask(self) -> None:
        """Make no dense matrix."""

    def _boundary_matching_layer(self, x):
        """Leave the sampling to the layer that follows."""
        return x

    def _load_from_state_dict(self, state_dict, prefix, *args) -> None:
        """Take weights of MMAction2's BMN, too."""
        state_dict.pop(f'{prefix}sample_mask', None)
        key = f'{prefix}x_3d_p.0.weight'
        if key in state_dict and state_dict[key].dim() == 5:
            # samples of a channel lie together in both
            state_dict[key] = state_dict[key].flatten(1, 2)
        super()._load_from_state_dict(state_dict, prefix, *args)
