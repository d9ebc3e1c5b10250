"""A model that only predicts needs no gradients of other ranks."""
from mmaction.registry import MODEL_WRAPPERS
from torch import nn


@MODEL_WRAPPERS.register_module()
class LocalModelWrapper(nn.Module):
    """Takes the place of DistributedDataParallel, without doing its work.

    DDP refuses models without trainable parameters, such as a frozen feature
    extractor.

    Args:
        module: The model.
    """

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *args, **kwargs):
        """Forward the model."""
        return self.module(*args, **kwargs)

    def test_step(self, data):
        """Predict with the model."""
        return self.module.test_step(data)
