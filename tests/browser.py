"""Headless Chromium for tests, where one is installed."""
import json
import shutil
from contextlib import contextmanager

import pytest

#: Names that systems give the browser and its driver.
BROWSERS = 'chromium', 'chromium-browser', 'google-chrome'
DRIVERS = 'chromedriver', 'chromium.chromedriver'


def require_browser():
    """Skip the module that calls this, unless there is a browser.

    Returns:
        tuple: Selenium, and paths of the browser and of its driver.
    """
    selenium = pytest.importorskip(
        'selenium.webdriver', reason='needs a browser driven by Selenium: '
        'pip install selenium')
    found = [next(filter(None, map(shutil.which, names)), None)
             for names in (BROWSERS, DRIVERS)]
    if None in found:
        pytest.skip('needs Chromium and its driver: apt-get install chromium '
                    'chromium-driver', allow_module_level=True)
    return selenium, *found


@contextmanager
def open_browser(width=1400, height=1000, dark=False):
    """A browser window that logs what it loads and what goes wrong.

    Args:
        width, height: Of what is seen of a page, in CSS pixels.
        dark: Whether the system asks for dark colours.
    """
    webdriver, browser, driver_path = require_browser()
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for each in ('headless=new', 'no-sandbox', 'disable-dev-shm-usage',
                 'mute-audio', f'window-size={width},{height}'):
        options.add_argument(f'--{each}')
    options.set_capability('goog:loggingPrefs', dict(
        browser='ALL', performance='ALL'))
    driver = webdriver.Chrome(
        options, webdriver.ChromeService(executable_path=driver_path))
    try:
        driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', dict(
            width=width, height=height, deviceScaleFactor=1, mobile=False))
        driver.execute_cdp_cmd('Emulation.setEmulatedMedia', dict(features=[
            dict(name='prefers-color-scheme',
                 value='dark' if dark else 'light')]))
        yield driver
    finally:
        driver.quit()


def requests_of(driver):
    """Addresses that pages have asked for since the last call."""
    entries = (json.loads(entry['message'])['message']
               for entry in driver.get_log('performance'))
    return [entry['params']['request']['url'] for entry in entries
            if entry['method'] == 'Network.requestWillBeSent']


def faults_of(driver):
    """What pages have written to the console since the last call."""
    return [entry['message'] for entry in driver.get_log('browser')]
