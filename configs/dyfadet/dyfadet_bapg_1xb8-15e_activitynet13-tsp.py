# DyFADet with BAPG on ActivityNet-1.3, TSP features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './dyfadet_1xb8-15e_activitynet13-tsp.py',
    '../_base_/bapg/activitynet13.py'
]
