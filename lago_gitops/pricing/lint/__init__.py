"""Prices that Lago accepts and then bills to everyone's surprise, or can't bill at all.

`registry` names every rule and runs them; a rule is one function over a `Subject`, the manifest with its prices read.
`silence` drops findings that a manifest declares as intended.
"""
