"""What ``torch.use_deterministic_algorithms`` refuses on CUDA; on a CPU it
raises nothing."""
from torch.utils._python_dispatch import TorchDispatchMode

#: Operations, forward and backward, for which PyTorch 2.13 has no kernel on
#: CUDA that gives the same numbers every time (documentation of
#: ``torch.use_deterministic_algorithms``).
NOT_DETERMINISTIC = {
    'adaptive_max_pool2d_backward', 'avg_pool3d_backward',
    '_adaptive_avg_pool2d_backward', '_adaptive_avg_pool3d_backward',
    'fractional_max_pool2d_backward', 'fractional_max_pool3d_backward',
    'max_unpool2d', 'max_unpool3d', 'upsample_linear1d_backward',
    'upsample_bilinear2d_backward', 'upsample_bicubic2d_backward',
    'upsample_trilinear3d_backward', 'reflection_pad1d_backward',
    'reflection_pad2d_backward', 'reflection_pad3d_backward',
    'nll_loss2d_forward', 'nll_loss2d_backward', '_ctc_loss_backward', 'put_',
    'histc', 'grid_sampler_2d_backward', 'grid_sampler_3d_backward',
    'kthvalue'}
#: Likewise of floating-point numbers, with weights or with indices alone.
SOMETIMES = {
    'cumsum': lambda args, kwargs: (
        kwargs.get('dtype') or args[0].dtype).is_floating_point,
    'cumsum_': lambda args, kwargs: args[0].is_floating_point(),
    'bincount': lambda args, kwargs: len(args) > 1 and args[1] is not None,
    'median': lambda args, kwargs: len(args) > 1,
    'scatter_reduce': lambda args, kwargs: args[4] == 'prod',
    '_embedding_bag_backward': lambda args, kwargs: args[8] == 2}


class OnlyDeterministic(TorchDispatchMode):
    """Refuses what ``torch.use_deterministic_algorithms`` refuses on CUDA,
    in forward and backward passes."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = func.overloadpacket.__name__
        if name in NOT_DETERMINISTIC or (
                name in SOMETIMES and SOMETIMES[name](args, kwargs)):
            raise RuntimeError(
                f'{name} does not have a deterministic implementation on '
                'CUDA, but deterministic algorithms are asked for')
        return func(*args, **kwargs)
