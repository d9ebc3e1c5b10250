"""Draws the picture of docs/concepts.md, docs/images/concepts.svg."""
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 1000, 735
INK, PALE = '#1f2933', '#5b6770'
BLUE, GREEN, ORANGE, GREY = '#dbe9f6', '#dcefdc', '#fbe6cf', '#eef0f2'
#: Of the four stages: top, colour, title, and boxes of left, width and lines.
STAGES = [
    (20, BLUE, '1  Learn which frames belong together', [
        (40, 210, 'Videos, or clip features|with annotated instances'),
        (290, 210, 'Pairs: same action;|'
         'action and *hard negative*'),
        (540, 200, 'Encoder|trained by contrast'),
    ]),
    (170, BLUE, '2  Embed every sampled frame, once', [
        (40, 210, 'All videos'),
        (290, 210, 'The same encoder'),
        (540, 200, '*Frame embeddings*|one file for each video'),
    ]),
    (320, GREEN, '3  Cut each video where similarity changes', [
        (40, 210, '*Similarity*: cosine of|two embeddings'),
        (290, 210, '*Change points*: where|a new region starts'),
        (540, 200, '*Proposals*: regions|between change points'),
    ]),
    (470, ORANGE, '4  Localize', [
        (40, 210, 'Clip features|on a *feature grid*'),
        (290, 210, 'BAPG neck: proposals|refine the features'),
        (540, 200, 'Host: ActionFormer,|TriDet, TadTR, BMN, ...'),
        (780, 180, '*Detections*: segment,|label, score'),
    ]),
]
STAGE_HEIGHT, BOX_HEIGHT, BOX_TOP = 130, 66, 46
TIMELINE = 655


def rectangle(x, y, width, height, fill, stroke=PALE, radius=8):
    return (f'<rect x="{x}" y="{y}" width="{width}" height="{height}" '
            f'rx="{radius}" fill="{fill}" stroke="{stroke}"/>')


def text(x, y, words, size=15, anchor='middle', fill=INK, weight='normal'):
    """Words between stars are bold."""
    spans = ''.join(
        f'<tspan font-weight="{"bold" if index % 2 else weight}">'
        f'{escape(part)}</tspan>'
        for index, part in enumerate(words.split('*')) if part)
    return (f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" '
            f'text-anchor="{anchor}" xml:space="preserve">{spans}</text>')


def arrow(*points):
    path = ' L '.join(f'{x} {y}' for x, y in points)
    return (f'<path d="M {path}" fill="none" stroke="{INK}" '
            'stroke-width="1.6" marker-end="url(#tip)"/>')


def box(x, y, width, words):
    lines = words.split('|')
    first = y + BOX_HEIGHT / 2 + 5 - 10 * (len(lines) - 1)
    return [rectangle(x, y, width, BOX_HEIGHT, 'white')] + [
        text(x + width / 2, first + 20 * index, line)
        for index, line in enumerate(lines)]


def stages():
    for top, colour, title, boxes in STAGES:
        yield rectangle(20, top, WIDTH - 40, STAGE_HEIGHT, colour, colour, 12)
        yield text(40, top + 28, title, 17, 'start', weight='bold')
        middle = top + BOX_TOP + BOX_HEIGHT / 2
        for index, (x, width, words) in enumerate(boxes):
            yield from box(x, top + BOX_TOP, width, words)
            if index:
                before = boxes[index - 1]
                yield arrow((before[0] + before[1] + 2, middle),
                            (x - 6, middle))


def between_stages():
    """Down the right side, and back to the box that takes it."""
    right, bend = 742, 768
    to_middle = BOX_TOP + BOX_HEIGHT / 2
    for index, (top, *_) in enumerate(STAGES[:-1]):
        below = STAGES[index + 1][0]
        lane = below - 10
        end = ([(28, lane), (28, below + to_middle), (39, below + to_middle)]
               if index == 1 else [(410, lane), (410, below + BOX_TOP - 4)])
        yield arrow((right, top + to_middle), (bend, top + to_middle),
                    (bend, lane), *end)


def words_beside():
    for y, words in (
            (62, '*Hard negative*: background|right before or after|'
             'an action. Nothing else is|so like the action.'),
            (212, 'Stages 1, 2 and 4 are|ordinary runs of MMEngine.|'
             'Stage 3 is computed as|data are loaded.'),
            (362, 'Exact, for each number of|change points: what is|'
             'within a region is as alike|as it can be.')):
        for row, part in enumerate(words.split('|')):
            yield text(792, y + 20 * row, part, 13.5, 'start', INK)


def timeline():
    """What is in a video, on one line of seconds."""
    left, right = 150, 960
    yield text(40, TIMELINE + 5, 'In one video', 15, 'start', weight='bold')
    yield (f'<path d="M {left} {TIMELINE} H {right}" stroke="{PALE}" '
           'stroke-width="2"/>')
    for start, end, label in ((250, 400, 'instance: walk'),
                              (620, 760, 'instance: fall')):
        yield rectangle(start, TIMELINE - 14, end - start, 28, ORANGE)
        yield text((start + end) / 2, TIMELINE + 5, label, 13.5)
    for start, end in ((185, 248), (402, 465), (555, 618), (762, 825)):
        yield rectangle(start, TIMELINE - 8, end - start, 16, '#b9c2ca',
                        'none', 0)
    yield text(510, TIMELINE - 28, 'grey: hard negatives', 13.5)
    for x in (246, 405, 533, 623, 757):
        yield (f'<path d="M {x} {TIMELINE - 24} V {TIMELINE + 30}" '
               'stroke="#c0392b" stroke-width="2" stroke-dasharray="5 3"/>')
    yield text(510, TIMELINE + 50, 'red: change points; between them, '
               'proposals. All times are in seconds.', 13.5)
    yield text(right, TIMELINE + 24, 'seconds', 13.5, 'end', PALE)


def picture():
    parts = [*stages(), *between_stages(), *words_beside(), *timeline()]
    return '\n'.join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
        f'{HEIGHT}" font-family="Helvetica, Arial, sans-serif" role="img">',
        '<title>The four stages of BAPG, and what a video holds</title>',
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" '
        'markerWidth="8" markerHeight="8" orient="auto-start-reverse">'
        f'<path d="M 0 0 L 10 5 L 0 10 z" fill="{INK}"/></marker></defs>',
        rectangle(0, 0, WIDTH, HEIGHT, 'white', 'none', 0), *parts, '</svg>',
        ''])


if __name__ == '__main__':
    path = Path(__file__).parent / 'images' / 'concepts.svg'
    path.write_text(picture(), encoding='utf-8')
    print(path)
