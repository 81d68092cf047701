"""What Lago accepts of a price list and then bills to everyone's surprise, or can't bill at all.

`registry` names every rule and runs them; a rule is one function over a `Subject`, the manifest with its prices read.
`silence` drops what a manifest says is meant.
"""
