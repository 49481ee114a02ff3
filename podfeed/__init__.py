"""podfeed: a companion feed publisher for radio shows that talk about news stories.

The product is one line, `publish(build(load(folder)))`; each step is a function of its own module:

    podfeed.source.load.load         a folder → a Show as a View may see it, and Problems
    podfeed.check.check              Show → Problems that no file alone can tell
    podfeed.site.build               Show → {path: Output}
    podfeed.publish.folder.publish   {path: Output} → a folder that any web server can serve

Nothing is imported here, so that `podfeed --help` stays quick.
"""

__version__ = "0.1.0"
