"""Tables of a cross-validation in pages of Markdown."""
import pytest
from rich.table import Table

from mmbapg.experiments.cross_validation_tables import (
    PageError,
    markdown,
    tables,
    update_page,
)


def test_markdown():
    table = Table(title='T')
    table.add_column('')
    table.add_column('x')
    table.add_row('a', '1')
    assert markdown(table) == '|  | x |\n| --- | --- |\n| a | 1 |'


def test_a_page_gets_its_tables(tmp_path):
    results = dict(dataset='Tiny', parts=[0], seeds=[0], collapse={},
                   boundaries={'even': {'1 s': [0.25, None]}}, proposals={},
                   evidence={}, gates={}, localization={})
    page = tmp_path / 'page.md'
    page.write_text('a\n<!-- Tiny encoders -->\nold\n<!-- end -->\nb\n'
                    '<!-- Big encoders -->\nkept\n<!-- end -->\n')
    assert update_page(page, results) == 1
    text = page.read_text()
    assert 'old' not in text and '| even | 0.250 |' in text
    assert text.startswith('a\n<!-- Tiny encoders -->\n|')
    assert text.endswith('|\n<!-- end -->\nb\n<!-- Big encoders -->\nkept\n'
                         '<!-- end -->\n')
    assert update_page(page, dict(results, boundaries={
        'even': {'1 s': [0.5, None]}}), ['encoders']) == 1
    with pytest.raises(PageError, match='places for other tables of Tiny'):
        update_page(page, results, ['gates'])
    with pytest.raises(PageError, match='no table gate, expected some of'):
        update_page(page, results, ['gate'])
    assert '| even | 0.500 |' in page.read_text()
    with pytest.raises(PageError, match='no place for a table of Small'):
        update_page(page, dict(results, dataset='Small'))


def test_class_evidence_on_both_sides():
    made = tables(dict(
        dataset='Tiny', parts=[0], seeds=[0], collapse={}, boundaries={},
        proposals={}, gates={}, localization={}, evidence={'default': {
            'training videos': [0.954, 0.001], 'test videos': [0.575, None]}}))
    assert markdown(made['evidence']).endswith(
        '|  | training videos | test videos |\n| --- | --- | --- |\n'
        '| default | 95.4 ± 0.1 | 57.5 |')
