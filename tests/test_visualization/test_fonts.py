"""Names in any script can be read in pictures, or the log says why not."""
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager

from mmbapg.visualization import TimelineRow, draw_timeline, fonts
from mmbapg.visualization.canvas import new_figure, to_image
from mmbapg.visualization.error_charts import draw_boundary_errors
from tests.test_visualization.test_pictures import count

FONT = 'Tiny Han'


def write_font(path, letters):
    """Every letter is a filled square."""
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 900), (950, 900), (950, 0)):
        pen.lineTo(corner)
    pen.closePath()
    names = [f'letter{ord(letter)}' for letter in letters]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(['.notdef', *names])
    font.setupCharacterMap({ord(letter): name
                            for letter, name in zip(letters, names)})
    font.setupGlyf(dict.fromkeys(['.notdef', *names], pen.glyph()))
    font.setupHorizontalMetrics(
        dict.fromkeys(['.notdef', *names], (1000, 50)))
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable(dict(familyName=FONT, styleName='Regular'))
    font.setupOS2()
    font.setupPost()
    font.save(path)


@pytest.fixture
def install(monkeypatch, tmp_path):
    """A system on which Matplotlib knows its own font only."""
    manager = font_manager.fontManager
    monkeypatch.setattr(manager, 'ttflist', [
        each for each in manager.ttflist if each.name == 'DejaVu Sans'])
    files = []
    monkeypatch.setattr(font_manager, 'findSystemFonts', lambda: files)
    monkeypatch.setattr(fonts, '_told', set())

    def of(letters):
        path = str(tmp_path / 'tiny.ttf')
        write_font(path, letters)
        files.append(path)

    yield of
    manager._findfont_cached.cache_clear()


def timeline(title='v', classes=('a', 'b')):
    row = TimelineRow('row', np.array([[0, 10], [20, 40.0]]),
                      np.array([0, 1]))
    return draw_timeline(title, 50.0, [row], classes)


def test_a_font_that_has_the_letters_is_found(install, logged):
    """Also one that came after Matplotlib had made its list."""
    install('\u884c\u8d70')
    assert fonts.families_of('walk') == (['sans-serif'], '')
    assert fonts.families_of('\u884c\u8d70 1') == (['sans-serif', FONT], '')
    assert fonts.families_of('\u884c\uae38') == (
        ['sans-serif', FONT], '\uae38')
    black = [count(timeline(title), '#000000')
             for title in ('', '\u884c', '\u884c\u8d70')]
    assert black[1] - black[0] > 50  # a square each
    assert black[2] - black[1] == pytest.approx(black[1] - black[0], rel=0.2)
    assert 'no installed font' not in logged()


@pytest.mark.parametrize('name, script, package', [
    ('\u8dcc\u5012', 'CJK', 'fonts-noto-cjk'),
    ('\u3072\u3089', 'HIRAGANA', 'fonts-noto-cjk'),
    ('\ub2ec\ub9ac\uae30', 'HANGUL', 'fonts-noto-cjk'),
    ('\u091a\u0932', 'DEVANAGARI', 'fonts-noto-core'),
    ('\u0e44\u0e17', 'THAI', 'fonts-noto-core')])
def test_scripts_without_a_font_are_told_once(install, logged, recwarn, name,
                                              script, package):
    for _ in range(2):
        timeline(name, (name, 'b'))
    told = logged()
    assert told.count('no installed font') == 1
    assert (f'no installed font has the {script} characters '
            f'{"".join(sorted(name))}, which are drawn as boxes') in told
    assert f'apt-get install {package}' in told
    assert not [each for each in recwarn if 'Glyph' in str(each.message)]


def test_every_picture_chooses_fonts(install, logged):
    draw_boundary_errors({'\u884c': np.zeros((3, 2))})
    assert 'no installed font has the CJK characters \u884c' in logged()


def test_fonts_that_cannot_be_read_stop_nothing(install, monkeypatch,
                                                tmp_path):
    broken = tmp_path / 'broken.ttf'
    broken.write_text('no font')
    monkeypatch.setattr(font_manager, 'findSystemFonts',
                        lambda: [str(broken)])
    assert fonts.families_of('\u884c') == (['sans-serif'], '\u884c')


@pytest.mark.parametrize('name', ['_hidden', '$x', '$a_$b$', r'\frac{', '%'])
def test_no_name_is_a_formula_or_left_out(name, monkeypatch):
    monkeypatch.setattr('mmbapg.visualization.timeline.to_image',
                        lambda figure: figure)
    figure = timeline(name, (name, 'b'))
    legend, = figure.legends
    assert to_image(figure).std() > 0
    texts = [*legend.get_texts(), figure.axes[0].title]
    assert [text.get_text().strip() for text in legend.get_texts()] == [
        name, 'b']
    assert not any(text.get_parse_math() for text in texts)


@pytest.mark.parametrize('text, drawn', [
    ('walk', 'walk'), ('\u05d0\u05d1', '\u05d1\u05d0'),
    ('\u05d0\u05d1 12 \u05d2', '\u05d2 12 \u05d1\u05d0'),
    ('walk \u05d0\u05d1 \u05d2 x', 'walk \u05d2 \u05d1\u05d0 x')])
def test_right_to_left_where_matplotlib_knows_nothing_of_it(
        monkeypatch, text, drawn):
    monkeypatch.setattr(fonts, 'SHAPES_TEXT', False)
    figure = new_figure(1, 1)
    artist = figure.text(0, 0, text)
    fonts.choose_fonts(figure)
    assert artist.get_text() == drawn
