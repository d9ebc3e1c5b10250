# A template: all that configs must know of features of your own. Change what
# is marked; the encoder's and the localizers' templates read it. The encoder's
# has one more mark, seconds between its embeddings.
data_root = 'data/mine/'  # CHANGE
ann_file = data_root + 'annotations.json'  # CHANGE
feature_folder = data_root + 'features'  # CHANGE: a file for each video
filename_tmpl = '{}.npy'  # CHANGE for .npz, .pt and others
train_subset = 'training'  # CHANGE to your own names of subsets
val_subset = 'validation'  # CHANGE; validated in training, and tested
num_classes = 20  # CHANGE
feature_channels = 2048  # CHANGE: width of the features
# CHANGE: video frames from one step to the next, and video frames that a step
# describes, as they were when the features were made; no check can see a wrong
# window. For files of tools/extract_features.py, which tell, write dict().
feature_grid = dict(stride=4, window=16)
# CHANGE: longest crop in training, in steps, which are seconds * fps / stride.
# The length of your longest video is the most that makes sense; memory grows
# with it.
max_seq_len = 2304
