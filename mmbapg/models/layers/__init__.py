from .attention import ConvAttention, windowed_attention
from .conv import Conv1d, GroupNorm, MaxPool1d
from .deformable_attention import DeformableAttention
from .deformable_transformer import DeformableDecoder, DeformableEncoder
from .drop_path import AffineDropPath
from .dynamic_aggregation import DynamicTower
from .masked_conv import ConvTower, MaskedConv1d, downsample_mask
from .norm import ChannelLayerNorm
from .padding import pad_sequences, padded_length
from .position import sine_encoding, sinusoid_table, stretch_table
from .sgp_block import DynEBlock, SGPBlock
from .transformer_block import ConvTransformerBlock

__all__ = [
    'AffineDropPath', 'ChannelLayerNorm', 'Conv1d', 'ConvAttention',
    'ConvTower', 'ConvTransformerBlock', 'DeformableAttention',
    'DeformableDecoder', 'DeformableEncoder', 'DynEBlock', 'DynamicTower',
    'GroupNorm', 'MaskedConv1d', 'MaxPool1d', 'SGPBlock', 'downsample_mask',
    'pad_sequences', 'padded_length', 'sine_encoding', 'sinusoid_table',
    'stretch_table', 'windowed_attention'
]
