"""What losses share that have nothing to set but their weight."""
from torch import nn


class WeightedLoss(nn.Module):
    """A loss with a factor.

    Args:
        loss_weight: Factor of the loss.
    """

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight
