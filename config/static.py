from servestatic.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Compressed files under hashed names, also inside the `import` lines of ES modules."""

    support_js_module_import_aggregation = True
