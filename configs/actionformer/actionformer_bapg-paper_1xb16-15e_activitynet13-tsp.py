_base_ = [
    './actionformer_1xb16-15e_activitynet13-tsp.py',
    '../_base_/bapg/activitynet13_paper.py'
]
