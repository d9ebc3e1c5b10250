# BAPG, Table IV: proposals from 10 change points.
_base_ = './actionformer_bapg_1xb2-35e_thumos14-i3d.py'
# As all of that table, with the paper's fusion of proposals (Sec. II-D).
bapg = dict(
    clustering=dict(num_change_points=(10, )),
    neck=dict(
        _delete_=True, type='ProposalFusionNeck', hidden_channels=128))
