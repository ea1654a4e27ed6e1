"""Check topics in source code and configuration against a namespace.

``readers``   one reader for each kind of file
``literals``  the texts of a file that may be topics, with their places
``traces``    follows a text down a declared tree
``evidence``  decides which texts are meant as topics of a namespace
``mentions``  the findings on those
"""
