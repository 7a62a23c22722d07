"""Labelling texts by hand: which ones, what is asked of each, what is kept, how two people agree.

Nothing here knows a terminal: :class:`~smclassify.annotating.session.Session` takes keys and says
what is to be shown.
"""
