"""检查档案: everything an inspector asks for, foldered, listed, complete as far as the records are, and what is missing said by name."""

from reports.archive.listing import Archive, Document, Missing, archive_of
from reports.archive.packing import file_name, packed

__all__ = ["Archive", "Document", "Missing", "archive_of", "file_name", "packed"]
