"""Moving an existing podcast to podfeed: a foreign feed becomes a show that a person can go on with.

    feed (address or file) → gather (net, worker) → Feed → files → a new folder

What listeners' apps know an episode by (guid, enclosure, first publication) is carried over to the letter; what has no
place in a show is told, in the summary and as a comment where it would have stood. Nothing is dropped in silence.
"""
