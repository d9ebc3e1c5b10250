_base_ = [
    './actionformer_1xb16-15e_activitynet13-i3d.py',
    '../_base_/bapg/activitynet13_i3d.py'
]
