# BAPG, Table III: ten frames a second. Its row of one frame a second is m10.
_base_ = './actionformer_bapg-paper_1xb2-35e_thumos14-i3d.py'
