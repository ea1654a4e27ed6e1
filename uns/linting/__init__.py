"""How linting works; the rules themselves are in :mod:`uns.rules`.

``rule``          the record of a rule, and of a finding
``engine``        runs rules on models, changes and code
``surveys``       the tree of a model, as rules look at it
``verdicts``      the effects of changes; ``versions`` Semantic Versioning
``histories``     the verdicts against several earlier versions
``policies``      which rules run, and how severe their findings are
``ignores``       comments that ignore findings; ``baselines`` known findings
``suppressions``  both, as the rules of family U look at them
``fixes``         applies the fixes of findings to files
``client_filters``  the filters of clients
``offences``, ``coverage``, ``spellings``, ``skeletons``  measurements that several rules share
"""
