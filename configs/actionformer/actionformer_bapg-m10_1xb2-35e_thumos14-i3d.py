# BAPG, Table IV: proposals from 10 change points, one frame a second.
_base_ = './actionformer_bapg-paper_1xb2-35e_thumos14-i3d.py'
bapg = dict(
    clustering=dict(embeddings='data/thumos/embeddings_1s', interval=1.0),
    encoder=dict(
        config='similarity/'
        'similarity_resnet50_1xb112-100e_thumos14-rgb-1s.py',
        checkpoint='work_dirs/'
        'similarity_resnet50_1xb112-100e_thumos14-rgb-1s/epoch_100.pth'))
