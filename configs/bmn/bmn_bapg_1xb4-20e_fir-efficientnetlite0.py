# MMAction2's BMN in windows with BAPG on FIR, EfficientNet-Lite0 features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './bmn_1xb4-20e_fir-efficientnetlite0.py', '../_base_/bapg/fir.py'
]
