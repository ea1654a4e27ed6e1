"""How judging works. No rule is known here.

``rule``          the record of a rule, and of what it finds
``engine``        judges models, changes and code by the rules it is given
``surveys``       the tree of a model as rules look at it
``verdicts``      what changes do to whom; ``versions`` Semantic Versioning
``policies``      which rules judge, and what their findings weigh
``ignores``       comments that ignore findings; ``baselines`` findings that are known
``suppressions``  both together, as rules look at them
``fixes``         edits of findings, put into the texts they are for
``client_filters``  what clients may publish and read
``offences``, ``coverage``, ``spellings``, ``skeletons``  what several rules measure
"""
