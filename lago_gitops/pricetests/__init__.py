"""Price tests: what usage costs by the manifests, compared with what is expected.

`documents` turns `*.test.yaml` into tests, `runs` compares their bills (of `lago_gitops.bills`) with what they expect,
`report` presents the results, `recording` writes the current bills into the text of the files.
"""
