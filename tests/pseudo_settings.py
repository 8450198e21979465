"""The settings of a site that also has the made-up language (tests/pseudo_language.py)."""

import os

from config.settings import *  # noqa: F403
from config.settings import LANGUAGES, LOCALE_PATHS
from tests.pseudo_language import CODE

LANGUAGES = [*LANGUAGES, (CODE, "Pseudo")]
LANGUAGES_BIDI = [CODE]
LOCALE_PATHS = [*LOCALE_PATHS, os.environ["PSEUDO_CATALOGUES"]]
