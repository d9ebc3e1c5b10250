from .pages import Page, write_pages

__all__ = ['Page', 'write_pages']
