# BAPG as the paper has it in Tables I and II: mean features of proposals
# (Sec. II-D), 10 change points and a frame every 0.1 s. Table III tells both
# numbers: its row of 0.1 s has the figures of Table I, its row of 1 s those of
# 10 change points in Table IV. The text then recommends 1 s.
_base_ = './bapg.py'
bapg = dict(
    clustering=dict(num_change_points=(10, ), interval=0.1),
    neck=dict(
        _delete_=True, type='ProposalFusionNeck', hidden_channels=128))
