"""Reports that are ready to be begun, in three languages: questions, and what a health code could make of them."""

from .made import NAMES, Template, template

__all__ = ["NAMES", "Template", "template"]
