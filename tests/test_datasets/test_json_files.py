"""JSON as people and programs write it, and as nobody should."""
import codecs
import json

import pytest

from mmbapg.datasets.json_files import JSONFileError, read_json

CONTENT = {'名前': [1, 2.5, None], 'pair': '\U0001f600', 'n': -3}


def write(tmp_path, data):
    path = tmp_path / 'file.json'
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize('mark,encoding', [
    (b'', 'utf-8'), (codecs.BOM_UTF8, 'utf-8'),
    (codecs.BOM_UTF16_LE, 'utf-16-le'), (codecs.BOM_UTF16_BE, 'utf-16-be'),
    (codecs.BOM_UTF32_LE, 'utf-32-le')])
@pytest.mark.parametrize('ascii_only', [True, False])
def test_every_encoding_of_json(tmp_path, mark, encoding, ascii_only):
    text = json.dumps(CONTENT, ensure_ascii=ascii_only)
    path = write(tmp_path, mark + text.encode(encoding))
    assert read_json(path) == CONTENT


def test_what_becomes_of_a_key_that_occurs_twice(tmp_path):
    path = write(tmp_path, '{"a": 1, "a": 2}')
    assert read_json(path) == {'a': 2}
    assert read_json(path, list) == [('a', 1), ('a', 2)]


@pytest.mark.parametrize('data,reason', [
    ('', 'it is empty'),
    (' \n', 'it is empty'),
    (codecs.BOM_UTF8, 'Expecting value'),
    ('{"a": ', 'Expecting value'),
    ('{"a": 1} x', 'Extra data'),
    ('[' * 100_000, 'nested too deep'),
    ('{"a":' * 100_000 + '1' + '}' * 100_000, 'nested too deep'),
    (b'\xff\xfe\xfd', 'codec'),
    (b'{"a": "\xe9"}', "'utf-8' codec can't decode"),
    (b'"\xed\xa0\x80"', "'utf-8' codec can't decode"),
    ('{"\\ud800": 1}', r"'\ud800', half of a surrogate pair"),
    ('["a", ["\\uDFFF"]]', r"'\udfff', half of a surrogate pair"),
    ('[' + '9' * 400 + ']', 'int too large to convert to float'),
    ('[' + '9' * 5000 + ']', 'Exceeds the limit'),
])
def test_what_is_refused(tmp_path, data, reason):
    path = write(tmp_path, data)
    with pytest.raises(JSONFileError) as error:
        read_json(path)
    assert str(error.value).startswith(f'{path}: not a JSON file (')
    assert reason in str(error.value)
    assert '\n' not in str(error.value)


def test_what_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / 'gone.json')
    with pytest.raises(JSONFileError, match='not readable'):
        read_json(tmp_path)
