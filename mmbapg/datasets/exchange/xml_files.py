"""XML of others: read without what makes it dangerous."""
from pathlib import Path

from ..annotations import AnnotationError


def read_xml(path: Path, root: str, tool: str):
    """The root of an XML file.

    Document types are refused, and so are entities, with which a small file
    fills the memory or reads other files.

    Args:
        path: The file.
        root: Name that its root must have.
        tool: That should have written it, for messages.

    Raises:
        AnnotationError: If there is no such file, or it is not such a file.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, parse
    try:
        found = parse(str(path), forbid_dtd=True).getroot()
    except FileNotFoundError:
        raise AnnotationError(f'{path}: no such file') from None
    except DefusedXmlException as error:
        raise AnnotationError(
            f'{path}: found a document type or entities ({error}), expected '
            f'none, as in the files of {tool}') from None
    except (ParseError, OSError, ValueError, LookupError) as error:
        raise AnnotationError(f'{path}: not an XML file ({error})') from None
    if found.tag != root:
        raise AnnotationError(f'{path}: found <{found.tag}>, expected <{root}>'
                              f' of the files that {tool} writes')
    return found
