"""What the workbench adds to the frame of every page: search, palette, downloads, help."""

from crm.web import context

context.register_link("search", "workbench:search")
context.register_link("palette", "workbench:palette")
context.register_link("help", "workbench:help")
context.register_link("downloads", "workbench:downloads")
