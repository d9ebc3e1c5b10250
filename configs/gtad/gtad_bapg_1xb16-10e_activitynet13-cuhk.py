# G-TAD with BAPG on ActivityNet-1.3, CUHK's TSN features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './gtad_1xb16-10e_activitynet13-cuhk.py',
    '../_base_/bapg/activitynet13_cuhk.py'
]
