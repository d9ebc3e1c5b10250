# ActionFormer with BAPG on FIR, trained with adapters behind the last blocks
# of EfficientNet-Lite0.
_base_ = [
    './end_to_end_adapters_1xb2-20e_fir-efficientnetlite0-96px.py',
    '../_base_/bapg/fir.py'
]
