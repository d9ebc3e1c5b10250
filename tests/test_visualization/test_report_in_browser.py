"""A report as people use it: opened from disk in headless Chromium."""
import time

import pytest

from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.apis.report import Report
from tests import browser, reports

browser.require_browser()


@pytest.fixture(scope='module')
def report(tmp_path_factory):
    return reports.write_report(tmp_path_factory.mktemp('report'))


@pytest.fixture(scope='module')
def driver():
    with browser.open_browser() as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_strange(driver, report):
    """Whatever a test does: no request leaves the folder, and the console
    stays silent."""
    yield
    folder = report[0].parent.as_uri()
    assert all(each.startswith((folder, 'data:')) for each in
               browser.requests_of(driver))
    assert not browser.faults_of(driver)


def open_video(driver, report, name='rendered_00', link=''):
    page, = (report[0].parent / 'videos').glob(f'*-{name}.html')
    driver.get('about:blank')
    driver.get(page.as_uri() + link)
    wait(driver, 'return document.querySelector("video").readyState > 1')
    wait(driver, 'return document.querySelector(".marker").dataset.time')


def wait(driver, script, seconds=10):
    """Until a script returns something true; the result."""
    end = time.time() + seconds
    while time.time() < end:
        found = driver.execute_script(script)
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f'waited in vain for {script}')


def state(driver):
    """Seconds of the video and of the marker, and where the marker is."""
    return driver.execute_script('''
        const video = document.querySelector('video');
        const marker = document.querySelector('.marker');
        const place = document.getElementById('timeline');
        const view = reportPage.view;
        const x = marker.getBoundingClientRect().left + 1 -
            place.getBoundingClientRect().left - place.clientLeft;
        return {time: video ? video.currentTime : reportPage.time(),
            paused: video ? video.paused : null,
            marker: view.from + x / place.clientWidth * (view.to - view.from),
            view, hash: location.hash, score: view.score,
            shown: reportPage.rows().filter(row => row.type === 'model').map(
                row => row.shown.length)}''')


def click_segment(driver, kind, index):
    """Click in the middle of a segment of a row of the timeline."""
    from selenium.webdriver.common.action_chains import ActionChains
    x, y = driver.execute_script('''
        const row = reportPage.rows().filter(
            each => each.type === arguments[0])[0];
        const each = row.shown[arguments[1]];
        const place = document.getElementById('timeline');
        place.scrollIntoView({block: 'center'});
        const {from, to} = reportPage.view;
        const canvas = place.querySelector('canvas').getBoundingClientRect();
        return [canvas.left + ((each.start + each.end) / 2 - from) /
                (to - from) * canvas.width,
            canvas.top + row.y + (row.lanes.placed[arguments[1]] + 0.5) *
                row.lane]''', kind, index)
    chain = ActionChains(driver)
    chain.w3c_actions.pointer_action.move_to_location(
        round(x), round(y)).click()
    chain.perform()


def press(driver, *keys):
    from selenium.webdriver.common.action_chains import ActionChains
    ActionChains(driver).send_keys(*keys).perform()


def test_the_overview_opens_and_leads_to_videos(driver, report):
    driver.get(report[0].as_uri())
    assert wait(driver, 'return Object.keys(Chart.instances).length') == 8
    assert driver.title == 'annotations.json'  # the label was not run
    text = driver.find_element('tag name', 'main').text
    assert reports.HOSTILE in text and 'not annotated' in text
    names = [row.text for row in driver.find_elements(
        'css selector', '#videos tbody th')]
    assert set(names) == set(report[1])
    assert names[-1] == 'rendered_02'  # not judged
    driver.find_element('id', 'find-video').send_keys('_01')
    assert driver.find_element('css selector', '#videos tbody').text.split(
    )[0] == 'rendered_01'
    driver.find_element('css selector', '#instances tbody a').click()
    wait(driver, 'return window.reportPage && reportPage.view.picked')
    assert driver.title.endswith('– annotations.json')


def test_a_click_plays_a_detection(driver, report):
    open_video(driver, report)
    start, end = report[1]['rendered_00']['annotations'][1]['segment']
    click_segment(driver, 'model', 1)
    wait(driver, 'return !document.querySelector("video").paused')
    first = state(driver)
    assert first['view']['picked']['start'] == pytest.approx(start)
    wait(driver,
         f'return document.querySelector("video").currentTime > {start}')
    assert state(driver)['time'] < start + 1.5
    driver.execute_script('document.querySelector("video").pause()')
    wait(driver, 'return document.querySelector("video").paused')
    # the place to which it went, whatever has been played since
    driver.execute_script('reportPage.pick(reportPage.view.picked, false)')
    wait(driver, 'return !document.querySelector("video").seeking')
    assert state(driver)['time'] == pytest.approx(start, abs=0.1)


def test_the_marker_follows_the_player(driver, report):
    open_video(driver, report)
    press(driver, ' ')
    wait(driver, 'return document.querySelector("video").currentTime > 0.5')
    for _ in range(5):
        found = state(driver)
        assert found['marker'] == pytest.approx(found['time'], abs=0.1)
        time.sleep(0.1)
    assert not found['paused']
    press(driver, ' ')
    wait(driver, 'return document.querySelector("video").paused')


def test_a_segment_ends_where_it_ends(driver, report):
    open_video(driver, report)
    click_segment(driver, 'truth', 1)
    end = report[1]['rendered_00']['annotations'][1]['segment'][1]
    wait(driver, 'return document.querySelector("video").paused && '
         f'document.querySelector("video").currentTime >= {end} - 0.01')
    assert state(driver)['time'] == pytest.approx(end, abs=0.3)


def test_keys(driver, report):
    from selenium.webdriver.common.keys import Keys
    open_video(driver, report, link='#t=5')
    press(driver, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    wait(driver, 'return Math.abs(document.querySelector("video").'
         'currentTime - 6) < 0.05')
    press(driver, '+')
    view = wait(driver, 'return reportPage.view.from > 0 && reportPage.view')
    assert view['to'] - view['from'] == pytest.approx(8)
    assert view['from'] <= 6 <= view['to']
    press(driver, '0')
    assert state(driver)['view']['to'] == reports.DURATION
    driver.execute_script('reportPage.seek(0)')
    wrong = []
    for _ in range(20):
        press(driver, 'n')
        picked = state(driver)['view']['picked']
        if wrong and picked == wrong[-1]:
            break
        wrong.append(picked)
    annotated = report[1]['rendered_00']['annotations'][1:]
    assert [each['start'] for each in wrong] == pytest.approx(
        [each['segment'][0] for each in annotated if
         each['segment'][0] < 13] + [13, 13], abs=1e-3)
    press(driver, 'p')
    assert state(driver)['view']['picked'] == wrong[-2]


def test_filters(driver, report):
    open_video(driver, report, link='#score=0')
    number = len(report[1]['rendered_00']['annotations'])
    assert state(driver)['shown'] == [number + 1, 2]
    driver.execute_script('''const score = document.getElementById('score');
        score.value = 900;  // 0.9 * 0.9 ** 3
        score.dispatchEvent(new Event('input'))''')
    assert state(driver)['shown'] == [number, 1]
    assert driver.find_element('id', 'score-value').text == '0.656'
    driver.execute_script("document.querySelector('.menu').open = true")
    driver.find_element('id', 'no-class').click()
    assert state(driver)['shown'] == [0, 0]
    box, = [each for each in driver.find_elements(
        'css selector', '#classes label') if each.text == reports.HOSTILE]
    box.click()
    assert state(driver)['shown'] == [1, 1]
    driver.find_element('id', 'only-errors').click()
    assert state(driver)['shown'] == [0, 0]


def test_links_hold_the_view(driver, report):
    open_video(driver, report, link='#t=4.5&view=2-9&score=0.6&hide=1')
    before = state(driver)
    assert before['time'] == pytest.approx(4.5, abs=0.01)
    assert [before['view'][key] for key in ('from', 'to')] == [2, 9]
    click_segment(driver, 'truth', 0)
    wait(driver, 'return location.hash.includes("pick=")')
    driver.execute_script('document.querySelector("video").pause()')
    link = state(driver)['hash']
    assert 'view=2-9' in link and 'hide=1' in link and 'score=0.6' in link
    open_video(driver, report, link=link)
    after = state(driver)
    start = report[1]['rendered_00']['annotations'][0]['segment'][0]
    assert after['view']['picked']['start'] == pytest.approx(start)
    assert after['shown'] == before['shown']


@pytest.mark.parametrize('link', ['#t=x&view=9-2&score=&hide=-&pick=1',
                                  '#%', '#t=1e99&view=--&score=NaN'])
def test_nonsense_in_a_link_shows_everything(driver, report, link):
    open_video(driver, report, link=link)
    view = state(driver)['view']
    assert (view['from'], view['to']) == (0, reports.DURATION)


def test_no_video_and_no_annotations(driver, tmp_path):
    page, _ = reports.write_report(tmp_path, videos=False)
    path, = (page.parent / 'videos').glob('*-rendered_02.html')
    driver.get(path.as_uri())
    assert 'no video to show' in driver.find_element('id', 'screen').text
    driver.find_element('id', 'play').click()
    wait(driver, 'return reportPage.time() > 0.3')
    found = state(driver)
    assert found['marker'] == pytest.approx(found['time'], abs=0.1)
    assert 'not annotated' in driver.find_element('id', 'errors').text
    names = driver.find_element('id', 'colours').text
    assert all(label in names for _, label in reports.INSTANCES[1:])
    assert driver.find_element('id', 'screen').size['height'] < 300
    addresses = browser.requests_of(driver)
    assert all(each.startswith((page.parent.as_uri(), 'data:'))
               for each in addresses)


@pytest.fixture(scope='module')
def long_names(report):
    """The same of models with long names, without videos."""
    folder = report[0].parents[1]
    return Report(
        Diagnosis(str(folder / 'annotations.json')),
        {f'ActionFormer, second fold, {name}': [str(folder / f'{name}.json')]
         for name in ('good', 'bad')}).write(folder / 'long')


#: How much of a table or list is beyond its frame, to the right.
HIDDEN = '''const seen = [...document.querySelectorAll('.scroll')].filter(
        each => !each.closest('details:not([open])'));
    return Math.max(...seen.map(
        each => each.scrollWidth - each.clientWidth))'''
#: The narrowest text of a list of errors.
ROWS = '''const rows = [...document.querySelectorAll('#errors .row')];
    return Math.min(...rows.map(row => row.children[1].offsetWidth))'''


@pytest.mark.parametrize('width', [1400, 390])
@pytest.mark.parametrize('dark', [False, True])
def test_fits_and_is_legible(report, long_names, width, dark):
    """Nothing is wider than the window; text stands out from its ground."""
    with browser.open_browser(width, dark=dark) as driver:
        for page in (report[0], next(
                (report[0].parent / 'videos').glob('*_00.html')), long_names,
                next((long_names.parent / 'videos').glob('*_00.html'))):
            driver.get(page.as_uri())
            assert driver.execute_script(
                'return document.documentElement.scrollWidth <= innerWidth')
            if page.parent.name == 'videos':
                wait(driver, 'return document.querySelector("#errors .row")')
                assert driver.execute_script(ROWS) > 150
            assert driver.execute_script(HIDDEN) <= 1
            ink, paper = driver.execute_script('''
                const style = getComputedStyle(document.body);
                return [style.color, style.backgroundColor].map(each =>
                    each.match(/\\d+/g).map(Number).reduce(
                        (sum, value) => sum + value / 3, 0))''')
            assert (ink > 200 and paper < 60) if dark else (
                ink < 60 and paper > 200)
            assert not browser.faults_of(driver)
