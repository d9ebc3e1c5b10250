_base_ = './thumos14.py'
# TadTR is half as wide as the other hosts and sees short windows: a perceptron
# half as wide keeps BAPG below a tenth of its time.
bapg = dict(neck=dict(hidden_channels=64))
