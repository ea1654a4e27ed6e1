"""Topics in source code and configuration: read, and held against a namespace.

``readers``   one reader for each kind of text
``literals``  the texts of a file that may name topics, with their places
``traces``    how far a text agrees with a declared tree
``evidence``  which texts are meant as topics of a namespace
``kafka_names``  which are meant as its Kafka topics
``mentions``  what is wrong with those
"""
