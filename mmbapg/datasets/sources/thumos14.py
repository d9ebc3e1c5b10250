"""THUMOS14: 20 sports in untrimmed videos."""

#: Class -> its number among the 101 of UCF-101, from 1. THUMOS14's own
#: annotations and video-level classifiers use these numbers.
UCF101_IDS = {
    'BaseballPitch': 7, 'BasketballDunk': 9, 'Billiards': 12,
    'CleanAndJerk': 21, 'CliffDiving': 22, 'CricketBowling': 23,
    'CricketShot': 24, 'Diving': 26, 'FrisbeeCatch': 31, 'GolfSwing': 33,
    'HammerThrow': 36, 'HighJump': 40, 'JavelinThrow': 45, 'LongJump': 51,
    'PoleVault': 68, 'Shotput': 79, 'SoccerPenalty': 85, 'TennisSwing': 92,
    'ThrowDiscus': 93, 'VolleyballSpiking': 97
}  # yapf: disable
