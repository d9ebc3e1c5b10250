# BAPG, Table IV: proposals from 15 change points.
_base_ = './actionformer_bapg-m10_1xb2-35e_thumos14-i3d.py'
bapg = dict(clustering=dict(num_change_points=(15, )))
