"""The documentation as a site: ``make docs`` writes it into ``site/``."""

from importlib.metadata import version as installed_version

project = "lstm-viz"
author = "lstm-viz contributors"
copyright = "2026, lstm-viz contributors"
version = release = installed_version("lstm-viz")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

copybutton_prompt_text = ">>> "

html_theme = "furo"
html_title = "lstm-viz"
html_favicon = "icon.svg"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0067a5", "color-brand-content": "#0067a5"},
    "dark_css_variables": {"color-brand-primary": "#6cb8f5", "color-brand-content": "#6cb8f5"},
}

autodoc_default_options = {"members": True, "member-order": "bysource", "inherited-members": True}
# The docstrings give shapes, units and ranges; an ArrayLike written out takes five lines and says less.
autodoc_typehints = "none"
add_module_names = False
python_maximum_signature_line_length = 88
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True  # a field of a tuple is described once
