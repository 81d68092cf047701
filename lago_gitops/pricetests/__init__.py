"""What a usage costs by the manifests, and tests of that.

`price_list` reads manifests for the rating engine, `scenario` says what is asked, `bill` answers. `documents` turns
`*.test.yaml` into tests, `runs` holds their bills against what they expect, `report` says how it went, `recording`
writes the present bills into the files. All but `files` and `recording` are pure.
"""
