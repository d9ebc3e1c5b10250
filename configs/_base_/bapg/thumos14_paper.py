# BAPG as the paper has it on THUMOS14: ten frames a second.
_base_ = './paper.py'
bapg = dict(
    clustering=dict(embeddings='data/thumos/embeddings_0.1s'),
    encoder=dict(
        config='similarity/'
        'similarity_resnet50_1xb112-100e_thumos14-rgb-0.1s.py',
        checkpoint='work_dirs/'
        'similarity_resnet50_1xb112-100e_thumos14-rgb-0.1s/epoch_100.pth'))
