"""Codemods for code of old Flask versions and extensions. It imports no framework."""

from .files import find_root, list_files
from .project import Project
from .reports import (
    format_counts,
    format_diff,
    format_places,
    summarize,
    write_report,
)
from .rewrite import FileOutcome, Place, rewrite
from .rule import Finding, UpgradeRule
from .rule_list import choose_rules, list_rules
from .run import make_project, upgrade_files, write_outcomes
from .targets import parse_targets

__all__ = [
    "FileOutcome",
    "Finding",
    "Place",
    "Project",
    "UpgradeRule",
    "choose_rules",
    "find_root",
    "format_counts",
    "format_diff",
    "format_places",
    "list_files",
    "list_rules",
    "make_project",
    "parse_targets",
    "rewrite",
    "summarize",
    "upgrade_files",
    "write_outcomes",
    "write_report",
]
