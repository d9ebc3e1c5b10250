# ActionFormer with BAPG on FIR, behind a frozen EfficientNet-Lite0.
_base_ = [
    './end_to_end_frozen_1xb2-20e_fir-efficientnetlite0-96px.py',
    '../_base_/bapg/fir.py'
]
